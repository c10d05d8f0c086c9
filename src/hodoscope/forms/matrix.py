"""Vectors as a design matrix: buckets by mask, each namespace scaled to a norm of its own.

A namespace with ``n`` hashes gives each of them ``scale / sqrt(n)``: a long label does not drown a short name. The
runtime computes the same number, with integers up to the last step.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array


def design(table: pa.Table, bits: int, scales: Sequence[float]) -> csr_array:
    """(rows, 2^bits) matrix of the vectors in ``table``; ``scales`` has one factor per namespace, 0 drops it."""
    hashes, row, space, counts = exploded(table, len(scales))
    norms = np.asarray(scales, float) / np.sqrt(np.maximum(counts, 1))
    values = norms[row, space]
    kept = values != 0
    buckets = (hashes.view(np.uint32)[kept] & np.uint32((1 << bits) - 1)).astype(np.int32)
    shape = (table.num_rows, 1 << bits)
    matrix = csr_array((values[kept], (row[kept].astype(np.int32), buckets)), shape=shape)
    matrix.sum_duplicates()
    return matrix


def exploded(
    table: pa.Table, spaces: int
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """All hashes with the row and namespace of each, and (rows, spaces) counts."""
    ends = table["ends"].combine_chunks().flatten().to_numpy().reshape(-1, spaces)
    counts = np.diff(ends, axis=1, prepend=0).astype(np.int64)
    hashes = table["hashes"].combine_chunks().flatten().to_numpy()
    row = np.repeat(np.arange(table.num_rows), counts.sum(axis=1))
    space = np.repeat(np.tile(np.arange(spaces), table.num_rows), counts.ravel())
    return hashes, row, space, counts
