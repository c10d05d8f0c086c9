"""Columns decode the same whatever their chunks, encodings and slices."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.detectors.rows import Rows, dense, has_text, number_in, numbers, text_mask

TEXTS = st.lists(st.sampled_from(["", "a", "b", "ü", None]), min_size=1, max_size=30)


def _tables(texts: list[str | None]) -> list[pa.Table]:
    ids = pa.array([number.to_bytes(16, "big") for number in range(len(texts))], pa.binary(16))
    plain = pa.table({"event_id": ids, "t": pa.array(texts, pa.string())})
    encoded = plain.set_column(1, "t", plain.column("t").dictionary_encode())
    head, tail = encoded.slice(0, len(texts) // 2), plain.slice(len(texts) // 2)
    chunks = [head, tail.set_column(1, "t", tail.column("t").dictionary_encode())]
    padded = pa.concat_tables([plain.slice(0, 1), plain]).slice(1)
    return [plain, encoded, pa.concat_tables(chunks), padded]


@given(TEXTS)
def test_text_reads_the_same_in_every_encoding(texts: list[str | None]) -> None:
    """Plain, dictionary, several dictionaries, and a slice with an offset."""
    expected = [text or "" for text in texts]
    for table in _tables(texts):
        rows = Rows(table)
        assert rows.text("t") == expected
        assert [rows.event_id(row) for row in range(len(rows))] == rows.event_ids == table.column(0).to_pylist()
        assert has_text(table, "t").tolist() == [bool(text) for text in expected]
        assert text_mask(table, "t", ("a",)).tolist() == [text == "a" for text in expected]
        codes, values = rows.combinations(("t", "absent", "t"))
        assert [values[code] for code in codes.tolist()] == [(text, "", text) for text in expected]


def test_a_mask_keeps_rows_and_labels_together() -> None:
    """Only labels in use are decoded."""
    table = _tables(["a", "b", "a", None])[1]
    rows = Rows(table, np.array([False, True, False, True]))
    assert rows.text("t") == ["b", ""]
    assert sorted(rows.codes("t")[1]) == ["", "b"]


def test_missing_numbers_get_the_stand_in() -> None:
    """Null and absent alike; times are microseconds."""
    table = pa.table({"n": pa.array([3, None], pa.uint16()), "time": pa.array([1, 2], pa.timestamp("ms", "UTC"))})
    assert numbers(table, "n", -1).tolist() == [3, -1]
    assert numbers(table, "absent", -1).tolist() == [-1, -1]
    assert numbers(table, "time").tolist() == [1000, 2000]
    assert number_in(table, "n", (3,)).tolist() == [True, False]


@pytest.mark.parametrize("size", [10, 10_000_000])
def test_dense_codes_agree_by_counting_and_by_sorting(size: int) -> None:
    """Both ways give the same codes."""
    used, positions = dense(np.array([7, 3, 7]), size)
    assert (used.tolist(), positions.tolist()) == ([3, 7], [1, 0, 1])
