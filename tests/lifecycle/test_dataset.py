"""A data set is loaded with its sheet or not at all, and changed content is noticed."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hodoscope.errors import InputError, StoreError
from hodoscope.lifecycle.dataset import ORIGIN, Dataset, combine
from hodoscope.lifecycle.datasheet import AllowedUse, Purpose
from tests.lifecycle.test_datasheet import SHEET

SAVE_UNDER_LIMIT = """
import os, pathlib, resource, signal, sys
from hodoscope.errors import StoreError
from hodoscope.lifecycle.dataset import Dataset
path = pathlib.Path(sys.argv[1])
old = Dataset.load(path)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    Dataset(old.table.append_column("noise", [[os.urandom(50_000)] * old.table.num_rows]), old.sheet).save(path)
except StoreError as error:
    print(error)
"""
"""A process whose files may not grow past 20 kB: what a full disk looks like to the writer."""
TABLE = pa.table({"id": [1, 2, 3], "family": ["x", "y", "x"], "label": ["dga", "benign", "dga"]})


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    """Table, sheet and hash, however the Parquet is laid out."""
    saved = Dataset(TABLE, SHEET)
    saved.save(tmp_path / "deep" / "names.parquet")
    assert sorted(path.name for path in (tmp_path / "deep").iterdir()) == ["names.parquet", "names.toml"]
    pq.write_table(TABLE, tmp_path / "deep" / "names.parquet", row_group_size=1, compression="none")
    loaded = Dataset.load(tmp_path / "deep" / "names.parquet")
    assert (loaded.table, loaded.sheet, loaded.content_hash) == (TABLE, SHEET, saved.content_hash)


def test_data_without_a_sheet_is_refused(tmp_path: Path) -> None:
    """The message names the file to write."""
    pq.write_table(TABLE, tmp_path / "names.parquet")
    with pytest.raises(InputError, match=r"no datasheet names\.toml"):
        Dataset.load(tmp_path / "names.parquet")


def test_changed_content_is_refused(tmp_path: Path) -> None:
    """One changed cell is enough."""
    path = tmp_path / "names.parquet"
    Dataset(TABLE, SHEET).save(path)
    pq.write_table(TABLE.set_column(0, "id", pa.array([1, 2, 4])), path)
    with pytest.raises(InputError, match="the content hash is"):
        Dataset.load(path)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    """As a file that cannot be read, with its path."""
    path = tmp_path / "names.parquet"
    Dataset(TABLE, SHEET).save(path)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(StoreError, match=r"names\.parquet: cannot be read"):
        Dataset.load(path)


def test_a_full_disk_leaves_the_old_data(tmp_path: Path) -> None:
    """Writing into what takes no more bytes replaces nothing and leaves nothing behind."""
    path = tmp_path / "names.parquet"
    Dataset(TABLE, SHEET).save(path)
    run = subprocess.run([sys.executable, "-c", SAVE_UNDER_LIMIT, path], capture_output=True, text=True, check=False)
    assert "nothing half-written is left" in run.stdout, run.stderr
    assert Dataset.load(path).table == TABLE
    assert sorted(child.name for child in tmp_path.iterdir()) == ["names.parquet", "names.toml"]


def test_a_sheet_that_names_no_column_is_refused() -> None:
    """Label, group and time are columns of the table."""
    with pytest.raises(InputError, match="time column 'when' is not among"):
        Dataset(TABLE, replace(SHEET, time="when"))


def test_labels_and_groups_are_indices() -> None:
    """Names sorted, so that they do not depend on the order of rows."""
    dataset = Dataset(TABLE, SHEET)
    indices, names = dataset.labels()
    assert (indices.tolist(), names) == ([1, 0, 1], ("benign", "dga"))
    assert dataset.groups().tolist() == [0, 1, 0]
    assert dataset.take(np.array([2, 1])).table["id"].to_pylist() == [3, 2]


def test_missing_labels_and_groups_are_told() -> None:
    """A row without a label is no row to learn from."""
    table = TABLE.set_column(2, "label", pa.array(["dga", None, None]))
    with pytest.raises(InputError, match="2 rows have no label"):
        Dataset(table, SHEET).labels()
    with pytest.raises(InputError, match="names no group column"):
        Dataset(TABLE, replace(SHEET, group="")).groups()


def test_combining_checks_the_allowed_use() -> None:
    """An evaluate-only source joins an evaluation, never what ships."""
    feed = Dataset(TABLE, replace(SHEET, name="feed", allowed_use=AllowedUse.EVALUATE_ONLY))
    both = combine([Dataset(TABLE, SHEET), feed], Purpose.EVALUATE)
    assert both.table[ORIGIN].to_pylist() == ["names"] * 3 + ["feed"] * 3
    assert both.sheet.allowed_use == AllowedUse.EVALUATE_ONLY
    with pytest.raises(InputError, match="'feed' is evaluate-only"):
        combine([Dataset(TABLE, SHEET), feed], Purpose.SHIP)


def test_combining_needs_the_same_columns() -> None:
    """The message names those that differ."""
    other = Dataset(TABLE.append_column("score", pa.array([0.1, 0.2, 0.3])), replace(SHEET, name="feed"))
    with pytest.raises(InputError, match=r"'score: double'"):
        combine([Dataset(TABLE, SHEET), other], Purpose.EVALUATE)
    with pytest.raises(InputError, match="no datasets"):
        combine([], Purpose.SHIP)
