"""Rules that change while logs are followed: new ones take effect, broken edits do not, and no event is lost."""

import itertools
import json
from pathlib import Path

import pytest

from hodoscope.cli.following import follow
from hodoscope.cli.rule_watch import RuleWatch
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.sigma.rule_files import RuleFiles
from tests.support.pipeline import fresh_pipeline

RULE = """\
title: {title}
id: 7f4cf0a1-6a33-4d7c-9d0c-6a8b0b0f5a{number}
logsource: {{product: windows, category: process_creation}}
detection: {{selection: {{Image|endswith: {tool}}}, condition: selection}}
level: high
tags: [attack.t1059]
"""


def executed(second: int, tool: str) -> str:
    """One program start as an agent ships it."""
    event = {
        "EventTime": f"2026-03-02T09:00:{second:02}+00:00", "Hostname": "ws1", "EventID": 1, "RecordNumber": second,
        "Channel": "Microsoft-Windows-Sysmon/Operational", "SourceName": "Microsoft-Windows-Sysmon", "Image": tool,
    }  # fmt: skip
    return json.dumps(event) + "\n"


def written(pack: Path, number: int, tool: str) -> None:
    """A rule for one tool."""
    (pack / f"{tool}.yml").write_text(RULE.format(title=f"Ran {tool}", number=number, tool=tool), encoding="utf-8")


def test_a_rule_edited_while_following_takes_effect_and_no_event_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second rule comes midway: it tells what comes after, the first goes on counting its open hour."""
    pack, log = tmp_path / "pack", tmp_path / "sysmon.json"
    pack.mkdir()
    written(pack, 21, "ncat")
    watch = RuleWatch(RuleFiles((str(pack),), shipped=False), shipped_mappings())
    log.write_text(executed(1, "ncat") + executed(2, "socat"))
    rounds, stops, clock = itertools.count(), itertools.count(), itertools.count(0, 100)

    def sleep(seconds: float) -> None:
        number = next(rounds)
        if number == 1:
            written(pack, 22, "socat")
        elif number == 4:
            with log.open("a") as file:
                file.write(executed(3, "socat") + executed(4, "ncat"))

    with fresh_pipeline(detectors=[watch.detector]) as pipeline:
        follow([str(log)], None, pipeline, json=True, watch=watch, stop=lambda: next(stops) > 9, sleep=sleep,
               clock=lambda: float(next(clock)))  # fmt: skip
        found = {finding.title: finding.event_count for finding in pipeline.store.findings(tenant="default")}
    assert found == {"Ran ncat": 2, "Ran socat": 1}
    assert "2 rules and 0 correlations loaded" in capsys.readouterr().err


def test_a_broken_edit_leaves_the_former_rules_in_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the rule itself, of the tuning, and of a pack that is gone."""
    pack, tuning = tmp_path / "pack", tmp_path / "rules.yaml"
    pack.mkdir()
    written(pack, 21, "ncat")
    tuning.write_text("", encoding="utf-8")
    watch = RuleWatch(RuleFiles((str(pack),), tuning, shipped=False), shipped_mappings())
    assert watch.changed() is None
    (pack / "ncat.yml").write_text("title: [", encoding="utf-8")
    detector = watch.changed()
    assert detector is not None
    assert [rule.title for rule in detector.rules.rules] == ["Ran ncat"]
    assert "as they were before a broken edit" in capsys.readouterr().err
    tuning.write_text("- nonsense\n", encoding="utf-8")
    assert watch.changed() is None
    assert "the former rules stay in force" in capsys.readouterr().err
    assert watch.detector is detector


def test_names_in_the_tuning_that_nothing_has_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A renamed rule must not silently come back."""
    pack, tuning = tmp_path / "pack", tmp_path / "rules.yaml"
    pack.mkdir()
    written(pack, 21, "ncat")
    tuning.write_text("- {rule: gone, enabled: false, owner: ana, reason: loud}\n", encoding="utf-8")
    RuleWatch(RuleFiles((str(pack),), tuning, shipped=False), shipped_mappings())
    assert "no loaded rule or pack is called 'gone'" in capsys.readouterr().err
