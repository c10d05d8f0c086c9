"""Hostile folders and zips are refused before anything is unpacked."""

import os
import stat
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact import file_set
from tests.lifecycle.trained_artifacts import small_artifact

FILES = small_artifact().to_files()


def zipped(entries: list[tuple[zipfile.ZipInfo | str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these entries, whatever their names."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content, method)
    return target.getvalue()


def test_folder_and_zip_hold_the_same(tmp_path: Path) -> None:
    """Read from either, the files are equal; the zip is the same bytes each time."""
    (tmp_path / "model").mkdir()
    for name, content in FILES.items():
        (tmp_path / "model" / name).write_bytes(content)
    packed = file_set.to_zip(FILES.items())
    (tmp_path / "model.zip").write_bytes(packed)
    assert file_set.read(tmp_path / "model") == file_set.read(tmp_path / "model.zip") == FILES
    assert file_set.to_zip(reversed(FILES.items())) == packed


def test_a_compressed_zip_is_read_too() -> None:
    """Any zip program may pack an artifact."""
    assert file_set.from_zip(zipped(list(FILES.items())), "model.zip") == FILES


@pytest.mark.parametrize(
    "name", ["../card.md", "/etc/passwd", "sub/card.md", "..\\card.md", "C:\\card.md", "card.md/", "notes.txt"]
)
def test_a_path_or_unknown_name_is_refused(name: str) -> None:
    """An artifact is flat and its names are a closed set."""
    with pytest.raises(InputError, match=r"does not belong|not a readable zip"):
        file_set.from_zip(zipped([(name, b"x")]), "model.zip")


@pytest.mark.parametrize("name", ["weights.pkl", "model.joblib", "weights.pt", "weights.npz", "run.py", "model.so"])
def test_a_file_that_could_run_is_refused_by_name(name: str) -> None:
    """The message says why."""
    with pytest.raises(InputError, match="can execute code"):
        file_set.from_zip(zipped([(name, b"x")]), "model.zip")


def test_a_zip_bomb_is_refused_by_its_claimed_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is unpacked."""
    monkeypatch.setattr(file_set, "MOST_FILE_BYTES", 1 << 20)
    with pytest.raises(InputError, match="larger than"):
        file_set.from_zip(zipped([("weights.bin", bytes(4 << 20))]), "model.zip")


def test_a_zip_that_lies_about_its_sizes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading ends at the claimed size, and the checksum then fails."""
    monkeypatch.setattr(file_set, "MOST_FILE_BYTES", 1 << 20)
    bomb = bytearray(zipped([("weights.bin", bytes(4 << 20))]))
    real, claimed = (4 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert bomb.count(real) == 2
    with pytest.raises(InputError):
        file_set.from_zip(bytes(bomb.replace(real, claimed)), "model.zip")


def test_a_doubled_name_is_refused() -> None:
    """Two readers could take two different files for the model."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        packed = zipped([("card.md", b"good"), ("card.md", b"bad")])
    with pytest.raises(InputError, match="twice"):
        file_set.from_zip(packed, "model.zip")


def test_a_link_in_a_zip_is_refused() -> None:
    """It could point anywhere."""
    link = zipfile.ZipInfo("card.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(InputError, match="link"):
        file_set.from_zip(zipped([(link, b"/etc/passwd")]), "model.zip")


def test_a_damaged_zip_is_refused() -> None:
    """Cut anywhere, flipped anywhere: an error or the right files, never other ones."""
    whole = zipped(list(FILES.items()))
    for at in range(0, len(whole), 97):
        with pytest.raises(InputError):
            file_set.from_zip(whole[:at], "model.zip")
        flipped = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        try:
            assert file_set.from_zip(flipped, "model.zip") == FILES
        except InputError:
            continue


def test_links_folders_and_pipes_in_a_folder_are_refused(tmp_path: Path) -> None:
    """Only plain files are read, and a pipe does not make the reader wait."""
    for kind in ("link", "folder", "pipe"):
        place = tmp_path / kind / "card.md"
        place.parent.mkdir()
        if kind == "link":
            place.symlink_to("/etc/hostname")
        elif kind == "folder":
            place.mkdir()
        else:
            os.mkfifo(place)
        with pytest.raises(InputError, match="not a plain file"):
            file_set.read(place.parent)


def test_an_absent_artifact_says_what_was_expected(tmp_path: Path) -> None:
    """The remedy is in the message."""
    with pytest.raises(InputError, match=r"a folder or a \.zip"):
        file_set.read(tmp_path / "none")
