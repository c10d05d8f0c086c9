"""Near-duplicates are found, nothing else is linked, and they stay on one side of a split."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.errors import InputError
from hodoscope.lifecycle.near_duplicates import clusters, join_partitions, row_tokens, shingles
from hodoscope.lifecycle.split import assert_disjoint, by_group

WORDS = [f"word{number}" for number in range(40)]


def _variants(seed: int, families: int, each: int) -> list[frozenset[str]]:
    """``families`` sets of 40 tokens, each with near copies in which one token is another."""
    dice = np.random.default_rng(seed)
    found = []
    for family in range(families):
        tokens = [f"{family}-{word}" for word in WORDS]
        for copy in range(each):
            changed = list(tokens)
            changed[int(dice.integers(40))] = f"copy-{family}-{copy}"
            found.append(frozenset(changed))
    return found


def test_near_copies_share_a_cluster_and_strangers_do_not() -> None:
    """Copies with one token in 40 changed (Jaccard at least .90), 50 families of 6."""
    found = clusters(_variants(1, 50, 6), 0.85)
    assert len(np.unique(found)) == 50
    assert (found.reshape(50, 6) == found.reshape(50, 6)[:, :1]).all()


@given(st.lists(st.frozensets(st.sampled_from(WORDS[:6]), max_size=5), max_size=12), st.sampled_from([0.3, 0.6, 1.0]))
def test_clusters_are_those_of_all_pairs(sets: list[frozenset[str]], similarity: float) -> None:
    """No link below the threshold: clusters refine the exact ones; equal sets, empty ones too, are together."""
    found, exact = clusters(sets, similarity), _exact_clusters(sets, similarity)
    for one in range(len(sets)):
        for other in range(one):
            if found[one] == found[other]:
                assert exact[one] == exact[other]
            assert sets[one] != sets[other] or found[one] == found[other]


def test_pairs_at_the_threshold_are_found_nearly_always() -> None:
    """300 pairs with Jaccard .60: 99 in 100 are aimed at."""
    pairs = []
    for number in range(300):
        shared = [f"{number}-{word}" for word in WORDS[:30]]
        pairs += [frozenset([*shared, *(f"{number}{side}{extra}" for extra in range(10))]) for side in "ab"]
    found = clusters(pairs, 0.6)
    assert (found[::2] == found[1::2]).mean() > 0.97


def test_groups_that_share_a_near_duplicate_are_joined() -> None:
    """Splitting by the joined partition passes the check that splitting by the groups alone fails."""
    sets = _variants(2, 12, 3)
    groups = np.arange(36) // 2  # a family of three rows straddles two groups
    near = clusters(sets, 0.85)
    joined = join_partitions(groups, near)
    labels = np.arange(36) % 2
    for fold in by_group(joined, labels, 3, 1):
        assert_disjoint(fold, groups, near)
    (torn, *_) = by_group(groups, labels, 3, 1)
    with pytest.raises(InputError, match="split by the partitions joined"):
        assert_disjoint(torn, groups, near)


def test_tokens_of_texts_and_rows() -> None:
    """Three characters at a time; columns with their names, floats to three digits."""
    assert shingles("abcd") == {"abc", "bcd"}
    assert shingles("ab") == {"ab"}
    table = pa.table({"x": [1.00001, 2.0], "y": ["a", None]})
    assert row_tokens(table, ["x", "y"]) == [{"x=1", "y=a"}, {"x=2", "y=None"}]


def test_nothing_and_nonsense() -> None:
    """No rows give no clusters; a similarity is above 0 and up to 1."""
    assert clusters([], 0.8).tolist() == []
    with pytest.raises(InputError, match="the similarity is 0"):
        clusters([frozenset("a")], 0.0)


def _exact_clusters(sets: list[frozenset[str]], similarity: float) -> list[int]:
    index = list(range(len(sets)))
    for one in range(len(sets)):
        for other in range(one):
            union = len(sets[one] | sets[other])
            near = sets[one] == sets[other] or (union and len(sets[one] & sets[other]) / union >= similarity)
            if near:
                index = [index[other] if value == index[one] else value for value in index]
    return index
