"""What a Sigma document says about itself: title, id, level, tags, author."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from hodoscope.soc.sigma.load.refusal import Refused, did_you_mean

LEVELS = ("informational", "low", "medium", "high", "critical")
STATUSES = ("stable", "test", "experimental", "deprecated", "unsupported")
NO_LEVEL = "medium"
"""The level of a document that states none (the specification leaves it optional)."""
_TECHNIQUE = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metadata:
    """Everything that rules, correlations and filters have in common."""

    rule_id: str
    name: str  # how correlations and filters may refer to it, "" without
    title: str
    level: str
    status: str
    attack: tuple[str, ...]
    tags: tuple[str, ...]
    author: str
    description: str
    references: tuple[str, ...]
    false_positives: tuple[str, ...]
    fields: tuple[str, ...]


def metadata(document: Mapping[str, object], text: str) -> Metadata:
    """The document's metadata; Refused where a program would act on it and it is wrong (title, level, status)."""
    title = _text(document, "title")
    if not title:
        raise Refused("title: missing", "give the document a title")
    tags = _texts(document, "tags")
    techniques = (found[1].upper() for tag in tags if (found := _TECHNIQUE.fullmatch(tag)))
    return Metadata(
        rule_id=identifier(document, text),
        name=_text(document, "name"),
        title=title,
        level=_one_of(document, "level", LEVELS) or NO_LEVEL,
        status=_one_of(document, "status", STATUSES),
        attack=tuple(dict.fromkeys(techniques)),
        tags=tags,
        author=_text(document, "author"),
        description=_text(document, "description"),
        references=_texts(document, "references"),
        false_positives=_texts(document, "falsepositives"),
        fields=_texts(document, "fields"),
    )


def identifier(document: Mapping[str, object], text: str) -> str:
    """The document's own id (a UUID in its usual spelling), else one made from its text."""
    own = _text(document, "id")
    if not own:
        return str(UUID(bytes=hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]))
    try:
        return str(UUID(own))
    except ValueError:
        return own


def _text(document: Mapping[str, object], key: str) -> str:
    value = document.get(key)
    return "" if value is None else str(value).strip()


def _texts(document: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = document.get(key)
    values = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(str(item).strip() for item in values if item is not None)


def _one_of(document: Mapping[str, object], key: str, known: tuple[str, ...]) -> str:
    value = _text(document, key).lower()
    if value and value not in known:
        raise Refused(f"{key}: unknown", f"{value!r} is none of {', '.join(known)}.{did_you_mean(value, known)}", key)
    return value
