"""Cases through normaliser, router and engine."""

from pathlib import Path

from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.sigma.case_run import run_cases
from hodoscope.soc.sigma.detector import SigmaDetector
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule_files import RuleFiles

RULE = """\
title: Log cleared
id: 7f4cf0a1-6a33-4d7c-9d0c-6a8b0b0f5a12
logsource: {product: windows, service: security}
detection: {selection: {EventID: 1102}, condition: selection}
level: high
"""
CASES = """\
format: windows_json
shared: {Channel: Security, Hostname: ws1, EventTime: '2026-03-02T09:00:00+00:00'}
fires:
  cleared: {EventID: 1102}
  wrongly expected: {EventID: 4624}
silent:
  a logon: {EventID: 4624}
"""


def test_a_case_passes_when_its_rule_does_what_it_says(tmp_path: Path) -> None:
    """By the rule of the file beside it; a case that expects too much fails."""
    (tmp_path / "log.yml").write_text(RULE, encoding="utf-8")
    (tmp_path / "log.tests.yml").write_text(CASES, encoding="utf-8")
    rules = RuleFiles((str(tmp_path),), shipped=False).load()
    outcomes = run_cases(tmp_path, SigmaDetector(rules, shipped_router()), shipped_mappings())
    assert [(outcome.case.name, outcome.fired, outcome.passed) for outcome in outcomes] == [
        ("cleared", True, True),
        ("wrongly expected", False, False),
        ("a logon", False, True),
    ]
    assert {outcome.rule_id for outcome in outcomes} == {"7f4cf0a1-6a33-4d7c-9d0c-6a8b0b0f5a12"}


def test_a_rule_that_could_not_be_loaded_passes_nothing(tmp_path: Path) -> None:
    """Silence of a rule that is not there proves nothing."""
    (tmp_path / "log.yml").write_text(RULE.replace("EventID: 1102", "EventID|nonsense: 1102"), encoding="utf-8")
    (tmp_path / "log.tests.yml").write_text(CASES, encoding="utf-8")
    rules = RuleFiles((str(tmp_path),), shipped=False).load()
    outcomes = run_cases(tmp_path, SigmaDetector(rules, shipped_router()), shipped_mappings())
    assert [outcome.passed for outcome in outcomes] == [False, False, False]
