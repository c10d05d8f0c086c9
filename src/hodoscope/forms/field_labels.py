"""The labelled fields of any corpus, in our classes: what the shipped head trains on and is measured by.

A corpus label may allow several classes (``username or email``). Measuring accepts each of them; training needs one,
which the kind of control, the form's type or the order in the segment decides, or the field is left out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hodoscope.forms.corpora import duckduckgo, firefox, formasaurus
from hodoscope.forms.field_types import (
    DUCKDUCKGO,
    FIREFOX,
    FORMASAURUS,
    IDENTIFIERS,
    PASSWORDS,
    UNFILLED,
    FieldType,
)
from hodoscope.forms.formasaurus_protocol import raw_field_codes
from hodoscope.forms.vectors import Vectors

_CURRENT_PAGES: Final = ("login", "l")
_NEW_PAGES: Final = ("signup", "r", "password-reset", "reset")


@dataclass(frozen=True, slots=True, eq=False)
class FieldLabels:
    """``rows`` of the fields table; ``allowed`` classes of each; ``chosen`` the one to train on, or None.

    ``sites`` are groups over all corpora: the first label of a site's domain.
    """

    rows: NDArray[np.int64]
    allowed: tuple[tuple[FieldType, ...], ...]
    chosen: tuple[FieldType | None, ...]
    sites: tuple[str, ...]


def field_labels(vectors: Vectors) -> FieldLabels:
    """Labels of all annotated fields of one corpus, by the corpus each page names."""
    pages = vectors.pages.to_pylist()
    fields = vectors.fields.select(["page", "segment", "kind", "marks"]).to_pylist()
    raw = raw_field_codes(vectors) if any(page["corpus"] == formasaurus.NAME for page in pages) else {}
    found: list[tuple[int, tuple[FieldType, ...], FieldType | None, str]] = []
    passwords: dict[int, int] = {}  # new and confirmed ones so far, by segment
    for row, field in enumerate(fields):
        page = pages[field["page"]]
        allowed, hint = _allowed(page, json.loads(field["marks"] or "{}"), raw.get(row))
        if not allowed:
            continue
        choice = _choice(allowed, field["kind"], hint, passwords.get(field["segment"], 0))
        if choice in PASSWORDS[1:]:
            passwords[field["segment"]] = passwords.get(field["segment"], 0) + 1
        found.append((row, allowed, choice, page["site"].split(".")[0]))
    rows, sets, chosen, sites = zip(*found, strict=True) if found else ((), (), (), ())
    return FieldLabels(np.array(rows, np.int64), tuple(sets), tuple(chosen), tuple(sites))


def _allowed(
    page: Mapping[str, Any], marks: Mapping[str, str], code: tuple[str, str] | None
) -> tuple[tuple[FieldType, ...], str]:
    """Allowed classes (none: not labelled) and the form's type or the page's kind."""
    if page["corpus"] == formasaurus.NAME:
        return (FORMASAURUS.get(code[0], ()), code[1]) if code else ((), "")
    if page["corpus"] == duckduckgo.NAME:
        label = marks.get(duckduckgo.LABEL, "")
        return (UNFILLED if label == "unknown" else DUCKDUCKGO.get(label, ())), duckduckgo.page_kind(page["page_id"])
    return FIREFOX.get(marks.get(firefox.LABEL, ""), ()), ""


def _choice(allowed: tuple[FieldType, ...], kind: str, hint: str, before: int) -> FieldType | None:
    if len(allowed) == 1:
        return allowed[0]
    if allowed == IDENTIFIERS:
        return FieldType.EMAIL if kind == "e" else FieldType.USERNAME
    if allowed == UNFILLED:
        return FieldType.OTHER if kind in "tnSr" else None
    if FieldType.CURRENT_PASSWORD not in allowed or hint in _NEW_PAGES:
        return FieldType.NEW_PASSWORD if before == 0 else FieldType.CONFIRM_PASSWORD
    return FieldType.CURRENT_PASSWORD if hint in _CURRENT_PAGES else None


def joined(corpora: Sequence[Vectors]) -> tuple[pa.Table, list[FieldLabels]]:
    """One table of fields over several corpora, segments renumbered, and the labels of each with rows in it."""
    tables, labels, fields, segments = [], [], 0, 0
    for vectors in corpora:
        column = pa.array(vectors.fields["segment"].to_numpy() + segments, pa.int32())
        at = vectors.fields.schema.get_field_index("segment")
        tables.append(vectors.fields.set_column(at, "segment", column).replace_schema_metadata(None))
        own = field_labels(vectors)
        labels.append(FieldLabels(own.rows + fields, own.allowed, own.chosen, own.sites))
        fields, segments = fields + vectors.fields.num_rows, segments + vectors.segments.num_rows
    return pa.concat_tables(tables), labels
