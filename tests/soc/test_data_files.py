"""The shipped data is found, and YAML is read without constructing anything."""

from pathlib import Path

import pytest

from hodoscope.errors import MappingError
from hodoscope.soc.data_files import data_dir, read_yaml


def test_the_mappings_are_found() -> None:
    """From a checkout or an installation."""
    assert (data_dir("mappings") / "cloudtrail.yaml").is_file()


def test_a_missing_folder_says_what_to_do() -> None:
    """Reinstalling is the remedy."""
    with pytest.raises(MappingError, match="reinstall"):
        data_dir("no-such-folder")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a: [1", "not valid YAML"),
        (b"\xff\xfe\xfa", "UTF-8"),
        (b"!!python/object/apply:os.getcwd []", "not valid YAML"),
    ],
)
def test_what_cannot_be_read_names_the_file(tmp_path: Path, content: bytes, words: str) -> None:
    """Broken syntax, no text, and a tag that would construct an object."""
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(MappingError, match=words) as caught:
        read_yaml(path)
    assert "bad.yaml" in str(caught.value)


def test_an_absent_file_names_itself(tmp_path: Path) -> None:
    """No traceback of the operating system."""
    with pytest.raises(MappingError, match=r"gone\.yaml"):
        read_yaml(tmp_path / "gone.yaml")


def test_a_byte_order_mark_is_no_part_of_the_document(tmp_path: Path) -> None:
    """Editors write one."""
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfformat: x\n")
    assert read_yaml(path) == {"format": "x"}
