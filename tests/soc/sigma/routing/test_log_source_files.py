"""The log-source files: their grammar, their checks, and that the shipped ones are read."""

from pathlib import Path

import pytest

from hodoscope.errors import MappingError
from hodoscope.soc.sigma.routing.log_source_files import Place, read_logsources, shipped_logsources
from hodoscope.soc.sigma.rule import LogSource

DOORS = """
- product: [doors, gates]
  when: {format: [door_log]}
  unless: {channel: [Test]}
  fields: {Who: badge.holder}
  services:
    entry: {channel: ["Entry/*"], fields: {Way: {from: dir, table: {"1": in}}}}
  categories:
    opened:
      - {service: entry, code: ["7"], fields: {Who: [{column: user_name}, [badge.no]]}}
"""


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "doors.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_category_inherits_the_conditions_and_fields_of_its_service_and_product(tmp_path: Path) -> None:
    opened, entry, whole = read_logsources(file(tmp_path, DOORS))
    kind = ("door_log", "", "", "entry/main", "7")
    assert [part.holds(kind) for part in (opened, entry, whole)] == [True, True, True]
    other = ("door_log", "", "", "ENTRY/main", "8")
    assert [part.holds(other) for part in (opened, entry, whole)] == [False, True, True]
    assert not whole.holds(("door_log", "", "", "test", "7"))
    assert opened.fields["Who"] == (Place(column="user_name"), Place(path="badge.no"))
    assert entry.fields["Way"] == opened.fields["Way"] == (Place(path="dir", table=(("1", "in"),)),)


def test_what_a_rule_leaves_open_means_any(tmp_path: Path) -> None:
    opened, entry, whole = read_logsources(file(tmp_path, DOORS))
    assert opened.covers(LogSource("gates", "opened"))
    assert opened.covers(LogSource("doors", "opened", "entry"))
    assert opened.covers(LogSource("", "opened"))
    assert opened.covers(LogSource(service="entry"))
    assert entry.covers(LogSource("doors"))
    assert whole.covers(LogSource())
    assert not whole.covers(LogSource("doors", service="entry"))
    assert not entry.covers(LogSource("doors", "opened"))
    assert not opened.covers(LogSource("windows", "opened"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "expected a list"),
        ("- {when: {format: x}}", "needs 'product'"),
        ("- {product: a, when: {formt: x}}", "unknown key 'formt'"),
        ("- {product: a, fields: {F: {column: user_nam}}}", "no column 'user_nam'"),
        ("- {product: a, fields: {F: 'a['}}", "malformed"),
        ("- {product: a, fields: {F: {column: user_name, raw: x}}}", "exactly one of"),
        ("- {product: a, categories: {c: {service: s}}}", "unknown service 's'"),
        ("- {product: a, when: {format: {x: 1}}}", "expected texts"),
        ("- {product: a, services: [s]}", "expected a mapping"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(MappingError, match=told) as error:
        read_logsources(file(tmp_path, text))
    assert "doors.yaml" in str(error.value)


def test_the_shipped_files_hold_the_products_of_the_mappings() -> None:
    products = {product for entry in shipped_logsources() for product in entry.products}
    assert {
        "windows",
        "linux",
        "macos",
        "zeek",
        "suricata",
        "aws",
        "azure",
        "gcp",
        "m365",
        "okta",
        "kubernetes",
    } <= products
