"""A vendor field's values in an event table, dictionary-encoded, without a Python loop over rows.

Columns of codes keep their dictionary, text columns are encoded, the map of unmapped fields is sorted by key once per
table and serves every key; only JSON paths run in Python, once per distinct text (a path inside ``raw``: per row).

A source's ``key`` may end in ``*``: every key that begins so (``param*``: the unnamed data of Windows events).
"""

import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.sigma.interface import FieldSource
from hodoscope.soc.sigma.routing.json_values import ELEMENTS, Opened, opened, values_at

Codes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int64]
ANY_END = "*"


class Distinct(NamedTuple):
    """Values of one field over a table's rows.

    ``codes[row]`` is -1 where the row has no value (absent, null or empty text). Without ``offsets`` code ``i`` stands
    for ``texts[i]``; with them for ``texts[offsets[i]:offsets[i + 1]]``, at least one and none of them empty. Every
    code is held by a row.
    """

    codes: Codes
    texts: pa.Array
    offsets: Codes | None = None


def distinct(table: pa.Table, sources: tuple[FieldSource, ...]) -> Distinct:
    """Per row the values of the first source that has any. What is learned about a table serves the next call on it."""
    return _values_of(table).distinct(sources)


class Values:
    """Reads fields of one table; not for several threads at once."""

    def __init__(self, table: pa.Table) -> None:
        self._rows = table.num_rows
        self._columns = dict(zip(table.column_names, table.columns, strict=True))
        self._map: _MapIndex | None = None
        self._opened: dict[tuple[str, str], dict[int, Opened]] = {}

    def distinct(self, sources: Sequence[FieldSource], rows: Rows | None = None) -> Distinct:
        """See :func:`distinct`; with ``rows`` paths inside records are read in these only (elsewhere: no value)."""
        within = None
        if rows is not None:
            within = np.zeros(self._rows, np.bool_)
            within[rows] = True
        found: Distinct | None = None
        for source in sources:
            missing = within if found is None else found.codes < 0
            if found is not None and within is not None:
                missing = missing & within
            if missing is not None and not missing.any():
                break
            following = self._read(source, missing)
            if source.table:
                following = _translated(following, dict(source.table))
            found = following if found is None else _first(found, following)
        return _nothing(self._rows) if found is None else _held(found)

    def _read(self, source: FieldSource, wanted: npt.NDArray[np.bool_] | None) -> Distinct:
        if not source.column:
            return _constant(source.constant, self._rows)
        if source.column == "unmapped":
            if source.key.endswith(ANY_END):
                found = self._index().beginning(source.key[:-1])
            else:
                found = self._index().of(source.key)
        else:
            column = self._columns.get(source.column)
            if column is None:
                return _nothing(self._rows)
            if source.column == "raw" and source.path:
                return self._inside_raw(column, source, wanted)
            found = _of_column(_one_chunk(column))
        return self._inside(found, source) if source.path else found

    def _index(self) -> "_MapIndex":
        if self._map is None:
            column = self._columns.get("unmapped")
            self._map = _MapIndex(self._rows, None if column is None else _one_chunk(column))
        return self._map

    def _inside(self, held: Distinct, source: FieldSource) -> Distinct:
        """The path applied to each distinct text."""
        held = _held(held)
        if source.path == (ELEMENTS,):
            lists = pc.starts_with(held.texts, "[") if len(held.texts) else pa.array([], pa.bool_())
            if not pc.any(lists).as_py():
                return held
            lists = lists.to_pylist()
        else:
            lists = None
        cache = self._opened.setdefault((source.column, source.key), {})
        per_text: list[list[str]] = []
        for code, text in enumerate(held.texts.to_pylist()):
            if lists is not None and not lists[code]:
                per_text.append([text])
                continue
            if code not in cache:
                cache[code] = opened(text)
            value = cache[code]
            per_text.append([text] if lists is not None and type(value) is not list else values_at(value, source.path))
        if held.offsets is not None:
            offsets = held.offsets.tolist()
            per_text = [[text for item in per_text[begin:end] for text in item] for begin, end in pairwise(offsets)]
        return _of_lists(held.codes, per_text)

    def _inside_raw(
        self, column: pa.ChunkedArray, source: FieldSource, wanted: npt.NDArray[np.bool_] | None
    ) -> Distinct:
        rows = np.arange(self._rows) if wanted is None else np.flatnonzero(wanted)
        cache = self._opened.setdefault(("raw", ""), {})
        unknown = [row for row in rows.tolist() if row not in cache]
        for row, record in zip(unknown, column.take(pa.array(unknown, pa.int64())).to_pylist(), strict=True):
            cache[row] = opened(record) if record else None
        codes = np.full(self._rows, -1, dtype=np.int32)
        codes[rows] = np.arange(len(rows), dtype=np.int32)
        return _of_lists(codes, [values_at(cache[row], source.path) for row in rows.tolist()])


