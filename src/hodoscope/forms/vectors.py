"""The vectors of a corpus as the runtime computed them: two Arrow tables and what they were computed with.

``segments``: page, form (index among the page's forms, -1 when formless), hashes (list<int32>), ends (list<int32>).
``fields``: page, segment (row in ``segments``), element, kind, name, id, members, marks (JSON), hashes, ends.
``pages``: page_id, corpus, site, forms (number of form elements), truth (JSON).
In ``hashes`` namespace ``n`` of the row owns ``ends[n-1]:ends[n]``.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from hodoscope.errors import InputError

PAGES: Final = pa.schema(
    {"page_id": pa.string(), "corpus": pa.string(), "site": pa.string(), "forms": pa.int32(), "truth": pa.string()}
)
SEGMENTS: Final = pa.schema(
    {"page": pa.int32(), "form": pa.int32(), "hashes": pa.list_(pa.int32()), "ends": pa.list_(pa.int32())}
)
FIELDS: Final = pa.schema(
    {
        "page": pa.int32(),
        "segment": pa.int32(),
        "element": pa.int32(),
        "kind": pa.string(),
        "name": pa.string(),
        "id": pa.string(),
        "members": pa.list_(pa.int32()),
        "marks": pa.string(),
        "hashes": pa.list_(pa.int32()),
        "ends": pa.list_(pa.int32()),
    }
)


@dataclass(frozen=True, slots=True)
class Vectors:
    """See the module; ``origin`` holds ``chromium``, ``runtime`` (digest of the bundle), ``spec`` and ``viewport``."""

    pages: pa.Table
    segments: pa.Table
    fields: pa.Table
    origin: dict[str, str]

    def save(self, folder: Path) -> None:
        """Writes ``pages``, ``segments`` and ``fields`` as Parquet below ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("pages", "segments", "fields"):
            table = getattr(self, name).replace_schema_metadata({"origin": json.dumps(self.origin)})
            pq.write_table(table, folder / f"{name}.parquet", compression="zstd")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Reads what :meth:`save` wrote. Raises ``InputError`` when a file is missing or damaged."""
        try:
            pages, segments, fields = (
                pq.read_table(folder / f"{name}.parquet") for name in ("pages", "segments", "fields")
            )
            origin = json.loads(pages.schema.metadata[b"origin"])
        except (OSError, pa.ArrowInvalid, KeyError, TypeError, ValueError) as error:
            raise InputError(f"{folder}: no vectors there ({error}); run: hodoscope forms vectorize") from None
        return cls(pages, segments, fields, origin)


def load_all(folder: Path) -> dict[str, Vectors]:
    """Name of the corpus → its vectors, for every folder below ``folder``. Raises ``InputError`` when there is none."""
    found = {path.parent.name: Vectors.load(path.parent) for path in sorted(folder.glob("*/pages.parquet"))}
    if not found:
        raise InputError(f"{folder}: no vectors there; run: hodoscope forms vectorize")
    return found
