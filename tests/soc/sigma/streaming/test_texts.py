"""Values as text, where needed."""

import numpy as np
import pyarrow as pa

from hodoscope.soc.sigma.literals import Literals
from hodoscope.soc.sigma.routing.values import Distinct
from hodoscope.soc.sigma.streaming.texts import FieldTexts, RecordTexts


def test_a_row_without_a_value_reads_as_empty_text() -> None:
    """Code -1 is no value."""
    texts = FieldTexts(Distinct(np.array([0, -1], np.int32), pa.array(["Ab"])))
    assert texts.of(texts.codes, folded=True) == ["ab", ""]
    assert texts.of(texts.codes, folded=False) == ["Ab", ""]


def test_several_values_are_a_tuple_and_found_by_their_code() -> None:
    """A literal in the second value belongs to the row's code."""
    texts = FieldTexts(
        Distinct(np.array([1, 0, -1], np.int32), pa.array(["A", "bc", "D"]), np.array([0, 1, 3], np.int32))
    )
    assert texts.of(texts.codes, folded=True) == [("bc", "d"), ("a",), ()]
    codes, _ = texts.find(Literals(["\0d\0"]))
    assert codes.tolist() == [1]


def test_records_fold_by_bytes_and_keep_broken_utf8_readable() -> None:
    """Bytes that are none read as U+FFFD."""
    records = RecordTexts(pa.array([b"AB\xff"], pa.binary()))
    assert records.of(records.codes, folded=True) == ["ab\ufffd"]