@dataclass(slots=True)
class _MapIndex:
    """The entries of a map column by key."""

    rows: int
    column: pa.MapArray | None
    _begin: dict[str, tuple[int, int]] = field(default_factory=dict)
    _row: Rows = field(default_factory=lambda: np.zeros(0, np.int64))
    _entry: Rows = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        if self.column is None or not len(self.column):
            return
        ends = self.column.offsets.to_numpy().astype(np.int64)
        keys = self.column.keys.slice(ends[0], ends[-1] - ends[0])
        encoded = keys if pa.types.is_dictionary(keys.type) else pc.dictionary_encode(keys)
        # A stable sort of small integers is a radix sort, four times as fast as one of 32 bits.
        numbers = encoded.indices.to_numpy()
        few = len(encoded.dictionary) < np.iinfo(np.int16).max
        order = np.argsort(numbers.astype(np.int16) if few else numbers, kind="stable")
        counts = np.bincount(numbers, minlength=len(encoded.dictionary))
        stops = np.cumsum(counts)
        self._begin = {
            key: (stop - count, stop)
            for key, count, stop in zip(encoded.dictionary.to_pylist(), counts.tolist(), stops.tolist(), strict=True)
        }
        self._row = np.repeat(np.arange(len(self.column)), np.diff(ends))[order]
        self._entry = order + ends[0]

    def of(self, key: str) -> Distinct:
        """The values of one key."""
        place = self._begin.get(key)
        if self.column is None or place is None:
            return _nothing(self.rows)
        begin, end = place
        encoded = pc.dictionary_encode(self.column.items.take(pa.array(self._entry[begin:end])))
        codes = np.full(self.rows, -1, dtype=np.int32)
        codes[self._row[begin:end][::-1]] = encoded.indices.to_numpy()[::-1]  # of a repeated key the first one counts
        return _without_empty(codes, encoded.dictionary)

    def beginning(self, start: str) -> Distinct:
        """The values of every key with this beginning, in the order of the map."""
        places = [place for key, place in self._begin.items() if key.startswith(start)]
        if self.column is None or not places:
            return _nothing(self.rows)
        entries = np.sort(np.concatenate([self._entry[begin:end] for begin, end in places]))
        ends = self.column.offsets.to_numpy().astype(np.int64)
        counts = np.bincount(np.searchsorted(ends, entries, side="right") - 1, minlength=self.rows)
        offsets = pa.array(np.concatenate(([0], np.cumsum(counts))).astype(np.int32))
        return _of_list_column(pa.ListArray.from_arrays(offsets, self.column.items.take(pa.array(entries))))


def _of_column(column: pa.Array) -> Distinct:
    if pa.types.is_list(column.type):
        return _of_list_column(column)
    if pa.types.is_binary(column.type):
        column = _decoded(column)
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column.cast(pa.string()))
    codes = pc.fill_null(column.indices, -1).to_numpy().astype(np.int32, copy=False)
    texts = column.dictionary
    return _without_empty(codes, texts if pa.types.is_string(texts.type) else texts.cast(pa.string()))


def _decoded(column: pa.Array) -> pa.Array:
    """Bytes as text; what is not UTF-8 becomes the replacement character."""
    try:
        return column.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([None if value is None else value.decode("utf-8", "replace") for value in column.to_pylist()])


