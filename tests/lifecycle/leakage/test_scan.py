"""Each leak is planted and found; where none is planted the scan is silent."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from tests.lifecycle.leakage.honest_rows import CLASSES, honest_rows

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.leakage.leak import LeakKind
from hodoscope.lifecycle.leakage.scan import find_leaks
from hodoscope.lifecycle.near_duplicates import clusters, join_partitions, shingles
from hodoscope.lifecycle.split import by_group


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("rows", [60, 3000])
def test_honest_rows_are_silent(seed: int, rows: int) -> None:
    """Strong features, hosts that differ, indicators, few rows and many: no leak, and columns ranked by strength."""
    honest = honest_rows(seed, rows)
    folds = by_group(honest.host, honest.labels, 5, seed)
    report = find_leaks(honest.features, honest.labels, CLASSES, folds=folds, levels={"host": honest.host})
    assert report.leaks == ()
    report.require_none()
    assert report.scores[0].column == "entropy"
    assert "no leak found" in report.to_text()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("verdict_copy", LeakKind.TARGET_DERIVED),
        ("label_with_noise", LeakKind.SINGLE_FEATURE),
        ("mean_of_host", LeakKind.TARGET_DERIVED),
        ("mean_of_host_without_row", LeakKind.TARGET_DERIVED),
        ("Dst_Port", LeakKind.IDENTIFIER),
        ("flowId", LeakKind.IDENTIFIER),
        ("attribute_7", LeakKind.IDENTIFIER),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_planted_column_is_found_and_no_other(name: str, kind: LeakKind, seed: int) -> None:
    """Exactly the planted column, with the kind of leak it is."""
    honest = honest_rows(seed)
    dice = np.random.default_rng(seed + 100)
    hits = honest.labels.astype(float)
    of_host, rows_of_host = np.bincount(honest.host, weights=hits), np.bincount(honest.host)
    codes = dice.integers(0, 200, len(hits))
    bad_codes = dice.random(200) < 0.5
    # Attacks come from bad codes nine times in ten; the codes' order means nothing.
    telling = np.array([dice.choice(np.flatnonzero(bad_codes == (hit > dice.random() * 1.1))) for hit in hits])
    planted = {
        "verdict_copy": 5 - 2 * hits,
        "label_with_noise": hits * 3 + dice.normal(size=len(hits)),
        "mean_of_host": (of_host / rows_of_host)[honest.host],
        "mean_of_host_without_row": ((of_host[honest.host] - hits) / (rows_of_host[honest.host] - 1)),
        "Dst_Port": np.where(dice.random(len(hits)) < 0.6, 9020 - 1000 * hits, codes * 100.0),
        "flowId": np.arange(len(hits)) + 1500 * hits,
        "attribute_7": telling.astype(float),
    }[name]
    report = find_leaks(honest.planted(name, planted), honest.labels, CLASSES, levels={"host": honest.host})
    assert [(leak.where, leak.kind) for leak in report.leaks] == [(name, kind)]
    with pytest.raises(InputError, match=f"{kind}: {name}"):
        report.require_none()
    report.require_none(accepted=[name])


def test_a_declared_identifier_is_found_whatever_its_name() -> None:
    """The datasheet knows better than the name."""
    honest = honest_rows()
    weak = honest.labels * 1.2 + np.random.default_rng(3).normal(size=len(honest.labels))
    features = honest.planted("z", weak)
    assert find_leaks(features, honest.labels, CLASSES).leaks == ()
    (leak,) = find_leaks(features, honest.labels, CLASSES, identifiers=["z"]).leaks
    assert (leak.where, leak.kind) == ("z", LeakKind.IDENTIFIER)


def test_a_value_that_tells_only_within_a_group_is_a_leak_only_when_groups_are_torn() -> None:
    """Rows of one burst share a value and a label: with whole hosts held out nobody can look it up."""
    honest = honest_rows()
    burst = honest.host * 100 + np.random.default_rng(7).integers(0, 12, len(honest.labels)) * 2 + honest.labels
    shuffled = np.random.default_rng(8).permutation(4000)[burst].astype(float)
    features = honest.planted("burst", shuffled)
    whole = by_group(honest.host, honest.labels, 5, 1)
    assert find_leaks(features, honest.labels, CLASSES, folds=whole).leaks == ()
    torn = by_group(np.arange(len(burst)), honest.labels, 5, 1)
    (leak,) = find_leaks(features, honest.labels, CLASSES, folds=torn).leaks
    assert (leak.where, leak.kind) == ("burst", LeakKind.IDENTIFIER)


@pytest.mark.parametrize("sparse", [False, True])
def test_equal_rows_across_the_split_are_found(sparse: bool) -> None:
    """A tenth of the rows copied, then split as if they were new."""
    honest = honest_rows()
    values = np.concatenate([honest.features.values, honest.features.values[:300]])
    labels = np.concatenate([honest.labels, honest.labels[:300]])
    rows = np.arange(len(labels))
    features = Features(honest.features.names, csr_array(values) if sparse else values)
    report = find_leaks(features, labels, CLASSES, folds=by_group(rows, labels, 5, 1))
    assert {leak.kind for leak in report.leaks} == {LeakKind.DUPLICATE}
    assert len(report.leaks) == 5
    whole = np.concatenate([np.arange(3000), np.arange(300)])
    assert find_leaks(features, labels, CLASSES, folds=by_group(whole, labels, 5, 1)).leaks == ()


def test_nearly_equal_rows_across_the_split_are_found() -> None:
    """Names that differ in one character of thirty; splitting by the clusters silences the report."""
    dice = np.random.default_rng(5)
    names = ["".join(dice.choice(list("abcdefghij"), 30)) for _ in range(200)]
    names += [f"{name[:15]}z{name[16:]}" for name in names]
    near = clusters([shingles(name) for name in names], 0.7)
    features = Features(("x",), dice.normal(size=(400, 1)))
    labels = np.arange(400) % 2
    torn = find_leaks(features, labels, CLASSES, folds=by_group(np.arange(400), labels, 4, 1), near_duplicates=near)
    assert {leak.kind for leak in torn.leaks} == {LeakKind.NEAR_DUPLICATE}
    joined = by_group(join_partitions(np.arange(400), near), labels, 4, 1)
    assert find_leaks(features, labels, CLASSES, folds=joined, near_duplicates=near).leaks == ()


def test_several_classes_and_wide_sparse_features_are_scanned() -> None:
    """The class that a column gives away is named; 3,000 sparse columns are scanned one by one."""
    dice = np.random.default_rng(2)
    labels = dice.integers(0, 3, 500)
    values = (dice.random((500, 3000)) < 0.01).astype(float)
    values[:, 70] = labels == 2
    report = find_leaks(Features(tuple(map(str, range(3000))), csr_array(values)), labels, ("a", "b", "c"))
    assert [(leak.where, leak.kind) for leak in report.leaks] == [("70", LeakKind.TARGET_DERIVED)]
    assert "'c'" in report.leaks[0].explanation


def test_labels_of_other_rows_are_refused() -> None:
    """Before anything is computed."""
    honest = honest_rows()
    with pytest.raises(InputError, match="2999 labels for 3000 rows"):
        find_leaks(honest.features, honest.labels[1:], CLASSES)
    with pytest.raises(InputError, match="no rows"):
        find_leaks(honest.features.take(np.array([], np.int64)), np.array([], np.int64), CLASSES)
