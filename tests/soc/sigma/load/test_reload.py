"""Hot reload."""

from pathlib import Path

import pytest
from tests.soc.sigma.load.rule_texts import IDS, rule

from hodoscope.soc.sigma.load.reload import Reloaded, reload_rules
from hodoscope.soc.sigma.load.rules import load_rules
from hodoscope.soc.sigma.rule import RuleSet

CORRELATION = f"title: C\nid: {IDS['h']}\ncorrelation: {{type: temporal, rules: [a], timespan: 1m}}\n"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Rules a and b in one file, c in another."""
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "ab.yml").write_text(f"{rule('a')}---\n{rule('b')}---\n{CORRELATION}", encoding="utf-8")
    (folder / "c.yml").write_text(rule("c"), encoding="utf-8")
    return folder


def edited(pack: Path, name: str, text: str, current: RuleSet | None = None) -> tuple[RuleSet, Reloaded]:
    """The rules before and what a reload says after a file was written."""
    before = current or load_rules([pack])
    (pack / name).write_text(text, encoding="utf-8")
    return before, reload_rules(before, [pack])


def titles(rules: RuleSet) -> list[str]:
    """Of rules and correlations."""
    return [*(one.title for one in rules.rules), *(one.title for one in rules.correlations)]


def test_nothing_changed_is_the_same_set(pack: Path) -> None:
    """Not even an equal one: engines need not be built again."""
    before = load_rules([pack])
    after = reload_rules(before, [pack])
    assert after.rules is before
    assert not after.changed


def test_an_edited_rule_is_the_new_one(pack: Path) -> None:
    """And one that was added."""
    before, after = edited(pack, "c.yml", f"{rule('c', 'Image: y')}---\n{rule('d')}")
    assert after.changed
    assert after.kept == ()
    assert titles(after.rules) == ["Rule a", "Rule b", "Rule c", "Rule d", "C"]
    assert after.rules.rules[2].condition != before.rules[2].condition


def test_a_removed_rule_is_gone(pack: Path) -> None:
    """Removed on purpose, even beside a broken document."""
    _, after = edited(pack, "ab.yml", rule("b", "Image|nonsense: x"))
    assert titles(after.rules) == ["Rule b", "Rule c"]
    assert after.kept == (IDS["b"],)


@pytest.mark.parametrize(
    "broken",
    [
        rule("c", "Image|nonsense: x"),
        rule("c").replace("condition: selection", "condition: x"),
        "title: [broken",
        "\x00",
    ],
)
def test_a_broken_edit_unloads_nothing(pack: Path, broken: str) -> None:
    """The last working version stays, the mistake is listed, and mending it ends that."""
    before, after = edited(pack, "c.yml", broken)
    assert (after.changed, after.kept, after.error) == (True, (IDS["c"],), "")
    assert after.rules.rules == before.rules
    assert len(after.rules.unsupported) == 1
    assert reload_rules(after.rules, [pack]).rules is after.rules
    _, mended = edited(pack, "c.yml", rule("c"), after.rules)
    assert (mended.kept, mended.rules) == ((), before)


def test_a_broken_rule_keeps_the_correlation_over_it(pack: Path) -> None:
    """Both stay as they were."""
    before, after = edited(pack, "ab.yml", f"{rule('a', 'Image|nonsense: x')}---\n{rule('b')}---\n{CORRELATION}")
    assert after.kept == (IDS["a"], IDS["h"])
    assert titles(after.rules) == titles(before)


def test_an_unreadable_pack_keeps_everything_and_says_why(pack: Path) -> None:
    """A share that is away for a moment."""
    before = load_rules([pack])
    pack.rename(pack.with_name("away"))
    after = reload_rules(before, [pack])
    assert after.rules is before
    assert "check the path" in after.error
