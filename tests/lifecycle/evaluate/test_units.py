"""What is measured is checked first: a wrong input is an error that names the argument and the row."""

import numpy as np
import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.evaluate.units import ABSTAINED, Values, units

CLASSES = ("benign", "malicious")
GOOD = [[0.9, 0.1], [0.2, 0.8]]


def test_truth_may_be_indices_names_sets_or_flags() -> None:
    """All four say the same."""
    flags = np.array([[True, False], [False, True]])
    truths: tuple[Values, ...] = (
        [0, 1],
        np.array([0, 1]),
        ["benign", "malicious"],
        [{"benign"}, {1}],
        flags,
        np.array([False, True]),
    )
    for truth in truths:
        assert units(GOOD, truth, CLASSES).truth.tolist() == flags.tolist()


def test_a_row_may_allow_several_classes() -> None:
    """Either answer is right; an abstention is not."""
    judged = units(
        [[0.5, 0.4, 0.1], [0.1, 0.2, 0.7], [0.4, 0.3, 0.3]],
        [{"a", "b"}, {"a", "b"}, {"a"}],
        ("a", "b", "c"),
        thresholds={"a": 0.45},
    )
    assert judged.decisions.tolist() == [0, 2, ABSTAINED]
    assert judged.right.tolist() == [True, False, False]


def test_one_column_is_the_second_class() -> None:
    """The usual output of a binary scorer."""
    judged = units([0.25, 0.5], [0, 1], CLASSES, positive="malicious")
    assert judged.probabilities.tolist() == [[0.75, 0.25], [0.5, 0.5]]
    assert judged.decisions.tolist() == [0, 1]


def test_the_threshold_of_the_positive_class_decides() -> None:
    """From the threshold upwards, the threshold included."""
    judged = units([0.2, 0.3, 0.31], [0, 1, 1], CLASSES, positive="malicious", thresholds={"malicious": 0.3})
    assert judged.decisions.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("chances", "truth", "message"),
    [
        ([[0.9, 0.1], [np.nan, 0.8]], [0, 1], r"probabilities: row 1 .*finite"),
        ([[0.9, 0.1], [np.inf, 0.8]], [0, 1], r"probabilities: row 1"),
        ([[0.9, 0.1], [0.5, 0.9]], [0, 1], r"probabilities: row 1 .*sum to 1"),
        ([[1.0, 0.0, 0.0]], [0], r"probabilities: shape \(1, 3\)"),
        (GOOD, [0], r"truth: 1 rows, probabilities 2"),
        (GOOD, [0, 2], r"truth: indices from 0 to 2"),
        (GOOD, [0, -1], r"truth: indices from -1"),
        (GOOD, ["benign", "strange"], r"truth: \['strange'\]"),
        (GOOD, [{"benign"}, {"strange"}], r"truth: row 1 holds 'strange'"),
        (GOOD, [{"benign"}, set()], r"truth: row 1 has no class"),
        (GOOD, np.array([0.5, 0.5]), r"truth: float64"),
        (np.zeros((0, 2)), np.zeros(0, int), r"no rows"),
    ],
)
def test_bad_input_names_the_place(chances: object, truth: object, message: str) -> None:
    """Argument, row and remedy."""
    with pytest.raises(InputError, match=message):
        units(chances, truth, CLASSES)  # type: ignore[arg-type]  # wrong on purpose


def test_bad_names_and_columns_are_refused() -> None:
    """Classes, positive, thresholds, groups and slices."""
    with pytest.raises(InputError, match="classes: expected at least two distinct"):
        units(GOOD, [0, 1], ("a", "a"))
    with pytest.raises(InputError, match="positive: 'evil'"):
        units(GOOD, [0, 1], CLASSES, positive="evil")
    with pytest.raises(InputError, match=r"thresholds: \['evil'\]"):
        units(GOOD, [0, 1], CLASSES, thresholds={"evil": 0.1})
    with pytest.raises(InputError, match=r"groups: shape \(3,\)"):
        units(GOOD, [0, 1], CLASSES, [1, 2, 3])
    with pytest.raises(InputError, match="groups: row 1 is not finite"):
        units(GOOD, [0, 1], CLASSES, [1.0, np.nan])
    with pytest.raises(InputError, match=r"slices.language: shape"):
        units(GOOD, [0, 1], CLASSES, slices={"language": ["de"]})


def test_groups_and_slices_may_hold_anything_hashable() -> None:
    """None among names is a value like any other."""
    judged = units(GOOD, [0, 1], CLASSES, ["x", None], slices={"language": ["de", None]})
    assert judged.group_count == 2
    assert {name: mask.tolist() for name, mask in judged.slices.items()} == {
        "language=None": [False, True],
        "language=de": [True, False],
    }


def test_another_model_is_judged_on_the_same_rows() -> None:
    """Truth, groups and slices stay; a wrong number of rows is refused."""
    ours = units(GOOD, [0, 1], CLASSES, ["x", "y"])
    theirs = ours.with_probabilities([[0.3, 0.7], [0.3, 0.7]])
    assert theirs.truth is ours.truth
    assert theirs.decisions.tolist() == [1, 1]
    with pytest.raises(InputError, match="1 rows, truth has 2"):
        ours.with_probabilities([[0.3, 0.7]])
