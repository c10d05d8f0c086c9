"""The examples of docs/mappings.md work as printed, and the page names everything the grammar has."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from hodoscope.errors import MappingError
from hodoscope.soc.format_routing import FormatRouting
from hodoscope.soc.normalise.mapping import RULE_KEYS, TOP_KEYS, load_mapping, shipped_mappings
from hodoscope.soc.normalise.transforms import TRANSFORMS
from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.discover import discover


def _blocks(repository: Path, language: str) -> list[str]:
    page = (repository / "docs/mappings.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def _run(folder: Path, mapping: str, log: str, name: str) -> list[dict[str, object]]:
    """What ``soc ingest LOG --format NAME --mapping FILE`` normalises, in the order of the file."""
    (folder / f"{name}.yaml").write_text(mapping, encoding="utf-8")
    (folder / f"{name}.log").write_text(log, encoding="utf-8")
    own = load_mapping(folder / f"{name}.yaml")
    (source,) = discover([str(folder / f"{name}.log")], format=own.format)
    assert not isinstance(source, SkippedRecord)
    found: list[dict[str, object]] = []
    for batch in source.read(0, 1000, 2**20):
        result = FormatRouting({**shipped_mappings(), own.format: own}, "default", {}).normalise(batch)
        assert not result.skipped
        found += result.events.to_pylist()
    return sorted(found, key=lambda row: int(str(row["source_position"])))


def _pick(row: Mapping[str, object], *names: str) -> tuple[object, ...]:
    return tuple(row.get(name) for name in names)


def test_the_json_example_runs_as_printed(repository: Path, tmp_path: Path) -> None:
    """Two badges and an alarm, with class, account, address, verdict and the time in UTC."""
    rows = _run(tmp_path, _blocks(repository, "yaml")[0], _blocks(repository, "json")[0], "doors")
    denied, granted, alarm = rows
    assert _pick(
        denied, "class_uid", "user_name", "user_domain", "status_id", "src_endpoint_ip", "src_endpoint_port"
    ) == (
        3002,
        "bob",
        "ACME",
        2,
        "192.0.2.7",
        4070,
    )
    assert str(denied["time"]) == "2024-05-01 06:30:00+00:00"
    assert granted["status_id"] == 1
    assert _pick(alarm, "class_uid", "finding_info_title", "severity_id") == (2004, "held open at door D7", 4)


def test_the_csv_example_runs_as_printed(repository: Path, tmp_path: Path) -> None:
    """The header row is no event; day, month and year are put in order."""
    rows = _run(tmp_path, _blocks(repository, "yaml")[1], _blocks(repository, "csv")[0], "jumphost")
    assert [_pick(row, "user_name", "dst_endpoint_hostname", "src_endpoint_ip", "status_id") for row in rows] == [
        ("bob", "web1", "192.0.2.7", 2),
        ("bob", "web1", "192.0.2.7", 1),
    ]
    assert [str(row["time"]) for row in rows] == ["2024-05-01 06:30:00+00:00", "2024-05-01 06:30:09+00:00"]


def test_an_own_mapping_may_replace_the_generic_json_and_csv(tmp_path: Path) -> None:
    """Then neither ``--format`` nor column names are needed: content says JSON or CSV."""
    own = "format: {0}\nparser: {1}\ntime:\n  - {{from: t, as: epoch_s}}\ncolumns:\n  actor_user_name: who\n"
    (row,) = _run(tmp_path, own.format("json", "json"), '{"t": 1714545000, "who": "bob", "x": {"y": 1}}\n', "a")
    assert _pick(row, "actor_user_name", "time_quality", "unmapped") == ("bob", "exact", [("x.y", "1")])
    (row,) = _run(tmp_path, own.format("csv", "delimited"), 't,who,x\n1714545000,"bob, jr",1\n', "b")
    assert _pick(row, "actor_user_name", "time_quality", "unmapped") == ("bob, jr", "exact", [("x", "1")])


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("columns: {user_nam: who}", "did you mean 'user_name'"),
        ("colums: {user_name: who}", "did you mean 'columns'"),
        ("columns: {user_name: {from: who, apply: [lowercase]}}", "unknown transform 'lowercase'"),
        ("columns: {user_name: 'a[1'}", "malformed"),
        ("time: [{from: t, as: unix}]", "epoch_s"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_nearest_name(wrong: str, told: str, tmp_path: Path) -> None:
    """An analyst who mistypes a column must not find an empty column weeks later."""
    path = tmp_path / "own.yaml"
    path.write_text(f"format: own\nparser: json\n{wrong}\n", encoding="utf-8")
    with pytest.raises(MappingError, match=re.escape(told)) as caught:
        load_mapping(path)
    assert str(path) in str(caught.value)


def test_the_page_names_every_key_and_transform(repository: Path) -> None:
    """Grammar that the page does not tell is grammar nobody uses; a key that is gone must not stay."""
    page = (repository / "docs/mappings.md").read_text(encoding="utf-8")
    for name in sorted((TOP_KEYS | RULE_KEYS) - {"samples", "select"}):
        assert f"`{name}" in page or f", {name}" in page, name
    named = set(re.findall(r"`([a-z0-9_]+)`", page[page.index("Transforms:") : page.index("### Conditions")]))
    assert named - {"soc"} <= TRANSFORMS.keys()
