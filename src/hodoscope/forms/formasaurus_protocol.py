"""Formasaurus' own units, mapped to what the runtime found: one row per annotated form or field.

A unit is a ``form`` of lxml, or one of its named non-hidden controls (one per name). DOM forms are matched by document
order, and by names where lxml and the browser count different forms. A form's prediction is that of the segment that
holds most of its names; a unit that no segment holds is unmapped (row -1): it counts as wrong and is counted.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hodoscope.forms.corpora.formasaurus import UNANNOTATED
from hodoscope.forms.vectors import Vectors


@dataclass(frozen=True, slots=True, eq=False)
class ProtocolUnits:
    """``rows`` index the table of segments (or fields), -1 when unmapped; ``labels`` are upstream's merged codes.

    ``sites`` are the groups; ``forms`` numbers the annotated form that a unit belongs to.
    """

    rows: NDArray[np.int64]
    labels: tuple[str, ...]
    sites: tuple[str, ...]
    forms: NDArray[np.int64]


def form_units(vectors: Vectors) -> ProtocolUnits:
    """All forms with an annotated type."""
    found = [
        (segment, form["type"], site, number)
        for number, (form, site, segment, _) in enumerate(_matched(vectors))
        if form["type"] not in UNANNOTATED
    ]
    return _units(found)


def field_units(vectors: Vectors) -> ProtocolUnits:
    """All fields with an annotated type."""
    return _units(
        [
            (fields.get(name, -1), code, site, number)
            for number, (form, site, _, fields) in enumerate(_matched(vectors))
            for name, code in form["fields"].items()
            if code not in UNANNOTATED
        ]
    )


def raw_field_codes(vectors: Vectors) -> dict[int, tuple[str, str]]:
    """Row of a field → its code before merging and the type of its form; only annotated fields that were found."""
    return {
        fields[name]: (code, form["type"])
        for form, _, _, fields in _matched(vectors)
        for name, code in form["codes"].items()
        if code not in UNANNOTATED and name in fields
    }


def _units(found: Sequence[tuple[int, str, str, int]]) -> ProtocolUnits:
    rows, labels, sites, forms = zip(*found, strict=True) if found else ((), (), (), ())
    return ProtocolUnits(np.array(rows, np.int64), tuple(labels), tuple(sites), np.array(forms, np.int64))


Matched = tuple[Mapping[str, Any], str, int, dict[str, int]]


def _matched(vectors: Vectors) -> list[Matched]:
    """Per lxml form: its truth, the site, the segment (or -1), and name → row of the field."""
    by_page: dict[int, dict[int, dict[str, int]]] = defaultdict(dict)
    for row, page in enumerate(vectors.segments["page"].to_pylist()):
        by_page[page][row] = {}
    for row, field in enumerate(vectors.fields.select(["page", "segment", "name"]).to_pylist()):
        by_page[field["page"]][field["segment"]].setdefault(field["name"], row)
    forms = vectors.segments["form"].to_pylist()
    found = []
    for number, page in enumerate(vectors.pages.to_pylist()):
        truth, segments = json.loads(page["truth"])["forms"], by_page[number]
        ordered = len(truth) == page["forms"]
        for index, form in enumerate(truth):
            found.append((form, page["site"], *_match(form, segments, forms, index if ordered else None)))
    return found


def _match(
    form: Mapping[str, Any], segments: Mapping[int, dict[str, int]], forms: Sequence[int], index: int | None
) -> tuple[int, dict[str, int]]:
    """The segment with most names of ``form``, of DOM form ``index`` when given, and the rows of its names."""
    names = set(form["names"])
    own = [segment for segment in segments if index is None or forms[segment] == index]
    ranked = sorted(own, key=lambda segment: (-len(names & segments[segment].keys()), len(segments[segment]), segment))
    others = sorted(segments.keys() - set(own))
    fields: dict[str, int] = {}
    for segment in [*ranked, *others]:
        for name in names & segments[segment].keys():
            fields.setdefault(name, segments[segment][name])
    if ranked and (index is not None or names & segments[ranked[0]].keys()):
        return ranked[0], fields
    best = max(others, key=lambda segment: len(names & segments[segment].keys()), default=-1)
    return (best if best >= 0 and names & segments[best].keys() else -1), fields
