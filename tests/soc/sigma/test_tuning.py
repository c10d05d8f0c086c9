"""What an operator changes about rules, and how a mistake in the file is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from hodoscope.errors import InputError
from hodoscope.soc.sigma.rule import Correlation, Leaf, LogSource, Match, Rule, RuleSet
from hodoscope.soc.sigma.tuning import read_tuning, tuned

A = Rule("id-a", "A", "high", "test", LogSource(), Leaf("x", Match.EXISTS), pack="ours")
B = replace(A, rule_id="id-b", title="B", level="low")
THEIRS = replace(A, rule_id="id-c", title="C", pack="theirs")
OVER_A = Correlation("id-d", "D", "critical", "test", "event_count", ("id-a",), (), 60, (("gte", 3),), pack="ours")
RULES = RuleSet((A, B, THEIRS), (OVER_A,), packs=("ours", "theirs"))
SIGNED = "  owner: ana@corp.example\n  reason: tried on the test store\n"


def entries(folder: Path, text: str) -> Path:
    """A tuning file."""
    path = folder / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_disabled_rule_is_left_out_and_a_severity_is_changed(tmp_path: Path) -> None:
    """By id; the other rules stay as they are."""
    path = entries(tmp_path, f"- rule: id-b\n  enabled: false\n{SIGNED}- rule: id-c\n  severity: low\n{SIGNED}")
    after = tuned(RULES, read_tuning(path))
    assert after.rules.rules == (A, replace(THEIRS, level="low"))
    assert after.muted == {"id-b"}


def test_a_disabled_rule_still_feeds_its_correlation(tmp_path: Path) -> None:
    """It is kept, and muted."""
    after = tuned(RULES, read_tuning(entries(tmp_path, f"- rule: id-a\n  enabled: false\n{SIGNED}")))
    assert A in after.rules.rules
    assert after.muted == {"id-a"}


def test_a_rule_wins_over_its_pack_and_later_over_earlier(tmp_path: Path) -> None:
    """A pack is switched off but for one rule."""
    text = f"- rule: id-a\n  enabled: true\n{SIGNED}- pack: ours\n  enabled: false\n{SIGNED}"
    after = tuned(RULES, read_tuning(entries(tmp_path, text)))
    assert after.rules.rules == (A, THEIRS)
    assert after.rules.correlations == ()
    twice = f"- rule: id-b\n  severity: high\n{SIGNED}- rule: id-b\n  severity: medium\n{SIGNED}"
    levels = {rule.rule_id: rule.level for rule in tuned(RULES, read_tuning(entries(tmp_path, twice))).rules.rules}
    assert levels["id-b"] == "medium"


def test_names_that_are_not_loaded_are_told(tmp_path: Path) -> None:
    """A renamed rule must not silently come back."""
    text = f"- rule: gone\n  enabled: false\n{SIGNED}- pack: ours\n  severity: low\n{SIGNED}"
    assert tuned(RULES, read_tuning(entries(tmp_path, text))).unknown == ("gone",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rule: id-a\n", "expected a list of entries"),
        ("- id-a\n", "entry 1: expected a mapping"),
        (f"- rule: id-a\n  enabeld: false\n{SIGNED}", "unknown enabeld"),
        (f"- rule: id-a\n  pack: ours\n  enabled: false\n{SIGNED}", "either a rule"),
        ("- rule: id-a\n  enabled: false\n", "owner and reason are needed"),
        (f"- rule: id-a\n  enabled: 'no'\n{SIGNED}", "enabled is true or false"),
        (f"- rule: id-a\n  severity: huge\n{SIGNED}", "severity 'huge' is none of"),
        (f"- rule: id-a\n{SIGNED}", "it changes nothing"),
        (f"- rule: 7\n  enabled: false\n{SIGNED}", "rule is a text"),
    ],
)
def test_a_mistake_is_told_with_file_and_entry(tmp_path: Path, text: str, message: str) -> None:
    """Where, what, what to do."""
    with pytest.raises(InputError, match=message) as told:
        read_tuning(entries(tmp_path, text))
    assert "rules.yaml" in str(told.value)


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    """A file with only comments is no mistake."""
    assert tuned(RULES, read_tuning(entries(tmp_path, "# nothing yet\n"))).rules == RULES
