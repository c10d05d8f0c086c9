"""What an operator changes about rules without touching them: a YAML file of entries, each with an owner and a reason.

::

    - rule: 5f0c9f3e-3f0b-4b7c-9d5e-0a3f1c2b4d6e   # a rule's id
      severity: low
      owner: ana@corp.example
      reason: our deployment tool does this every night
    - pack: sigma                                  # a pack's name, as `hodoscope soc rules list` shows it
      enabled: false
      owner: ana@corp.example
      reason: tried out on the test store first

A later entry wins over an earlier one, and a rule's entry over its pack's. What one would get wrong: a disabled rule
still feeds the correlations that refer to it; only its own findings stop.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hodoscope.errors import InputError
from hodoscope.soc.data_files import read_yaml
from hodoscope.soc.sigma.rule import Correlation, Rule, RuleSet

LEVELS = ("informational", "low", "medium", "high", "critical")
_KNOWN = frozenset(("rule", "pack", "enabled", "severity", "owner", "reason"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: to one rule (``rule``) or all of a pack (``pack``); "" and None leave things as they are."""

    rule: str
    pack: str
    enabled: bool | None
    severity: str
    owner: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tuned:
    """What is left after tuning: the rules with their levels, and those that no longer tell on their own."""

    rules: RuleSet
    muted: frozenset[str]
    unknown: tuple[str, ...]  # names in the file that no loaded rule or pack has


def read_tuning(path: Path) -> list[Entry]:
    """The entries of a file in order; ``InputError`` with file and entry for what is none."""
    document = read_yaml(path)
    if document is None:
        return []
    if not isinstance(document, list):
        raise InputError(f"{path}: expected a list of entries with rule or pack; see docs/sigma.md")
    return [_entry(item, f"{path}: entry {number}") for number, item in enumerate(document, 1)]


def _entry(item: object, where: str) -> Entry:
    if not isinstance(item, dict):
        raise InputError(f"{where}: expected a mapping with rule or pack, owner and reason")
    unknown = sorted(str(name) for name in item if name not in _KNOWN)
    if unknown:
        raise InputError(f"{where}: unknown {', '.join(unknown)}; known are {', '.join(sorted(_KNOWN))}")
    if ("rule" in item) == ("pack" in item):
        raise InputError(f"{where}: name either a rule (its id) or a pack")
    texts = {name: _text(item, name, where) for name in ("rule", "pack", "severity", "owner", "reason")}
    if not texts["owner"] or not texts["reason"]:
        raise InputError(f"{where}: owner and reason are needed, so that someone can undo it later")
    enabled, severity = item.get("enabled"), texts["severity"]
    if enabled is not None and not isinstance(enabled, bool):
        raise InputError(f"{where}: enabled is true or false, found {enabled!r}")
    if severity and severity not in LEVELS:
        raise InputError(f"{where}: severity {severity!r} is none of {', '.join(LEVELS)}")
    if enabled is None and not severity:
        raise InputError(f"{where}: it changes nothing; give enabled or severity")
    return Entry(enabled=enabled, **texts)


def _text(item: Mapping[object, object], name: str, where: str) -> str:
    value = item.get(name, "")
    if not isinstance(value, str):
        raise InputError(f"{where}: {name} is a text, found {value!r}; put it in quotes")
    return value


def tuned(rules: RuleSet, entries: Sequence[Entry]) -> Tuned:
    """The rule set with its entries applied; disabled rules that no correlation needs are left out."""
    of_pack = {entry.pack: [one for one in entries if one.pack == entry.pack] for entry in entries if entry.pack}
    of_rule = {entry.rule: [one for one in entries if one.rule == entry.rule] for entry in entries if entry.rule}
    needed = {name for correlation in rules.correlations for name in correlation.rules}
    kept: list[Rule] = []
    correlations: list[Correlation] = []
    muted: set[str] = set()
    everything: tuple[Rule | Correlation, ...] = (*rules.rules, *rules.correlations)
    for rule in everything:
        own = [*of_pack.get(rule.pack, ()), *of_rule.get(rule.rule_id, ())]
        enabled = next((entry.enabled for entry in reversed(own) if entry.enabled is not None), True)
        level = next((entry.severity for entry in reversed(own) if entry.severity), rule.level)
        if not enabled:
            muted.add(rule.rule_id)
            if rule.rule_id not in needed:
                continue
        changed = rule if level == rule.level else replace(rule, level=level)
        if isinstance(changed, Rule):
            kept.append(changed)
        else:
            correlations.append(changed)
    known = {rule.rule_id for rule in everything} | set(rules.packs)
    unknown = tuple(name for name in (*of_pack, *of_rule) if name not in known)
    return Tuned(replace(rules, rules=tuple(kept), correlations=tuple(correlations)), frozenset(muted), unknown)
