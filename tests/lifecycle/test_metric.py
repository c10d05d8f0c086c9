"""Figures travel between benchmark, report, artifact and gate without changing."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.errors import InputError
from hodoscope.lifecycle.metric import Evaluation, Metric

NUMBERS = st.floats(allow_infinity=False, allow_nan=False)


@given(NUMBERS, NUMBERS, NUMBERS, st.integers(0, 10**9))
def test_an_evaluation_survives_its_json(value: float, low: float, high: float, n: int) -> None:
    """Written and read again it is equal."""
    metric = Metric(value, low, high, "ms", n)
    evaluation = Evaluation(
        {"time": metric}, {"language=de": {"time": metric}}, {"naive": {"time": metric}}, {"seed": 7}
    )
    assert Evaluation.from_json(json.dumps(evaluation.to_json())) == evaluation


def test_an_undefined_figure_is_null_in_json() -> None:
    """Strict JSON has no NaN."""
    document = Metric(math.nan, math.nan, math.nan).to_json()
    assert document["value"] is None
    assert math.isnan(Metric.from_json(document).value)


@pytest.mark.parametrize("text", ["{", "[]", '{"metrics": 3}', '{"metrics": {"auc": {"value": "high"}}}'])
def test_a_broken_document_names_the_place(text: str) -> None:
    """The message starts with a path."""
    with pytest.raises(InputError, match=r"^\$"):
        Evaluation.from_json(text)
