"""Every row is scored by a head that never saw its site."""

import numpy as np
import pyarrow as pa

from hodoscope.forms.fit import Settings
from hodoscope.forms.out_of_fold import codes, out_of_fold

SITES = 30


def _by_site(rows: int = 180) -> tuple[pa.Table, np.ndarray, np.ndarray]:
    """The label follows from the site alone, and the only feature is the site."""
    sites = np.arange(rows) % SITES
    labels = np.random.default_rng(2).integers(0, 2, SITES)[sites]
    table = pa.table(
        {
            "hashes": pa.array([[int(site)] for site in sites], pa.list_(pa.int32())),
            "ends": pa.array([[1]] * rows, pa.list_(pa.int32())),
        }
    )
    return table, labels.astype(np.int64), sites.astype(np.int64)


def test_what_only_the_site_tells_is_not_learned() -> None:
    """In-sample this would be perfect; out of fold it is chance."""
    table, labels, sites = _by_site()
    chances = out_of_fold(table, np.arange(len(labels)), labels, ("a", "b"), sites, Settings(6, (1.0,)))
    assert (chances.argmax(axis=1) == labels).mean() < 0.75
    assert np.allclose(chances.sum(axis=1), 1)


def test_unmapped_unit_is_wrong() -> None:
    """Row -1 trains nothing and gets a class that it is not."""
    table, labels, sites = _by_site()
    rows = np.arange(len(labels))
    rows[7] = -1
    chances = out_of_fold(table, rows, labels, ("a", "b"), sites, Settings(6, (1.0,)))
    assert chances[7].argmax() != labels[7]


def test_codes_are_sorted() -> None:
    """Names ascending, indices into them."""
    names, found = codes(["b", "a", "b"])
    assert names == ("a", "b")
    assert found.tolist() == [1, 0, 1]
