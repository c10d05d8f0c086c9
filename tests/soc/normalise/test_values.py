"""Odd vendor values become typed arrays without raising, and text stays verbatim."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.normalise.interface import Kind
from hodoscope.soc.normalise.values import TOO_DEEP, array_of, bool_of, float_of, int_of, list_of, text_of

SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=6)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
KINDS: list[Kind] = ["text", "int", "float", "bool", "list"]


@given(st.lists(VALUES, max_size=6), st.sampled_from(KINDS))
def test_any_values_give_an_array_of_the_kind(values: list[object], kind: Kind) -> None:
    """As long as the input, null where there is nothing to convert."""
    array = array_of(values, kind)
    assert len(array) == len(values)
    assert all(array[row].as_py() is None for row, value in enumerate(values) if value is None)


@given(st.text(max_size=20))
def test_text_is_verbatim(value: str) -> None:
    """Nothing is trimmed, folded or escaped."""
    assert text_of(value) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (7, "7"),
        (2**70, str(2**70)),
        ([1, "a"], '[1,"a"]'),
        ({"a": None}, '{"a":null}'),
        ([2**64], f"[{2**64}]"),
    ],
)
def test_other_values_as_text(value: object, text: str) -> None:
    """Booleans in lower case, nested values as JSON, integers of any size."""
    assert text_of(value) == text


@pytest.mark.parametrize("levels", [200, 300, 900, 1020])
def test_deep_nesting_is_text_or_a_note(levels: int) -> None:
    """What the parser still reads must not fail when it is written: a sender chooses the depth."""
    value = orjson.loads("[" * levels + "]" * levels)
    assert text_of(value) in (json.dumps(value) if levels < 900 else "[" * levels + "]" * levels, TOO_DEEP)


@pytest.mark.parametrize(
    ("value", "number"),
    [("12", 12), (" 0x1f ", 31), ("-3", -3), ("4.0", 4), (4.9, 4), (True, None), ("", None), ("x", None),
     ("1e400", None), (2**63, None), (-(2**63), -(2**63)), (float("nan"), None), ([1], None)],
)  # fmt: skip
def test_integers(value: object, number: int | None) -> None:
    """Decimal and hexadecimal text; what leaves 64 bits or is no number is absent."""
    assert int_of(value) == number


def test_floats_booleans_and_lists() -> None:
    """Finite floats, the usual words, and lists of text."""
    assert [float_of(value) for value in ("1.5", 2, "inf", True, None, "x")] == [1.5, 2.0, None, None, None, None]
    assert [bool_of(value) for value in (True, "Yes", "0", 1, "maybe", None)] == [True, True, False, True, None, None]
    assert [list_of(value) for value in (None, "", "a", [1, None, "b"], {"a": 1})] == [
        None,
        None,
        ["a"],
        ["1", "b"],
        ['{"a":1}'],
    ]


def test_mixed_types_of_one_field_stay_readable() -> None:
    """A field that is a number here and text there."""
    assert array_of([1, "a", True, None, [2]], "text").to_pylist() == ["1", "a", "true", None, "[2]"]
    assert array_of(["1", 2, None, {}], "int").to_pylist() == [1, 2, None, None]


@pytest.mark.parametrize(
    ("number", "text"),
    [(1.5, "1.5"), (1.0, "1"), (-0.0, "0"), (1e3, "1000"), (1e20, "1" + "0" * 20), (1e21, "1e21"), (1e-6, "0.000001"),
     (1.5e-7, "1.5e-7"), (0.1, "0.1"), (float("inf"), ""), (float("nan"), ""), (-2.5e22, "-2.5e22")],
)  # fmt: skip
def test_a_number_is_its_shortest_spelling(number: float, text: str) -> None:
    """What JSON cannot hold is nothing."""
    assert text_of(number) == text
