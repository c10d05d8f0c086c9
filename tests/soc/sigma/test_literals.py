"""Many literals in many values."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sigma.literals import LONGEST, Literals

SMALL = st.text("abé\\", max_size=5)


@given(
    st.lists(SMALL, max_size=8), st.lists(st.text("abé\\", min_size=1, max_size=3), min_size=1, max_size=5, unique=True)
)
def test_every_value_that_holds_a_literal_is_found_and_no_other(values: list[str], literals: list[str]) -> None:
    """At its start and end too: NUL stands for both edges."""
    marked = [*literals, *("\0" + text for text in literals), *(text + "\0" for text in literals)]
    found = Literals(marked).in_texts(pa.array(values, pa.string()))
    expected = {
        (row, at) for row, value in enumerate(values) for at, text in enumerate(marked) if text in f"\0{value}\0"
    }
    assert set(zip(*(part.tolist() for part in found), strict=True)) == expected


@given(st.lists(st.binary(max_size=6), max_size=6), st.integers(0, 3))
def test_records_are_searched_without_ascii_case_from_any_slice(records: list[bytes], skip: int) -> None:
    """Literals are bytes, not patterns: a dot is a dot."""
    table = pa.array([b"xAb", *records, b"aB.", b"a+"], pa.binary()).slice(skip)
    at, literal = Literals(["ab", "b.", "a+"], ignorecase=True).in_records(table)
    found = set(zip(at.tolist(), literal.tolist(), strict=True))
    for row, record in enumerate(table.to_pylist()):
        for number, text in enumerate((b"ab", b"b.", b"a+")):
            assert ((row, number) in found) >= (text in record.lower())
    assert (len(table) - 1, 0) not in found


def test_of_a_very_long_literal_a_part_is_searched() -> None:
    """Its end where the end of the value counts."""
    long = "x" * LONGEST + "tail"
    at, _ = Literals([long + "\0", "\0" + long]).in_texts(pa.array([long, "y" + long, "no"]))
    assert set(at.tolist()) == {0, 1}
