"""Labelled pages to vectors, by the runtime itself in Chromium. Python neither extracts nor hashes."""

import base64
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa

from hodoscope.forms.chromium import VIEWPORT, LivePage
from hodoscope.forms.page import Page
from hodoscope.forms.spec import FEATURE_SPEC, FIELD_SPACE, FORM_SPACE
from hodoscope.forms.vectors import FIELDS, PAGES, SEGMENTS, Vectors

_PAGES_PER_CALL: Final = 8
_VECTORISE: Final = "pages => pages.map(([html, strip]) => hodoscopeForms.vectorisePage(html, strip))"


def vectorise(live: LivePage, pages: Iterable[Page]) -> Vectors:
    """Vectors of all pages, in their order; ``live`` holds the training bundle. About 40 pages a second."""
    rows: dict[str, list[dict[str, object]]] = {"pages": [], "segments": [], "fields": []}
    for number, (page, answer) in enumerate(_answers(live, pages)):
        _add(rows, number, page, answer)
    origin = {
        "chromium": live.version,
        "runtime": live.digest,
        "spec": FEATURE_SPEC,
        "viewport": f"{VIEWPORT[0]}x{VIEWPORT[1]}",
    }
    return Vectors(
        pa.Table.from_pylist(rows["pages"], PAGES),
        pa.Table.from_pylist(rows["segments"], SEGMENTS),
        pa.Table.from_pylist(rows["fields"], FIELDS),
        origin,
    )


def _answers(live: LivePage, pages: Iterable[Page]) -> Iterator[tuple[Page, Mapping[str, Any]]]:
    stream = iter(pages)
    while some := list(itertools.islice(stream, _PAGES_PER_CALL)):
        answers = live.call(_VECTORISE, [[page.html, list(page.strip)] for page in some])
        yield from zip(some, answers, strict=True)


def _add(rows: Mapping[str, list[dict[str, object]]], number: int, page: Page, answer: Mapping[str, Any]) -> None:
    first = len(rows["segments"])
    marks: dict[int, dict[str, str]] = {}
    for mark in answer["marks"]:
        marks.setdefault(mark["element"], {})[mark["attribute"]] = mark["value"]
    segments, fields = answer["segments"], answer["fields"]
    hashes = _numbers(answer["hashes"])
    form_ends, field_ends = len(segments) * len(FORM_SPACE), len(fields) * len(FIELD_SPACE)
    ends = _numbers(answer["ends"])
    tables = [
        *ends[:form_ends].reshape(-1, len(FORM_SPACE)),
        *ends[form_ends : form_ends + field_ends].reshape(-1, len(FIELD_SPACE)),
    ]
    starts = np.concatenate([[0], np.cumsum([int(table[-1]) for table in tables], dtype=np.int64)])
    vectors = [{"hashes": hashes[starts[at] : starts[at + 1]], "ends": table} for at, table in enumerate(tables)]
    rows["pages"].append(
        {
            "page_id": page.page_id,
            "corpus": page.corpus,
            "site": page.site,
            "forms": answer["forms"],
            "truth": json.dumps(page.truth, ensure_ascii=False),
        }
    )
    rows["segments"].extend(
        {"page": number, "form": row["form"], **vector} for row, vector in zip(segments, vectors, strict=False)
    )
    for row, vector in zip(fields, vectors[len(segments) :], strict=True):
        found = [marks[element] for element in row["members"] if element in marks]
        kept = {key: row[key] for key in ("element", "kind", "name", "id", "members")}
        rows["fields"].append(
            {
                **kept,
                "page": number,
                "segment": first + row["segment"],
                "marks": json.dumps(found[0]) if found else None,
                **vector,
            }
        )


def _numbers(text: str) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.frombuffer(base64.b64decode(text), dtype="<i4").astype(np.int32)
