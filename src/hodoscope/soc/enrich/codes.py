"""Columns as integer codes into their distinct values, so that every look-up runs once per value, not once per
event."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_DENSE_LIMIT = 1 << 22  # cells of a flag table that is cheaper than sorting a batch (32 MB)


@dataclass(frozen=True, slots=True)
class Coded:
    """``values[codes[row]]`` is the row's text; code -1 is an absent value. ``rows`` maps codes of a flattened list
    column back to event rows (None: position is the row)."""

    codes: Ints
    values: list[str]
    rows: Ints | None = None


def coded_column(events: pa.Table, name: str) -> Coded | None:
    """A text or list-of-text column in codes; None when the column is absent, of type null or has no value at all.

    Dictionaries of several chunks are unified; a dictionary larger than the batch is reduced to what the batch uses.
    """
    position = events.schema.get_field_index(name)
    if position < 0 or events.num_rows == 0:
        return None
    array = _one_array(events.column(position))
    rows: Ints | None = None
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        rows = np.asarray(pc.list_parent_indices(array), dtype=np.int64)
        array = pc.list_flatten(array)
    if pa.types.is_null(array.type) or len(array) == 0:
        return None
    if not pa.types.is_dictionary(array.type):
        array = pc.dictionary_encode(array if pa.types.is_string(array.type) else array.cast(pa.string()))
    return _from_dictionary(array, rows)


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return column.combine_chunks()


def _from_dictionary(array: pa.DictionaryArray, rows: Ints | None) -> Coded | None:
    codes: Ints = pc.fill_null(array.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    dictionary = array.dictionary
    if len(dictionary) > len(codes):
        used, codes = np.unique(codes, return_inverse=True)
        absent = bool(len(used)) and used[0] < 0
        dictionary = dictionary.take(pa.array(used[1:] if absent else used))
        codes = codes - 1 if absent else codes
    if not pa.types.is_string(dictionary.type):
        dictionary = dictionary.cast(pa.string())
    values: list[str] = pc.fill_null(dictionary, "").to_numpy(zero_copy_only=False).tolist()
    return Coded(codes, values, rows) if values else None


def map_values(column: Coded | None, count: int, code_of: Callable[[str], int]) -> Ints:
    """``code_of`` of each row's value, -1 for absent values; a column that is None gives -1 everywhere."""
    if column is None:
        return np.full(count, -1, np.int64)
    table = np.empty(len(column.values) + 1, np.int64)
    table[:-1] = [code_of(value) for value in column.values]
    table[-1] = -1  # what code -1 picks
    return table[column.codes]


def combinations(columns: Sequence[Ints]) -> tuple[Ints, list[Ints]]:
    """Distinct tuples of several code columns: one code per row, and per column the code each distinct tuple holds.

    Codes may be -1. Tuples are found pairwise, with a flag table while that is small and by sorting otherwise.
    """
    combined, parts = _distinct(columns[0] + 1)
    held = [parts]
    for column in columns[1:]:
        width = int(column.max(initial=-1)) + 2
        combined, parts = _distinct(combined * width + column + 1)
        held = [part[parts // width] for part in held]
        held.append(parts % width)
    return combined, [part - 1 for part in held]


def _distinct(keys: Ints) -> tuple[Ints, Ints]:
    """Inverse codes and distinct keys of non-negative keys, in ascending order of key."""
    top = int(keys.max(initial=-1)) + 1
    if top > _DENSE_LIMIT:
        distinct, inverse = np.unique(keys, return_inverse=True)
        return inverse.astype(np.int64, copy=False), distinct
    flags = np.zeros(top, np.bool_)
    flags[keys] = True
    ranks = np.cumsum(flags, dtype=np.int64) - 1
    return ranks[keys], np.flatnonzero(flags)
