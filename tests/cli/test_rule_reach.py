"""``hodoscope soc rules check``: what is told of a store, of no store, and by which filters."""

from pathlib import Path
from typing import Any

import pytest

from hodoscope.errors import InputError
from tests.support import command_line
from tests.support.store import fresh_store_url

RULE = """\
title: {title}
id: 7f4cf0a1-6a33-4d7c-9d0c-6a8b0b0f5a{number}
logsource: {{product: {product}, service: {service}}}
detection: {{selection: {{{field}: x}}, condition: selection}}
level: low
"""
EVENT = (
    '{"EventTime":"2026-03-02T09:00:00+00:00","Hostname":"ws1","Channel":"Security","EventID":4624,'
    '"SourceName":"Microsoft-Windows-Security-Auditing","TargetUserName":"x","RecordNumber":1}\n'
)
RULES = [
    ("Name", 31, "windows", "security", "TargetUserName"),
    ("Share", 32, "windows", "security", "ShareName"),
    ("Trail", 33, "aws", "cloudtrail", "eventName"),
]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Three rules: one fits the event, one lacks a field, one a log source."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for title, number, product, service, field in RULES:
        text = RULE.format(title=title, number=number, product=product, service=service, field=field)
        (folder / f"{title}.yml").write_text(text)
    return folder


def test_each_rule_is_told_with_what_it_lacks_on_this_store(pack: Path, tmp_path: Path) -> None:
    log, url = tmp_path / "security.json", fresh_store_url()
    log.write_text(EVENT)
    command_line.call("soc", "run", log, "--store", url, "--no-sigma", "--quiet")
    asked = ("soc", "rules", "check", "--rules", pack, "--no-shipped", "--store", url)
    told: Any = command_line.answer(*asked)
    assert {rule["title"]: rule["reason"] for rule in told["rules"]} == {
        "Name": "",
        "Share": "no field ShareName",
        "Trail": "no log source aws/cloudtrail",
    }
    assert told["reasons"] == {"no field ShareName": 1, "no log source aws/cloudtrail": 1}
    assert {each["product"]: each["unreachable"] for each in told["products"]} == {"windows": 1, "aws": 1}
    filtered = command_line.answer(*asked, "--product", "windows", "--only-unreachable")
    assert [rule["title"] for rule in filtered["rules"]] == ["Share"]
    assert filtered["reasons"] == {"no field ShareName": 1}
    shown = command_line.call(*asked).stdout
    assert "1 of 3 rules within reach, 2 not" in shown
    assert "     1  no field ShareName" in shown
    everything = command_line.answer(*asked, "--supported")
    assert all(rule["reachable"] for rule in everything["rules"])
    assert "windows" in str(command_line.call(*asked, "--product", "solaris").exception)
    nobody = command_line.call(*asked, "--tenant", "nobody").exception
    assert isinstance(nobody, InputError)
    assert "--supported" in str(nobody)


def test_every_shipped_rule_is_within_reach_of_what_we_read() -> None:
    told: Any = command_line.answer("soc", "rules", "check", "--supported")
    assert told["reasons"] == {}
    assert len(told["rules"]) >= 40
