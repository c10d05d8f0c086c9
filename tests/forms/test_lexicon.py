"""The lexicon can match: stems look like the words that the runtime cuts."""

import re
import unicodedata
from pathlib import Path

from hodoscope.forms.lexicon import LEXICON, read


def test_stems_are_lower_case_words_without_separators() -> None:
    """A stem with a blank, digit, capital or compatibility form would never be found."""
    stems = {stem.removeprefix("^").removesuffix("$") for text in LEXICON.values() for stem in text.split()}
    assert [stem for stem in stems if not re.fullmatch(r"[^\W\d_]+|.*[^\x00-\x7f].*", stem)] == []
    assert [stem for stem in stems if unicodedata.normalize("NFKC", stem).lower() != stem] == []
    assert [stem for stem in stems if len(stem) > 24] == []


def test_each_stem_stands_once_per_concept() -> None:
    """Repetition would cost bytes and mean nothing."""
    for concept, text in LEXICON.items():
        assert len(set(text.split())) == len(text.split()), concept


def test_file_is_read_with_repetitions_removed(tmp_path: Path) -> None:
    """Lines of one concept are joined."""
    path = tmp_path / "lexicon.toml"
    path.write_text('mail = """\nmail post\n mail"""\n', encoding="utf-8")
    assert read(path) == {"mail": "mail post"}
