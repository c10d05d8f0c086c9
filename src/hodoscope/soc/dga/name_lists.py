"""Lists of generated and of chosen domain names as data sets, one per source with its own licence and use.

Two sources may train weights that ship. Every other one, and any that is not listed here, only evaluates.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa

from hodoscope.errors import InputError
from hodoscope.lifecycle.dataset import Dataset, combine
from hodoscope.lifecycle.datasheet import AllowedUse, Datasheet, Purpose
from hodoscope.soc.dga.registered_name import registered_name

DGA, BENIGN = "dga", "benign"
_COLUMNS = ("domain", "label", "family", "source")
_SHIP, _EVALUATE = AllowedUse.TRAIN_AND_SHIP_WEIGHTS, AllowedUse.EVALUATE_ONLY
_LICENCES: Mapping[str, tuple[str, AllowedUse]] = {
    "alexa": ("MIT", _SHIP),
    "baderj": ("GPL-2.0 for the generators' code; names are output", _SHIP),
    "andrewaeva": ("none stated", _EVALUATE),
    "dds": ("MIT (repository); origin of the names not stated", _EVALUATE),
    "netlab360_chrmor": ("research use with citation", _EVALUATE),
    "opendns_random": ("none stated", _EVALUATE),
    "opendns_top": ("none stated", _EVALUATE),
}
_SAME_GENERATOR = {"goz": "gameover zeus", "newgoz": "gameover zeus", "zeus": "gameover zeus"}
"""Names that sources give to one malware's generators: left out together."""


def read_names(path: Path) -> dict[str, Dataset]:
    """Source → its rows: ``domain``, ``name`` (registered), ``label``, ``generator``; each generator's names once.

    ``path`` is a gzip-compressed CSV file with the columns domain, label, family and source. Domains without a
    registered name are left out. Raises ``InputError`` when a column is missing or a label is unknown.
    """
    rows: dict[str, dict[tuple[str, str], tuple[str, str]]] = defaultdict(dict)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        reader = csv.DictReader(text)
        missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise InputError(f"{path}: no column {', '.join(missing)}; expected {', '.join(_COLUMNS)}")
        for row in reader:
            if row["label"] not in (DGA, BENIGN):
                raise InputError(f"{path}:{reader.line_num}: label {row['label']!r}; expected {DGA} or {BENIGN}")
            generator = _SAME_GENERATOR.get(row["family"], row["family"])
            name = registered_name(row["domain"])
            if name:
                rows[row["source"]].setdefault((generator, name), (row["domain"], row["label"]))
    return {source: Dataset(_table(found), _sheet(source)) for source, found in sorted(rows.items())}


def shippable(sources: Iterable[Dataset]) -> Dataset:
    """What may train weights that ship. Raises ``InputError`` when that is nothing."""
    return combine([source for source in sources if source.sheet.allowed_use is _SHIP], Purpose.SHIP)


def _table(rows: Mapping[tuple[str, str], tuple[str, str]]) -> pa.Table:
    ordered = sorted((generator, name, *rest) for (generator, name), rest in rows.items())
    columns = list(zip(*ordered, strict=True))
    return pa.table(dict(zip(("generator", "name", "domain", "label"), columns, strict=True)))


def _sheet(source: str) -> Datasheet:
    licence, use = _LICENCES.get(source, ("not looked at", _EVALUATE))
    return Datasheet(
        name=source,
        source=f"column source = {source} of a list of domains",
        licence=licence,
        allowed_use=use,
        label_schema="dga or benign, by generator",
        label_quality="generated names by construction; chosen names by popularity or chance, not vetted",
        split_rule="leave generators out; chosen names of another source test",
        known_trap="popular names are easier than names at random; a random split knows every generator",
        label="label",
        group="generator",
        time="",
        identifiers=("domain", "name"),
    )
