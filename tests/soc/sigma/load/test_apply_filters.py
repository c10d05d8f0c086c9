"""Sigma filters."""

from pathlib import Path

import pytest
from tests.soc.sigma.load.rule_texts import IDS, loaded, rule

from hodoscope.soc.sigma.rule import All, Leaf, Match, Not

IMAGE = Leaf("Image", Match.EQUALS, "x")
ADMIN = Not(Leaf("User", Match.STARTSWITH, "adm_"))


def sigma_filter(rules: str, logsource: str = "product: windows", selection: str = "User|startswith: adm_") -> str:
    """A filter document that leaves administrators out."""
    return f"""\
title: Administrators
id: {IDS["h"]}
logsource: {{{logsource}}}
filter:
    rules: {rules}
    admins: {{{selection}}}
    condition: not admins
"""


@pytest.mark.parametrize("rules", ["[a, c]", f"[{IDS['a'].upper()}, {IDS['c']}]"])
def test_a_filter_is_added_to_the_rules_it_names(tmp_path: Path, rules: str) -> None:
    """By name or id; written before its rules or after them."""
    found = loaded(tmp_path, rule("a"), sigma_filter(rules), rule("b"), rule("c"))
    filtered = All((IMAGE, ADMIN))
    assert [one.condition for one in found.rules] == [filtered, IMAGE, filtered]
    assert found.unsupported == ()


def test_a_filter_for_any_rule_is_added_where_its_log_source_covers(tmp_path: Path) -> None:
    """A wider log source covers a narrower one, not the other way round."""
    created = "product: windows, category: process_creation"
    found = loaded(
        tmp_path,
        sigma_filter("any", created),
        rule("a"),
        rule("b", logsource=created),
        rule("c", logsource=f"{created}, service: x"),
    )
    assert [isinstance(one.condition, All) for one in found.rules] == [False, True, True]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (sigma_filter("[a, z]"), "reference: unknown"),
        (sigma_filter("[a, b]"), "filter: logsource"),
        (sigma_filter("any", "product: macos"), "filter: no rule"),
        (sigma_filter("{a: b}"), "filter: rules"),
        (sigma_filter("[a]", selection="User|nonsense: x"), "modifier: unknown"),
        (sigma_filter("[a]").replace("not admins", "not users"), "condition: unknown selection"),
        (sigma_filter("[a]").replace("    condition: not admins\n", ""), "condition: missing"),
    ],
)
def test_a_filter_that_leads_nowhere_is_listed(tmp_path: Path, document: str, reason: str) -> None:
    """An exclusion that silently excludes nothing would be found out by its false alarms."""
    found = loaded(tmp_path, rule("a"), rule("b", logsource="product: linux"), document)
    assert [one.reason for one in found.unsupported] == [reason]
    assert len(found.rules) == 2


def test_the_targets_that_are_there_are_filtered_all_the_same(tmp_path: Path) -> None:
    """One wrong reference costs only itself."""
    found = loaded(tmp_path, rule("a"), sigma_filter("[z, a]"))
    assert found.rules[0].condition == All((IMAGE, ADMIN))
    assert [one.reason for one in found.unsupported] == ["reference: unknown"]
