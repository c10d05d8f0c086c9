"""A table becomes a record, or the message names the key."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.typed_table import read_table


@dataclass(frozen=True)
class Row:
    """One field of each kind."""

    name: str
    count: int = 1
    share: float = 0.5
    wanted: bool = False
    limits: Mapping[str, float] = field(default_factory=dict)


def test_a_good_table_becomes_a_record() -> None:
    """A whole number serves for a share; what is left out has its default."""
    table = {"name": "x", "share": 1, "limits": {"a": 2}}
    assert read_table(Row, table, "row") == Row("x", share=1, limits={"a": 2})


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, r"row: missing \['name'\]"),
        ({"name": "x", "nmae": 1}, r"unknown \['nmae'\]"),
        ({"name": 1}, "row.name: 1 is not text"),
        ({"name": "x", "count": 1.5}, "row.count: 1.5 is not a whole number"),
        ({"name": "x", "count": True}, "row.count"),
        ({"name": "x", "share": float("nan")}, "row.share: nan is not a finite number"),
        ({"name": "x", "wanted": 1}, "row.wanted: 1 is not true or false"),
        ({"name": "x", "limits": {"a": "b"}}, "row.limits"),
    ],
)
def test_what_is_wrong_is_named(table: dict[str, object], message: str) -> None:
    """Where, what, and what is expected."""
    with pytest.raises(InputError, match=message):
        read_table(Row, table, "row")
