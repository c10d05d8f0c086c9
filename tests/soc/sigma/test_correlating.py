"""Correlations in the detection pass: hits in, one explained finding per match out."""

from dataclasses import replace
from typing import Any

from tests.laws import detector_laws as laws
from tests.soc.sigma.sigma_events import case_events, quotes_the_record, shipped_rules

from hodoscope.soc.sigma.detector import SigmaDetector
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule import Correlation, RuleSet

PATHS = ("windows/recovery_removed.yml", "windows/defender_weakened_by_command.yml")


def rules(**changes: Any) -> RuleSet:
    """Two shipped rules and a correlation over them; ``case_events`` has them minutes apart on one machine."""
    own = tuple(rule for rule in shipped_rules().rules if rule.path in PATHS)
    correlation = Correlation(
        "c0ffee00-0000-4000-8000-000000000001", "Both on one machine", "critical", "test", "temporal",
        tuple(rule.rule_id for rule in own), ("Computer",), 36_000, (("gte", 2),), attack=("T1490",),
        author="Hodoscope", description="Protection and recovery went within hours.", pack="ours", path="both.yml",
    )  # fmt: skip
    return RuleSet(own, (replace(correlation, **changes),), packs=("ours",))


def test_a_match_is_a_finding_about_the_machine_of_its_hits() -> None:
    """Named once, with the hits counted, their events as evidence and a condition that finds them."""
    detector = SigmaDetector(rules(), shipped_router())
    found, _ = laws.run(detector, [case_events()])
    (finding,) = [one for one in found if one.title == "Both on one machine"]
    assert finding.entity == "host:srv-fs01.corp.example"
    assert finding.severity.name == "CRITICAL"
    assert finding.attack == ("T1490",)
    assert "by Hodoscope (ours: both.yml)" in finding.explanation
    assert len({row.event_id for row in finding.evidence}) == finding.event_count
    assert {row.field for row in finding.evidence} == {"Computer"}
    assert all(row.event_id in finding.where for row in finding.evidence)
    assert any("Shadow copies" in reason.text for reason in finding.contributions)


def test_rules_of_a_correlation_tell_on_their_own_only_when_it_says_so() -> None:
    """``generate``, off by default; their use is counted either way."""
    quiet, _ = laws.run(SigmaDetector(rules(), shipped_router()), [case_events()])
    loud, _ = laws.run(SigmaDetector(rules(generate=True), shipped_router()), [case_events()])
    assert {one.title for one in quiet} == {"Both on one machine"}
    assert len({one.title for one in loud}) == 3


def test_spraying_is_about_the_address_it_comes_from() -> None:
    """Its hits are of five users, none of whom it is about; all of them are named."""
    shipped = shipped_rules()
    (spraying,) = [one for one in shipped.correlations if one.path == "cloud/entra_spraying_old_protocol.yml"]
    own = tuple(rule for rule in shipped.rules if rule.rule_id in spraying.rules)
    found, _ = laws.run(SigmaDetector(RuleSet(own, (spraying,)), shipped_router()), [case_events()])
    (finding,) = [one for one in found if one.title == spraying.title]
    assert finding.entity == "ip:192.0.2.201"
    assert len({entity for entity in finding.entity_ids if entity.startswith("user:")}) >= 5


def test_batches_and_restarts_do_not_matter() -> None:
    """The correlator's state travels in the detector's."""
    detector, events = SigmaDetector(rules(generate=True), shipped_router()), case_events()
    laws.cuts_do_not_matter(detector, events, range(0, events.num_rows, 5))
    laws.restarts_do_not_matter(detector, events, range(0, events.num_rows, 5))
    laws.findings_are_explained(detector, events, quotes_the_record)
    laws.finish_changes_nothing(detector, events)
