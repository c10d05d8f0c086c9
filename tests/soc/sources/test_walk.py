"""Directories, links and leftovers on the way to the files."""

from pathlib import Path

from .discovered import found, text
from .memory_source import reasons


def test_directories_are_read_in_order_without_hidden_files_and_leftovers(tmp_path: Path) -> None:
    """Sorted, recursive; a directory may be called x.log; what is left out says why."""
    (tmp_path / "b.log").mkdir()
    for number, name in enumerate(["b.log/z", "a.log", ".hidden", "c.log~", "#d#", "c.log"]):
        (tmp_path / name).write_bytes(text(number * 10, 3))
    (tmp_path / "empty").write_bytes(b"")
    sources, skipped = found(tmp_path)
    assert [Path(source.path).name for source in sources] == ["a.log", "z", "c.log"]
    assert reasons(skipped) == ["editor leftover", "hidden file", "editor leftover", "empty"]
    assert len(found(tmp_path / ".hidden")[0]) == 1


def test_directory_loops_end(tmp_path: Path) -> None:
    """A link back up is seen once and reported."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").write_bytes(text(0, 2))
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    (tmp_path / "in" / "dead").symlink_to(tmp_path / "nowhere")
    sources, skipped = found(tmp_path)
    assert len(sources) == 1
    assert sorted(reasons(skipped)) == ["dangling link", "directory loop"]
