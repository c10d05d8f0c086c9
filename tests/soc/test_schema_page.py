"""The schema page and the contract tell the same as the column table."""

import json

from hodoscope.soc.columns import ALL
from hodoscope.soc.event import FULL_SCHEMA
from hodoscope.soc.schema_page import event_schema, page


def test_page_has_a_row_for_every_column() -> None:
    """Nothing that is stored is undocumented."""
    rows = [line.split("|")[1].strip(" `") for line in page().splitlines() if line.startswith("| `")]
    assert rows == FULL_SCHEMA.names


def test_contract_lists_the_columns_in_storage_order() -> None:
    """The JSON contract names every column with its kind, in the order of the Arrow schema."""
    contract = json.loads(event_schema())
    assert [field["name"] for field in contract["fields"]] == FULL_SCHEMA.names
    kinds = {field["name"]: field["kind"] for field in contract["fields"] if "kind" in field}
    assert kinds == {column.name: column.kind for column in ALL}


def test_column_of_our_own_claims_no_ocsf_path_on_the_page() -> None:
    """A reader who looks for a path in OCSF finds every path the page shows."""
    ours = [line for line in page().splitlines() if "| ours" in line]
    assert ours
    assert all(line.split("|")[3].strip() == "" for line in ours)
