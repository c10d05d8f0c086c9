"""``hodoscope soc hunt``: a rule, a pack, everything, or a condition, over what is stored."""

import csv
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import Result

from hodoscope.errors import InputError, StoreError
from tests.support import command_line
from tests.support.store import fresh_store_url

RULE = """\
title: {title}
id: 9e2cf0a1-6a33-4d7c-9d0c-6a8b0b0f5a{number}
logsource: {{product: windows, service: security}}
detection: {{selection: {{EventID: 4624, TargetUserName|startswith: {user}}}, condition: selection}}
level: {level}
"""
EVENT = (
    '{{"EventTime":"2026-03-02T{hour:02}:00:00+00:00","Hostname":"ws1","Channel":"Security","EventID":4624,'
    '"SourceName":"Microsoft-Windows-Security-Auditing","TargetUserName":"{user}","RecordNumber":{hour}}}\n'
)


class World(NamedTuple):
    """A store of ten logons, odd hours by admin, even ones by =guest; and a pack of two rules."""

    url: str
    pack: Path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Made once; hunting changes nothing."""
    folder, url = tmp_path_factory.mktemp("hunt"), fresh_store_url()
    pack = folder / "mine"
    pack.mkdir()
    (pack / "admin.yml").write_text(RULE.format(title="Admin logon", number=41, user="ADM", level="high"))
    (pack / "guest.yml").write_text(RULE.format(title="Guest logon", number=42, user="=g", level="low"))
    log = folder / "security.json"
    log.write_text("".join(EVENT.format(hour=hour, user="admin" if hour % 2 else "=guest") for hour in range(10)))
    command_line.call("soc", "ingest", log, "--store", url, "--quiet")
    return World(url, pack)


def call(world: World, *words: object) -> Result:
    """A hunt in the world."""
    return command_line.call("soc", "hunt", *words, "--store", world.url, "--quiet")


def answer(world: World, *words: object) -> Any:
    """The JSON a hunt prints."""
    return command_line.answer("soc", "hunt", *words, "--store", world.url, "--quiet")


def test_a_pack_is_hunted_rule_by_rule_most_severe_first(world: World) -> None:
    """Hits, first and last, the earliest events with their evidence."""
    admin, guest = answer(world, world.pack, "--limit", 2)
    assert (admin["title"], admin["hits"], len(admin["events"])) == ("Admin logon", 5, 2)
    assert (guest["title"], guest["hits"]) == ("Guest logon", 5)
    assert (admin["first"], admin["last"]) == ("2026-03-02 01:00:00+00:00", "2026-03-02 09:00:00+00:00")
    assert [event["time"][11:13] for event in admin["events"]] == ["01", "03"]
    pieces = {piece["field"]: piece["value"] for piece in admin["events"][0]["evidence"]}
    assert pieces == {"EventID": "4624", "TargetUserName": "admin"}
    shown = call(world, world.pack).stdout
    assert "2 of 2 rules hit, 10 hits" in shown


def test_one_rule_is_found_by_id_title_or_file(world: World) -> None:
    """And its events are listed."""
    for named in ("Admin LOGON", "9e2cf0a1-6a33-4d7c-9d0c-6a8b0b0f5a41"):
        assert [rule["title"] for rule in answer(world, named, "--rules", world.pack)] == ["Admin logon"]
    shown = call(world, world.pack / "guest.yml").stdout
    assert "TargetUserName==guest" in shown
    assert "Guest logon: 5 hits, 5 shown" in shown


def test_time_bounds_hold_for_rules_and_conditions(world: World) -> None:
    """From on, before to; UTC unless an offset says otherwise."""
    bounds = ("--from", "2026-03-02T03:00", "--to", "2026-03-02T08:00+01:00")
    (admin, guest) = answer(world, world.pack, *bounds)
    assert (admin["hits"], guest["hits"]) == (2, 2)
    rows = answer(world, "user_name = 'admin'", *bounds)
    assert [row["time"][11:13] for row in rows] == ["03", "05"]


def test_the_where_of_a_rule_selects_its_events(world: World) -> None:
    """What ``--where`` prints is a condition for ``hunt`` itself."""
    condition = call(world, world.pack / "admin.yml", "--where").stdout.strip()
    assert len(answer(world, condition)) == 5
    assert call(world, world.pack, "--where").stdout.startswith("-- Admin logon\n")
    assert call(world, "user_name = 'x'", "--where").stdout == "user_name = 'x'\n"


def test_tables_for_spreadsheets_hold_no_formulas(world: World) -> None:
    """Log content is the attacker's."""
    rows = list(csv.DictReader(call(world, "guest logon", "--rules", world.pack, "--csv").stdout.splitlines()))
    assert len(rows) == 5
    assert all(not value.startswith("=") for row in rows for value in row.values())
    rows = list(csv.DictReader(call(world, "user_name like '=%' -- all of them", "--csv").stdout.splitlines()))
    assert [row["user_name"] for row in rows] == ["'=guest"] * 5
    assert "5 events or more" in call(world, "user_name != ''", "--limit", 5).stdout


def test_a_pack_is_hunted_in_files_that_nobody_stored(world: World) -> None:
    """As in the store: the same ids, times and evidence; what cannot be read is counted."""
    log = world.pack.parent / "security.json"
    bounds = ("--from", "2026-03-02T03:00", "--limit", 2)
    in_file = command_line.answer("soc", "hunt", world.pack, "--file", log, *bounds, "--quiet")
    assert in_file == answer(world, world.pack, *bounds)
    assert [rule["hits"] for rule in in_file] == [4, 3]
    broken = world.pack.parent / "broken.json"
    broken.write_text(EVENT.format(hour=1, user="admin") + '{"EventID": broken\n')
    shown = command_line.call("soc", "hunt", world.pack, "--file", broken, "--quiet")
    assert "1 of 2 rules hit, 1 hits" in shown.stdout
    assert "1 records could not be read" in shown.stderr
    refused = command_line.call("soc", "hunt", "user_name = 'x'", "--file", log, "--quiet")
    assert "SQL conditions are for what is stored" in str(refused.exception)


def test_mistakes_are_told_with_a_remedy(world: World, tmp_path: Path) -> None:
    """No such rule, a bad time, a condition that is none, a pack without rules."""
    assert "soc rules list" in str(call(world, "No such title").exception)
    assert "2026-03-02" in str(call(world, "all", "--from", "yesterday").exception)
    assert isinstance(call(world, "no_such_column = 1").exception, StoreError)
    assert isinstance(call(world, tmp_path).exception, InputError)
