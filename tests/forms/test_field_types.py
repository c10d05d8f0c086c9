"""Every corpus label is one of ours, or is left out on purpose."""

import json
import zipfile
from pathlib import Path

from hodoscope.forms.corpora import formasaurus
from hodoscope.forms.field_types import DUCKDUCKGO, FIREFOX, FORMASAURUS, UNFILLED, FieldType

LEFT_OUT = {"XX", "--", "e2", "ns", "PO", "cA", "oi"}


def test_each_formasaurus_code_is_mapped_or_left_out(shared_data: Path) -> None:
    """A new code upstream would be noticed."""
    with zipfile.ZipFile(formasaurus.archive(shared_data)) as packed:
        kinds = json.loads(packed.read("config.json"))["field_types"]["types"]
    assert {kind["short"] for kind in kinds} - LEFT_OUT <= FORMASAURUS.keys()


def test_every_class_can_be_learned() -> None:
    """Some corpus has a label for it."""
    tables = (FORMASAURUS, DUCKDUCKGO, FIREFOX)
    assert {one for table in tables for allowed in table.values() for one in allowed} == set(FieldType)


def test_unknown_is_none_of_what_upstream_fills() -> None:
    """A search box is, a password is not."""
    assert FieldType.SEARCH in UNFILLED
    assert FieldType.NEW_PASSWORD not in UNFILLED
