"""Parts that the file system took only in part."""

from pathlib import Path

from hodoscope.soc.storage.written import Part, cut_short


def part(folder: Path, size_bytes: int) -> Part:
    """A part of which the engine says it has so many bytes."""
    return Part("all_1_1_0", folder, size_bytes, 0)


def test_a_part_with_fewer_bytes_than_the_engine_wrote_is_cut_short(tmp_path: Path) -> None:
    """Other files of its folder do not make up for them."""
    (tmp_path / "data.bin").write_bytes(b"x" * 99)
    (tmp_path / "checksums.txt").write_bytes(b"x" * 500)
    assert cut_short([part(tmp_path, 100)]) == [part(tmp_path, 100)]
    assert cut_short([part(tmp_path, 99)]) == []


def test_a_part_that_a_merge_removed_is_not_missed(tmp_path: Path) -> None:
    """Its rows are in the merged part."""
    assert cut_short([part(tmp_path / "gone", 100)]) == []
