"""``hodoscope soc rules``: what is listed, tested and measured."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from hodoscope.errors import InputError
from tests.support import command_line
from tests.support.store import fresh_store_url

RULE = """\
title: {title}
id: 7f4cf0a1-6a33-4d7c-9d0c-6a8b0b0f5a{number}
logsource: {{product: windows, service: security}}
detection: {{selection: {{EventID: {code}}}, condition: selection}}
level: {level}
tags: [attack.t1070.001]
"""
EVENT = (
    '{{"EventTime":"2026-03-02T{hour:02}:00:00+00:00","Hostname":"ws{host}","Channel":"Security","EventID":{code},'
    '"SourceName":"Microsoft-Windows-Security-Auditing","TargetUserName":"user{host}","RecordNumber":{record}}}\n'
)


def call(*words: object) -> Result:
    """A command of ``soc``."""
    return command_line.call("soc", *words)


def answer(*words: object) -> Any:
    """The JSON a command of ``soc`` prints."""
    return command_line.answer("soc", *words)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Two good rules and a broken one."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "loud.yml").write_text(RULE.format(title="Loud", number=31, code=4624, level="low"))
    (folder / "rare.yml").write_text(RULE.format(title="Rare", number=32, code=1102, level="high"))
    (folder / "broken.yml").write_text(
        RULE.format(title="Broken", number=33, code=1, level="high").replace(": 1}", "|x: 1}")
    )
    return folder


def test_rules_are_listed_with_what_was_refused(pack: Path) -> None:
    """Most severe first; by level and text; why a document is no rule."""
    listed = answer("rules", "list", "--rules", pack, "--no-shipped")
    assert [(rule["title"], rule["level"], rule["pack"]) for rule in listed] == [
        ("Rare", "high", "mine"),
        ("Loud", "low", "mine"),
    ]
    assert [rule["title"] for rule in answer("rules", "list", "--rules", pack, "--find", "loud", "--no-shipped")] == [
        "Loud"
    ]
    assert "1 refused" in call("rules", "list", "--rules", pack, "--no-shipped").stdout
    (refused,) = answer("rules", "list", "--rules", pack, "--no-shipped", "--refused")
    assert refused["path"] == "broken.yml"
    assert refused["remedy"]
    assert len(answer("rules", "list", "--level", "critical")) >= 4


def test_mistakes_are_told_with_a_remedy(pack: Path) -> None:
    """What, and what to do."""
    assert isinstance(call("rules", "list", "--level", "huge").exception, InputError)
    assert isinstance(call("rules", "list", "--no-shipped").exception, InputError)
    nothing = call("rules", "test", pack).exception
    assert "tests.yml" in str(nothing)
    assert "not a folder" in str(call("rules", "test", pack / "loud.yml").exception)


def test_cases_fail_with_a_reason_and_an_exit_code(pack: Path) -> None:
    """A rule that fires where it should not is a failed check; a rule without cases is named."""
    base = "format: windows_json\nshared: {Channel: Security, Hostname: a, EventTime: '2026-03-02T09:00:00+00:00'}\n"
    cases = base + "fires:\n  cleared: {EventID: 1102}\nsilent:\n  a logon: {EventID: %s}\n"
    (pack / "rare.tests.yml").write_text(cases % 4624)
    done = call("rules", "test", pack)
    assert done.exit_code == 0
    assert "no cases: loud.yml" in done.stdout
    assert "2 of 2 cases" in done.stdout
    (pack / "rare.tests.yml").write_text(cases % 1102)
    failed = call("rules", "test", pack)
    assert failed.exit_code == 1
    assert "FAILED rare.yml: a logon: the rule fired" in failed.stdout


def test_hits_findings_and_noise_are_measured(pack: Path, tmp_path: Path) -> None:
    """What each rule found here; the noisy one is named with advice, and muting it stops its findings only."""
    log, url = tmp_path / "security.json", fresh_store_url()
    places = [(hour, host) for hour in range(6) for host in range(3)]
    events = [EVENT.format(hour=hour, host=host, code=4624, record=hour * 9 + host) for hour, host in places]
    log.write_text("".join(events) + EVENT.format(hour=7, host=1, code=1102, record=999))
    chosen = ("--rules", pack, "--store", url)
    call("run", log, *chosen, "--quiet")
    by_title = {row["title"]: row for row in answer("rules", "stats", *chosen)}
    loud, rare = by_title["Loud"], by_title["Rare"]
    assert (loud["title"], loud["hits"], loud["findings"], loud["entities"], loud["noisy"]) == ("Loud", 18, 18, 3, True)
    assert loud["first"] < loud["last"]
    assert (rare["title"], rare["hits"], rare["noisy"]) == ("Rare", 1, False)
    shown = call("rules", "stats", *chosen, "--noisy").stdout
    assert "18 findings about 3 entities" in shown
    assert "Rare" not in shown
    tuning = tmp_path / "rules.yaml"
    tuning.write_text(f"- {{rule: {loud['rule_id']}, enabled: false, owner: ana, reason: everybody logs on}}\n")
    with_tuning = answer("detect", *chosen, "--tuning", tuning, "--replay")
    assert with_tuning["detect"]["new_findings"] == 0
    assert answer("rules", "list", "--rules", pack, "--tuning", tuning, "--find", loud["rule_id"]) == []


def test_without_sigma_no_rule_tells(pack: Path, tmp_path: Path) -> None:
    """``--no-sigma`` leaves the other detectors alone."""
    log, url = tmp_path / "security.json", fresh_store_url()
    log.write_text(EVENT.format(hour=7, host=1, code=1102, record=1))
    told = answer("run", log, "--store", url, "--no-sigma", "--quiet")
    assert told["findings"] == []
    assert {finding["detector"] for finding in answer("detect", "--store", url)["findings"]} == {"sigma"}
