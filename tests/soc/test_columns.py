"""The column table is consistent in itself."""

from collections import Counter

from hodoscope.soc.columns import ALL, BY_NAME, COLUMNS
from hodoscope.soc.event import ARROW_TYPES, IDENTITY_FIELDS


def test_names_are_unique_and_say_their_path() -> None:
    """A column is named by its OCSF path with _ for ., unless its row gives the path."""
    assert [name for name, count in Counter(column.name for column in ALL).items() if count > 1] == []
    assert BY_NAME.keys() == {column.name for column in ALL}
    assert not BY_NAME.keys() & {field.name for field in IDENTITY_FIELDS if field.name != "time"}
    assert all(column.name == column.name.lower() and "." not in column.name for column in ALL)


def test_every_kind_is_stored() -> None:
    """No kind without a type, no type without a column."""
    assert {column.kind for column in ALL} <= ARROW_TYPES.keys()
    assert set(COLUMNS) <= set(ALL)


def test_an_ecs_name_is_written_by_one_column() -> None:
    """Two columns with one ECS name would overwrite each other in the export."""
    assert [name for name, count in Counter(column.ecs for column in ALL if column.ecs).items() if count > 1] == []


def test_a_column_outside_ocsf_says_why() -> None:
    """Its note begins with "ours"."""
    assert [column.name for column in ALL if not column.ocsf and not column.note] == []
