"""Concepts that name forms and fields in many languages, as parts of words.

``lexicon.toml`` holds one concept per key and its stems, separated by blanks. A stem is matched anywhere inside a
lower-case word (``userpassword`` contains ``password``); ``^`` and ``$`` tie it to the word's beginning and end, which
short stems need: ``^tel$`` is not ``hotel``. Words are cut at blanks, punctuation, digits and camelCase humps first
(``words.ts``), so a stem never contains those; two words in a row are also tried as one. Written for this project from
general knowledge of the languages; no list was copied.
"""

import tomllib
import unicodedata
from pathlib import Path
from typing import Final


def read(path: Path) -> dict[str, str]:
    """Concept → its stems, each once, separated by single blanks, in the form the runtime gives to words (NFKC)."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        concept: " ".join(dict.fromkeys(unicodedata.normalize("NFKC", str(stems)).split()))
        for concept, stems in document.items()
    }


LEXICON: Final = read(Path(__file__).with_name("lexicon.toml"))
"""Concept → stems. A feature holds the concept's name, so the order means nothing."""
