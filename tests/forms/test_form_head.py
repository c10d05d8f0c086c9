"""A head scores with integers, and survives its file."""

import numpy as np
import pyarrow as pa
import pytest

from hodoscope.errors import InputError
from hodoscope.forms import form_head
from hodoscope.forms.head import Head
from hodoscope.forms.matrix import design
from hodoscope.forms.spec import FORM_SPACE


def _head(rng: np.random.Generator) -> Head:
    weights = rng.integers(-127, 128, (16, 3)).astype(np.int8)
    weights[rng.random((16, 3)) < 0.5] = 0
    return Head(("a", "b", "c"), 4, (1.0, 0.5), weights, rng.random(3) / 50, rng.normal(size=3), 0.7, 0.4)


def _table(rng: np.random.Generator, rows: int = 20) -> pa.Table:
    counts = rng.integers(0, 6, (rows, 2))
    hashes = [rng.integers(-(2**31), 2**31, total).astype(np.int32).tolist() for total in counts.sum(axis=1)]
    return pa.table(
        {
            "hashes": pa.array(hashes, pa.list_(pa.int32())),
            "ends": pa.array(counts.cumsum(axis=1).tolist(), pa.list_(pa.int32())),
        }
    )


def test_integer_chain_equals_the_float_matrix() -> None:
    """Sums scaled at the end are the product with the normalised design matrix."""
    rng = np.random.default_rng(3)
    head, table = _head(rng), _table(rng)
    weights = head.weights * head.weight_scales
    expected = (design(table, head.bits, head.scales) @ weights + head.bias) / head.temperature
    assert np.allclose(head.logits(table), expected)
    assert head.accumulate(table).dtype == np.int32
    assert np.allclose(head.probabilities(table).sum(axis=1), 1)


def test_head_survives_its_json() -> None:
    """All parts, bit for bit."""
    rng = np.random.default_rng(4)
    head, table = _head(rng), _table(rng)
    again = Head.from_json(head.to_json())
    assert (again.weights == head.weights).all()
    assert (again.probabilities(table) == head.probabilities(table)).all()
    assert (again.classes, again.abstain_below) == (head.classes, head.abstain_below)


def test_damaged_head_is_an_input_error() -> None:
    """Remedy in the message."""
    document = _head(np.random.default_rng(5)).to_json() | {"columns": "!"}
    with pytest.raises(InputError, match="export it again"):
        Head.from_json(document)


def test_settings_have_a_factor_per_namespace() -> None:
    """And no namespace of the form head is dropped."""
    assert len(form_head.SETTINGS.scales) == len(FORM_SPACE)
    assert min(form_head.SETTINGS.scales) > 0
