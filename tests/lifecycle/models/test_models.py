"""Laws for every kind of model: it learns, it is reproducible, it survives its weights, it refuses what it must."""

import json

import numpy as np
import pytest
from tests.lifecycle.models.model_cases import LEARNING, TRAINERS, case

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.model import Trainer
from hodoscope.lifecycle.models.kinds import KINDS, from_weights
from hodoscope.lifecycle.weights import Weights

SHAPES = [(2, False), (3, False), (2, True), (3, True)]
by_trainer = pytest.mark.parametrize("trainer", TRAINERS, ids=lambda trainer: trainer.name)


@pytest.mark.parametrize("trainer", LEARNING, ids=lambda trainer: trainer.name)
@pytest.mark.parametrize(("classes", "sparse"), SHAPES)
def test_it_learns_what_can_be_learned(trainer: Trainer, classes: int, sparse: bool) -> None:
    """On new rows of the same clouds it is right nine times in ten, a huge column notwithstanding."""
    known, fresh = case(classes, sparse=sparse), case(classes, sparse=sparse, seed=4)
    model = trainer.fit(known.features, known.labels, known.classes, None, 5)
    assert (model.predict(fresh.features).argmax(axis=1) == fresh.labels).mean() > 0.9


@by_trainer
@pytest.mark.parametrize(("classes", "sparse"), SHAPES)
def test_probabilities_survive_weights_and_training_again(trainer: Trainer, classes: int, sparse: bool) -> None:
    """Same arguments: the same bytes. Read back: the same probabilities, which sum to 1 and are sure of nothing."""
    known = case(classes, sparse=sparse)
    model = trainer.fit(known.features, known.labels, known.classes, None, 5)
    files = model.to_weights().to_files()
    assert trainer.fit(known.features, known.labels, known.classes, None, 5).to_weights().to_files() == files
    read = from_weights(Weights.from_files(files))
    found = model.predict(known.features)
    np.testing.assert_array_equal(read.predict(known.features), found)
    assert read.to_weights().to_files() == files
    assert found.shape == (known.features.rows, classes)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    assert np.isfinite(found).all()
    assert read.classes == known.classes


@by_trainer
def test_predicting_row_by_row_changes_nothing(trainer: Trainer) -> None:
    """A row's probability does not depend on its neighbours in the batch; no rows give no rows."""
    known = case(3, sparse=False, rows=60)
    model = trainer.fit(known.features, known.labels, known.classes, None, 5)
    alone = [model.predict(known.features.take(np.array([row])))[0] for row in range(5)]
    np.testing.assert_allclose(alone, model.predict(known.features)[:5], rtol=1e-6)
    assert model.predict(known.features.take(np.array([], np.int64))).shape == (0, 3)


@by_trainer
def test_other_columns_are_refused(trainer: Trainer) -> None:
    """Also the same columns in another order."""
    known = case(2, sparse=False, rows=60)
    model = trainer.fit(known.features, known.labels, known.classes, None, 5)
    turned = Features(known.features.names[::-1], known.features.values[:, ::-1])
    with pytest.raises(InputError, match="trained with other features"):
        model.predict(turned)


@by_trainer
def test_an_empty_class_is_named(trainer: Trainer) -> None:
    """Also labels that name no class, one class alone, and labels of other rows."""
    known = case(2, sparse=False, rows=60)
    with pytest.raises(InputError, match="no row of class z"):
        trainer.fit(known.features, known.labels, ("a", "b", "z"), None, 5)
    with pytest.raises(InputError, match="at least two"):
        trainer.fit(known.features, np.zeros(60, np.int64), ("a",), None, 5)
    with pytest.raises(InputError, match="labels 0 to 7 for 2 classes"):
        trainer.fit(known.features, known.labels * 7, known.classes, None, 5)
    with pytest.raises(InputError, match="59 labels for 60 rows"):
        trainer.fit(known.features, known.labels[1:], known.classes, None, 5)


