"""Which rows say nearly the same, by MinHash; and groups joined so that such rows stay together."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle import extra

PERMUTATIONS = 128
RECALL = 0.99
"""Aimed share of pairs at the threshold that become candidates: it sets the number of rows per band."""
ROWS_AT_ONCE = 20_000


def clusters(token_sets: Sequence[frozenset[str]], similarity: float, seed: int = 7) -> NDArray[np.int64]:
    """Cluster index per row, of shape (rows,); rows of one cluster are linked by Jaccard ≥ ``similarity``.

    MinHash (Broder 1997) with banding proposes pairs, each is verified exactly, so that no pair below the threshold
    links; a pair at it is missed in about one case of a hundred, more similar ones less. Links chain: two rows of one
    cluster may be less similar than the threshold. Rows with equal sets (two empty ones too) are always together.

    Raises ``InputError`` for a similarity outside (0, 1].
    """
    if not 0.0 < similarity <= 1.0:
        raise InputError(f"near-duplicates: the similarity is {similarity}; it lies above 0 and up to 1")
    distinct: dict[frozenset[str], int] = {}
    row_to_distinct = np.array([distinct.setdefault(tokens, len(distinct)) for tokens in token_sets], np.int64)
    sets = list(distinct)
    pairs = [
        pair for pair in _candidates(sets, similarity, seed) if _jaccard(sets[pair[0]], sets[pair[1]]) >= similarity
    ]
    return _components(len(sets), np.array(pairs, np.int64).reshape(-1, 2))[row_to_distinct]


def join_partitions(*partitions: NDArray[np.int64]) -> NDArray[np.int64]:
    """The finest partition in which rows that share a value of any of ``partitions`` share an index; shape (rows,).

    Splitting by it keeps every group and every near-duplicate cluster on one side.
    """
    rows = len(partitions[0])
    links, first_free = [], rows
    for partition in partitions:
        values, compact = np.unique(partition, return_inverse=True)
        links.append(np.stack([np.arange(rows), first_free + compact], axis=1))
        first_free += len(values)
    joined = _components(first_free, np.concatenate(links))[:rows]
    return np.asarray(np.unique(joined, return_inverse=True)[1], np.int64)


def shingles(text: str, length: int = 3) -> frozenset[str]:
    """All substrings of ``length`` characters; a shorter text is its own only one."""
    return frozenset(text[start : start + length] for start in range(max(1, len(text) - length + 1)))


def row_tokens(table: pa.Table, columns: Sequence[str]) -> list[frozenset[str]]:
    """``column=value`` for each column of each row, so that rows are near when most of their values are equal.

    Floats count as equal when three significant digits are.
    """
    texts = [[f"{name}={_rounded(value)}" for value in table.column(name).to_pylist()] for name in columns]
    return [frozenset(row) for row in zip(*texts, strict=True)]


def _rounded(value: object) -> object:
    return f"{value:.3g}" if isinstance(value, float) else value


def _candidates(sets: Sequence[frozenset[str]], similarity: float, seed: int) -> Iterator[tuple[int, int]]:
    """Pairs of indices that agree on a whole band of the signature, each once."""
    width = _rows_per_band(similarity)
    signatures = _signatures(sets, seed)
    found: set[tuple[int, int]] = set()
    for start in range(0, PERMUTATIONS - width + 1, width):
        band = np.ascontiguousarray(signatures[:, start : start + width])
        keys = band.view(np.dtype((np.void, band.itemsize * width))).ravel()
        order = np.argsort(keys, kind="stable")
        same = keys[order[1:]] == keys[order[:-1]]
        # Within a run of equal keys each row is compared with the run's first and with its neighbour: linear, and a row
        # unlike the first has further bands to meet its kin in.
        heads = np.maximum.accumulate(np.where(np.concatenate([[False], same]), 0, np.arange(len(order))))
        later = np.flatnonzero(same) + 1
        for one, other in ((heads[later], later), (later - 1, later)):
            ends = np.sort(np.stack([order[one], order[other]], axis=1), axis=1)
            found.update(zip(ends[:, 0].tolist(), ends[:, 1].tolist(), strict=True))
    yield from found


def _rows_per_band(similarity: float) -> int:
    """The widest band (fewest false candidates) that still meets ``RECALL``: 1 - (1 - s^r)^(permutations // r)."""
    fitting = [
        width
        for width in range(1, PERMUTATIONS + 1)
        if 1 - (1 - similarity**width) ** (PERMUTATIONS // width) >= RECALL
    ]
    return max(fitting, default=1)


def _signatures(sets: Sequence[frozenset[str]], seed: int) -> NDArray[np.uint32]:
    minhash = extra.load("rensa").RMinHash
    parts = [
        # Sorted, so that the signature does not hang on the order in which a set is walked.
        minhash.digest_matrix_from_token_sets([sorted(tokens) for tokens in sets[start : start + ROWS_AT_ONCE]],
                                              PERMUTATIONS, seed).to_rows()
        for start in range(0, len(sets), ROWS_AT_ONCE)
    ]  # fmt: skip
    return (
        np.concatenate([np.array(part, np.uint32) for part in parts])
        if parts
        else np.zeros((0, PERMUTATIONS), np.uint32)
    )


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def _components(nodes: int, links: NDArray[np.int64]) -> NDArray[np.int64]:
    sparse, graph = extra.load("scipy.sparse"), extra.load("scipy.sparse.csgraph")
    matrix = sparse.coo_array((np.ones(len(links), np.int8), (links[:, 0], links[:, 1])), (nodes, nodes))
    return np.asarray(graph.connected_components(matrix.tocsr(), directed=False)[1], np.int64)
