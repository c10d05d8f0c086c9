"""Who may train weights that ship."""

import gzip
from pathlib import Path

import pytest
from tests.support.shared_data import SKIPPED, find_shared_data

from hodoscope.errors import InputError
from hodoscope.lifecycle.dataset import ORIGIN
from hodoscope.lifecycle.datasheet import AllowedUse
from hodoscope.soc.dga.name_lists import read_names, shippable


def _written(folder: Path, *lines: str) -> Path:
    path = folder / "domains.csv.gz"
    path.write_bytes(gzip.compress("\n".join(("domain,label,family,source", *lines, "")).encode()))
    return path


def test_only_two_sources_may_train_weights_that_ship(tmp_path: Path) -> None:
    """Every other one evaluates, and so does one that nobody has looked at."""
    sources = ("alexa", "baderj", "andrewaeva", "dds", "netlab360_chrmor", "opendns_random", "opendns_top", "new")
    found = read_names(_written(tmp_path, *(f"name{i}.com,dga,f,{name}" for i, name in enumerate(sources))))
    ships = {name for name, dataset in found.items() if dataset.sheet.allowed_use is AllowedUse.TRAIN_AND_SHIP_WEIGHTS}
    assert ships == {"alexa", "baderj"}
    assert set(shippable(found.values()).table.column(ORIGIN).to_pylist()) == {"alexa", "baderj"}


def test_nothing_that_may_ship_is_an_error(tmp_path: Path) -> None:
    """A model is never trained on what is left."""
    with pytest.raises(InputError):
        shippable(read_names(_written(tmp_path, "a.com,dga,f,andrewaeva")).values())


def test_names_of_one_malware_are_one_generator_and_stand_once(tmp_path: Path) -> None:
    """Sources name it differently; the public suffix makes no new name."""
    lines = ("x1y2.com,dga,goz,baderj", "x1y2.net,dga,newgoz,baderj", "1.2.3.4,benign,b,baderj")
    table = read_names(_written(tmp_path, *lines))["baderj"].table
    assert table.column("generator").to_pylist() == ["gameover zeus"]
    assert table.column("name").to_pylist() == ["x1y2"]


@pytest.mark.parametrize(("line", "message"), [("a.com,evil,f,alexa", r":2: label 'evil'"), (None, "no column label")])
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, line: str | None, message: str) -> None:
    """Line number, or the missing column."""
    path = _written(tmp_path, line or "")
    if line is None:
        path.write_bytes(gzip.compress(b"domain,family,source\na.com,f,alexa\n"))
    with pytest.raises(InputError, match=message):
        read_names(path)


def test_the_real_list_has_both_kinds_and_both_uses() -> None:
    """Read as it is."""
    data = find_shared_data()
    if data is None or not (files := sorted((data / "soc" / "dns_dga").glob("*.csv.gz"))):
        pytest.skip(SKIPPED)
    found = read_names(files[0])
    assert {dataset.sheet.allowed_use for dataset in found.values()} >= {AllowedUse.TRAIN_AND_SHIP_WEIGHTS}
    assert {label for dataset in found.values() for label in dataset.table.column("label").to_pylist()} == {
        "benign",
        "dga",
    }
