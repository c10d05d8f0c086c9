"""Sigma over a real store: kinds, reproducing conditions, restarts, and rules that change while logs are followed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from tests.soc.sigma.sigma_events import shipped_detector, shipped_rules
from tests.support.pipeline import detect, fresh_pipeline, ingest

from hodoscope.soc.pipeline import Pipeline
from hodoscope.soc.sigma.detector import SigmaDetector
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.stored_kinds import stored_kinds

SYSMON = {
    "Channel": "Microsoft-Windows-Sysmon/Operational", "SourceName": "Microsoft-Windows-Sysmon", "EventID": 1,
    "User": "CORP\\adm", "Image": "C:\\Windows\\System32\\vssadmin.exe",
    "CommandLine": "vssadmin.exe delete shadows /all /quiet",
}  # fmt: skip


def process(at: str, host: str, record: int, **fields: str) -> bytes:
    """One process start as an agent ships it."""
    event = {**SYSMON, "EventTime": f"2026-03-02T{at}+00:00", "Hostname": host, "RecordNumber": record, **fields}
    return orjson.dumps(event) + b"\n"


def deletions(count: int, host: str, *, first: int = 0) -> bytes:
    """So many within an hour on one machine, with harmless ones between."""
    lines = []
    for number in range(first, first + count):
        at = f"09:{number // 60:02}:{number % 60:02}"
        lines.append(process(at, host, 2 * number))
        lines.append(process(at, host, 2 * number + 1, CommandLine="vssadmin.exe list shadows"))
    return b"".join(lines)


@pytest.fixture
def pipeline() -> Iterator[Pipeline]:
    """The main path with the shipped rules alone."""
    with fresh_pipeline(detectors=[shipped_detector()]) as opened:
        yield opened


def test_the_condition_of_a_finding_selects_its_events_again(pipeline: Pipeline, tmp_path: Path) -> None:
    """Named one by one when few, by the rule's own condition, the entity and the time when many."""
    log = tmp_path / "events.json"
    log.write_bytes(deletions(3, "ws1.corp.example") + deletions(80, "ws2.corp.example"))
    ingest(pipeline, log)
    detect(pipeline)
    found = pipeline.store.findings(tenant="default")
    assert sorted(finding.event_count for finding in found) == [3, 80]
    for finding in found:
        again = pipeline.store.query(f"SELECT count() AS events FROM events WHERE {finding.where}").to_pylist()
        assert again == [{"events": finding.event_count}]
    assert "CommandLine" not in found[0].where


def test_kinds_are_those_of_the_tenant(pipeline: Pipeline, tmp_path: Path) -> None:
    """Format, mapping rule, provider, channel, event id."""
    log = tmp_path / "events.json"
    log.write_bytes(deletions(1, "ws1"))
    ingest(pipeline, log)
    channel, provider = SYSMON["Channel"], SYSMON["SourceName"]
    assert stored_kinds(pipeline.store, "default") == [
        ("windows_json", "sysmon_process_create", provider, channel, "1"),
    ]
    assert stored_kinds(pipeline.store, "other") == []


def test_use_of_rules_is_in_the_journal(pipeline: Pipeline, tmp_path: Path) -> None:
    """Exact after several passes, and again after a replay."""
    log = tmp_path / "events.json"
    rule = next(rule for rule in shipped_rules().rules if rule.path == "windows/recovery_removed.yml")
    for count in (3, 7):
        log.write_bytes(deletions(count, "ws1"))
        ingest(pipeline, log)
        detect(pipeline)
        assert pipeline.journal.rule_use("default")[rule.rule_id].hits == count
    detect(pipeline, replay=True)
    assert pipeline.journal.rule_use("default")[rule.rule_id].hits == 7


def test_a_rule_added_later_finds_what_came_before(tmp_path: Path) -> None:
    """Another rule set has its own progress: the next pass looks at everything with it, and nothing is told twice."""
    wanted = "windows/recovery_removed.yml"
    without = replace(shipped_rules(), rules=tuple(rule for rule in shipped_rules().rules if rule.path != wanted))
    with fresh_pipeline(detectors=[SigmaDetector(without, shipped_router())]) as former:
        log = tmp_path / "events.json"
        log.write_bytes(deletions(3, "ws1"))
        ingest(former, log)
        assert detect(former).findings == 0
        assert detect(replace(former, detectors=[shipped_detector()])).findings == 1
        assert detect(replace(former, detectors=[shipped_detector()])).findings == 0


def test_rules_handed_over_go_on_where_the_former_stand(tmp_path: Path) -> None:
    """While following: new rules look at what comes, an open hour is carried over, nothing is looked at twice."""
    wanted = "windows/recovery_removed.yml"
    fewer = replace(shipped_rules(), rules=tuple(rule for rule in shipped_rules().rules if rule.path == wanted))
    former = SigmaDetector(fewer, shipped_router())
    with fresh_pipeline(detectors=[former]) as pipeline:
        log = tmp_path / "events.json"
        log.write_bytes(deletions(3, "ws1"))
        ingest(pipeline, log)
        pipeline.detect(lambda _: None, finish=False)
        changed = shipped_detector()
        pipeline.hand_over(former, changed)
        later = replace(pipeline, detectors=[changed])
        log.write_bytes(deletions(4, "ws1"))
        ingest(later, log)
        summary = detect(later)
        assert summary.events == 2
        (finding,) = pipeline.store.findings(tenant="default")
        assert finding.event_count == 4