@by_trainer
def test_a_constant_column_has_no_say(trainer: Trainer) -> None:
    """What was constant while training may vary later; the model has learned nothing of it."""
    known = case(2, sparse=False)
    model = trainer.fit(known.features, known.labels, known.classes, None, 5)
    varied = known.features.values.copy()
    varied[:, 2] += np.linspace(-50, 50, len(varied))
    found = model.predict(Features(known.features.names, varied))
    np.testing.assert_allclose(found, model.predict(known.features), atol=1e-6)


@by_trainer
@pytest.mark.parametrize("values", [np.zeros((40, 2)), np.array([[1e150, 1.6e9], [-1e150, 1.6e9 + 5]] * 20), np.eye(4)])
def test_odd_columns_train_without_a_warning(trainer: Trainer, values: np.ndarray) -> None:
    """All constant, huge, close together far from zero, four rows: finite probabilities that sum to 1."""
    features = Features(tuple(map(str, range(values.shape[1]))), values)
    model = trainer.fit(features, np.arange(len(values)) % 2, ("a", "b"), None, 5)
    np.testing.assert_allclose(model.predict(features).sum(axis=1), 1.0)


@pytest.mark.parametrize("trainer", LEARNING, ids=lambda trainer: trainer.name)
def test_small_differences_far_from_zero_are_learned(trainer: Trainer) -> None:
    """Time stamps: what differs is a millionth of the value."""
    known = case(2, sparse=False)
    far = Features(known.features.names, known.features.values[:, [0, 1, 2, 2]] * 1e3 + 1.6e9)
    model = trainer.fit(far, known.labels, known.classes, None, 5)
    assert (model.predict(far).argmax(axis=1) == known.labels).mean() > 0.9


@by_trainer
def test_weights_that_lack_something_are_refused(trainer: Trainer) -> None:
    """Each setting and each array left out in turn, and each array cut short."""
    known = case(3, sparse=True, rows=60)
    weights = trainer.fit(known.features, known.labels, known.classes, None, 5).to_weights()
    for name in weights.settings:
        less = {key: value for key, value in weights.settings.items() if key != name}
        with pytest.raises(InputError, match=f"weights {weights.kind}"):
            from_weights(Weights(weights.kind, less, weights.arrays, weights.text))
    for name in weights.arrays:
        less_arrays = {key: value for key, value in weights.arrays.items() if key != name}
        with pytest.raises(InputError, match=f"weights {weights.kind}"):
            from_weights(Weights(weights.kind, weights.settings, less_arrays, weights.text))
    if weights.text:
        with pytest.raises(InputError, match="no whole LightGBM model text"):
            from_weights(Weights(weights.kind, weights.settings, {}, weights.text[: len(weights.text) // 3]))


def test_an_unknown_kind_is_refused() -> None:
    """With the kinds that are known."""
    with pytest.raises(InputError, match=r"unknown kind 'pickle'; this version reads boosting, linear"):
        from_weights(Weights("pickle", {}))


def test_every_kind_is_tried_by_these_laws() -> None:
    """A new kind needs a trainer in ``model_cases.TRAINERS``."""
    known = case(2, sparse=False, rows=60)
    models = [trainer.fit(known.features, known.labels, known.classes, None, 5) for trainer in TRAINERS]
    assert {model.to_weights().kind for model in models} == set(KINDS)


def test_a_linear_model_is_small_json() -> None:
    """Four weights and a bias in under a kilobyte, and the arithmetic is the formula."""
    known = case(2, sparse=False)
    model = LEARNING[0].fit(known.features, known.labels, known.classes, None, 5)
    (content,) = model.to_weights().to_files().values()
    assert len(content) < 1000
    arrays = json.loads(content)["arrays"]
    log_odds = known.features.values @ np.array(arrays["weights"]["values"]) + arrays["bias"]["values"][0]
    np.testing.assert_allclose(model.predict(known.features)[:, 1], 1 / (1 + np.exp(-log_odds)), rtol=1e-9)
