"""Coverage counts on small examples, worked out by hand."""

import json
from pathlib import Path

from hodoscope.soc.coverage import FormatCoverage, coverage
from hodoscope.soc.normalise.mapping import FormatMapping, load_mapping, shipped_mappings
from hodoscope.soc.sources.discover import discover

MAPPING = """
format: json
parser: json
time: [{from: when, as: iso}]
columns: {actor_user_name: who, src_endpoint_ip: from}
rules:
  - {name: logon, when: {kind: logon}, class: 3002}
"""


def measured(folder: Path, mappings: dict[str, FormatMapping]) -> dict[str, FormatCoverage]:
    """Coverage of everything in a folder."""
    return coverage(discover([str(folder)]), mappings, {}, lambda source: None)


def test_numbers_of_a_tiny_example(tmp_path: Path) -> None:
    """Three events of two kinds, one without a time, one broken line."""
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    logs = tmp_path / "logs"
    logs.mkdir()
    rows: list[dict[str, object]] = [
        {"kind": "logon", "when": "2024-05-01T10:00:00Z", "who": "ann", "from": "192.0.2.1", "extra": 1},
        {"kind": "other", "when": "2024-05-01T10:00:00Z", "who": "bob", "extra": 2, "more": {"deep": "x"}},
        {"kind": "other", "when": "soon", "who": "", "nothing": None},
    ]
    (logs / "a.json").write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"broken\n')
    found = measured(logs, {"json": load_mapping(tmp_path / "mapping.yaml")})["json"]
    assert (found.events, found.classified, found.without_time) == (3, 1, 1)
    assert found.rules == {"logon": 1, "(base)": 2}
    assert found.unmapped_fields["extra"] == 2
    assert found.unmapped_fields["more.deep"] == 1
    assert "who" not in found.unmapped_fields
    assert found.dead_letters.total() == 1
    assert 0 < found.mapped_share < 1
    assert found.mapped_share == found.mapped_values / (found.mapped_values + found.unmapped_values)


def test_a_format_with_no_mapping_is_reported_not_a_crash(tmp_path: Path) -> None:
    """Its records are dead letters with that reason."""
    (tmp_path / "a.json").write_text('{"a": 1}\n')
    found = measured(tmp_path, {})
    assert sum(counts.dead_letters.total() for counts in found.values()) == 1


def test_unreadable_files_are_counted_by_reason(tmp_path: Path) -> None:
    """A program among the logs, an empty file."""
    (tmp_path / "elf").write_bytes(b"\x7fELF" + b"\0" * 100)
    (tmp_path / "empty").touch()
    found = measured(tmp_path, dict(shipped_mappings()))
    assert found["(unreadable)"].dead_letters == {"not a log": 1, "empty": 1}


def test_nothing_read_has_a_share_of_zero() -> None:
    """No division by zero."""
    assert FormatCoverage().mapped_share == 0
