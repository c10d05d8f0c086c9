"""Our own rules: complete cards, and events that show when each fires."""

import json
import re
import uuid
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.soc.sigma.sigma_events import shipped_detector, shipped_rules

from hodoscope.soc.data_files import data_dir, read_yaml
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.sigma.case_run import run_cases
from hodoscope.soc.sigma.cases import SUFFIX, cases_in

FOLDER = data_dir("detections")
RULES = sorted(path for path in FOLDER.rglob("*.yml") if not path.name.endswith(SUFFIX))
each_rule = pytest.mark.parametrize("path", RULES, ids=lambda path: path.relative_to(FOLDER).as_posix())


def card(path: Path) -> Mapping[str, Any]:
    """The rule's document."""
    document = read_yaml(path)
    assert isinstance(document, dict)
    return document


def test_there_are_rules_for_every_kind_of_log() -> None:
    """At least forty, and identifiers are nobody else's."""
    assert len(RULES) >= 40
    assert {path.parent.name for path in RULES} >= {"windows", "linux", "cloud", "network", "web"}
    identifiers = [card(path)["id"] for path in RULES]
    assert len(set(identifiers)) == len(identifiers)
    assert all(str(uuid.UUID(text)) == text for text in identifiers)


@each_rule
def test_the_card_is_complete(path: Path) -> None:
    """What an analyst reads: what it means, how it may be wrong, where to read on, under which licence."""
    rule = card(path)
    assert (rule["author"], rule["license"], rule["status"]) == ("Hodoscope", "Apache-2.0", "test")
    assert rule["level"] in ("informational", "low", "medium", "high", "critical")
    assert len(rule["description"].strip()) > 40
    assert rule["falsepositives"]
    assert rule["references"]
    assert all(re.match(r"https://\S+$", address) for address in rule["references"])
    assert any(re.fullmatch(r"attack\.t\d{4}(\.\d{3})?", tag) for tag in rule["tags"])
    assert rule.get("name", path.stem) == path.stem


def test_every_rule_has_events_that_fire_it_and_events_that_do_not() -> None:
    """A rule without both proves nothing."""
    shown: dict[str, set[bool]] = {}
    for case in cases_in(FOLDER):
        shown.setdefault(case.path, set()).add(case.fires)
    lacking = [path.relative_to(FOLDER).as_posix() for path in RULES]
    assert [name for name in lacking if shown.get(name) != {True, False}] == []


def test_every_case_does_what_it_says() -> None:
    """Through normaliser, router, engine and correlations: a rule that cannot fire on our schema is red here."""
    outcomes = run_cases(FOLDER, shipped_detector(), shipped_mappings())
    failed = [f"{outcome.case.path}: {outcome.case.name}" for outcome in outcomes if not outcome.passed]
    assert len(outcomes) > 200
    assert failed == []


def test_no_rule_is_refused() -> None:
    """Every shipped document is a rule or a correlation."""
    rules = shipped_rules()
    assert rules.unsupported == ()
    assert len(rules.rules) + len(rules.correlations) == len(RULES)


def test_techniques_exist_in_attack(shared_data: Path) -> None:
    """Every technique id of a rule is a current ATT&CK Enterprise id."""
    with zipfile.ZipFile(shared_data / "llm/attack_enterprise/attack_v18_1.zip") as archive:
        known = set(json.loads(archive.read("techniques.json")))
    tags = {tag for path in RULES for tag in card(path)["tags"]}
    used = {tag.removeprefix("attack.").upper() for tag in tags if re.match(r"attack\.t\d", tag)}
    assert used <= known, sorted(used - known)