def _of_list_column(column: pa.Array) -> Distinct:
    """Rows of equal lists share a code."""
    rows = pc.list_parent_indices(column).to_numpy()
    items = column.flatten()
    items = items.cast(pa.string()) if not pa.types.is_string(items.type) else items
    kept = pc.fill_null(pc.not_equal(items, ""), False)
    if not pc.all(kept).as_py():
        items, rows = items.filter(kept), rows[kept.to_numpy(zero_copy_only=False)]
    counts = np.bincount(rows, minlength=len(column))
    ends = np.concatenate(([0], np.cumsum(counts)))
    lists = pa.ListArray.from_arrays(pa.array(ends.astype(np.int32)), items)
    numbers = pc.dictionary_encode(items).indices.cast(pa.string())  # joined numbers tell lists apart, texts may not
    keys = pc.binary_join(pa.ListArray.from_arrays(lists.offsets, numbers), ",")
    encoded = pc.dictionary_encode(keys)
    codes = encoded.indices.to_numpy().astype(np.int32)
    first = np.full(len(encoded.dictionary), -1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    some = lists.take(pa.array(first))
    return _some(np.where(counts == 0, np.int32(-1), codes), some.flatten(), some.offsets.to_numpy().astype(np.int32))


def _of_lists(codes: Codes, per_code: Sequence[Sequence[str]]) -> Distinct:
    """Codes with their texts; a code without one becomes -1."""
    empty = np.fromiter((not texts for texts in per_code), dtype=np.bool_, count=len(per_code))
    if all(len(texts) < 2 for texts in per_code):
        encoded = pc.dictionary_encode(pa.array([texts[0] if texts else None for texts in per_code], pa.string()))
        return Distinct(_mapped(codes, pc.fill_null(encoded.indices, -1).to_numpy()), encoded.dictionary)
    counts = np.fromiter(map(len, per_code), dtype=np.int64, count=len(per_code))
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    texts = pa.array([text for texts in per_code for text in texts], pa.string())
    numbers = np.where(empty, -1, np.arange(len(per_code))).astype(np.int32)
    return _some(_mapped(codes, numbers), texts, offsets)


def _some(codes: Codes, texts: pa.Array, offsets: Codes) -> Distinct:
    """Without codes that no row holds, and without offsets where each code has one text."""
    held = _held(Distinct(codes, texts, offsets))
    if held.offsets is None or len(held.texts) > len(held.offsets) - 1:
        return held
    encoded = pc.dictionary_encode(held.texts)
    return Distinct(_mapped(held.codes, encoded.indices.to_numpy()), encoded.dictionary)


def _without_empty(codes: Codes, texts: pa.Array) -> Distinct:
    place = pc.index(texts, "").as_py()
    if place >= 0:
        codes = np.where(codes == place, np.int32(-1), codes)
    return Distinct(codes, texts)


def _held(found: Distinct) -> Distinct:
    """Only the codes that rows hold: a filtered table keeps the dictionary of the whole batch."""
    count = len(found.texts) if found.offsets is None else len(found.offsets) - 1
    used = np.zeros(count + 1, dtype=np.bool_)
    used[found.codes] = True  # -1 marks the last place
    used = used[:-1]
    if used.all():
        return found
    numbers = (np.cumsum(used) - 1).astype(np.int32)
    kept = np.flatnonzero(used)
    codes = _mapped(found.codes, numbers)
    if found.offsets is None:
        return Distinct(codes, found.texts.take(pa.array(kept)))
    lists = pa.ListArray.from_arrays(pa.array(found.offsets), found.texts).take(pa.array(kept))
    return Distinct(codes, lists.flatten(), lists.offsets.to_numpy().astype(np.int32))


def _translated(found: Distinct, table: Mapping[str, str]) -> Distinct:
    """Other words for the texts; texts that the table lacks are no value."""
    words = [table.get(text, "") for text in found.texts.to_pylist()]
    if found.offsets is None:
        return _of_lists(found.codes, [[word] if word else [] for word in words])
    return _of_lists(found.codes, [[word for word in words[a:b] if word] for a, b in pairwise(found.offsets.tolist())])


def _first(one: Distinct, other: Distinct) -> Distinct:
    """The values of ``one``, of ``other`` where it has none."""
    missing = one.codes < 0
    if missing.all():
        return other
    taken = missing & (other.codes >= 0)
    if not taken.any():
        return one
    other = _held(Distinct(np.where(taken, other.codes, np.int32(-1)), other.texts, other.offsets))
    if one.offsets is None and other.offsets is None:
        encoded = pc.dictionary_encode(pa.concat_arrays([one.texts, other.texts]))
        numbers = encoded.indices.to_numpy()
        codes = np.where(taken, other.codes + np.int32(len(one.texts)), one.codes)
        return Distinct(_mapped(codes, numbers), encoded.dictionary)
    begin, end = _offsets(one), _offsets(other)
    offsets = np.concatenate((begin, end[1:] + begin[-1])).astype(np.int32)
    codes = np.where(taken, other.codes + np.int32(len(begin) - 1), one.codes)
    return Distinct(codes, pa.concat_arrays([one.texts, other.texts]), offsets)


def _offsets(found: Distinct) -> Codes:
    return np.arange(len(found.texts) + 1, dtype=np.int32) if found.offsets is None else found.offsets


def _mapped(codes: Codes, numbers: npt.NDArray[np.integer]) -> Codes:
    """New numbers for codes; -1 stays."""
    return np.append(numbers, -1).astype(np.int32)[codes]


def _constant(value: str, rows: int) -> Distinct:
    return Distinct(np.zeros(rows, dtype=np.int32), pa.array([value])) if value and rows else _nothing(rows)


def _nothing(rows: int) -> Distinct:
    return Distinct(np.full(rows, -1, dtype=np.int32), pa.array([], pa.string()))


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return column.combine_chunks() if column.num_chunks else pa.array([], column.type)


_LAST = threading.local()


def _values_of(table: pa.Table) -> Values:
    """The reader of the table that this thread asked for last: engines read every field of a table, then the next one.

    It holds columns and never the table, and goes when the table goes.
    """
    known: tuple[weakref.ref[pa.Table], Values] | None = getattr(_LAST, "reader", None)
    if known is not None and known[0]() is table:
        return known[1]
    held = vars(_LAST)
    values = Values(table)
    held["reader"] = (weakref.ref(table, lambda _: held.clear()), values)
    return values
