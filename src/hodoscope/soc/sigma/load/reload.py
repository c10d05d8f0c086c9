"""Hot reload: newer rules when their sources changed, and never fewer working rules because of a broken edit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from hodoscope.errors import InputError
from hodoscope.soc.sigma.load.rules import Location, load_rules, sources_digest
from hodoscope.soc.sigma.rule import Correlation, Rule, RuleSet, Unsupported

R = TypeVar("R", Rule, Correlation)
WHOLE_FILE = frozenset(("yaml", "encoding", "limit: file size"))
"""Reasons of documents so broken that no id can be read: what came from their file before is kept."""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What to use from now on.

    ``kept`` are ids of rules and correlations that stay as they were, because their document cannot be used any more;
    ``error`` says why nothing was loaded at all ("" normally).
    """

    rules: RuleSet
    changed: bool
    kept: tuple[str, ...] = ()
    error: str = ""


def reload_rules(
    current: RuleSet,
    packs: Sequence[Location],
    *,
    pipelines: Sequence[Path] = (),
    placeholders: Sequence[Path] = (),
    cache: Path | None = None,
) -> Reloaded:
    """The rules as their sources are now; the current set itself when nothing changed or a source cannot be read.

    A document that was a working rule and is broken now keeps its last working version until it is mended, removed or
    the program starts again; ``rules.unsupported`` lists it with its mistake.
    """
    try:
        digest = sources_digest(packs, pipelines=pipelines, placeholders=placeholders, cache=cache)
        if digest == current.digest:
            return Reloaded(current, changed=False)
        fresh = load_rules(packs, pipelines=pipelines, placeholders=placeholders, cache=cache)
    except InputError as error:
        return Reloaded(current, changed=False, error=str(error))
    ids = {rule.rule_id for rule in fresh.rules} | {one.rule_id for one in fresh.correlations}
    rules = [rule for rule in current.rules if _broken(rule, ids, fresh.unsupported)]
    ids.update(rule.rule_id for rule in rules)
    correlations = [
        one for one in current.correlations if _broken(one, ids, fresh.unsupported) and ids.issuperset(one.rules)
    ]
    if rules or correlations:
        fresh = replace(
            fresh,
            rules=tuple(_sorted((*fresh.rules, *rules), fresh.packs)),
            correlations=tuple(_sorted((*fresh.correlations, *correlations), fresh.packs)),
        )
    kept = (*(rule.rule_id for rule in rules), *(one.rule_id for one in correlations))
    return Reloaded(fresh, changed=True, kept=kept)


def _broken(rule: Rule | Correlation, ids: set[str], unsupported: Sequence[Unsupported]) -> bool:
    """Gone from the fresh set, not because somebody removed it but because its document is refused."""
    return rule.rule_id not in ids and any(
        refused.rule_id == rule.rule_id or (refused.path == rule.path and refused.reason in WHOLE_FILE)
        for refused in unsupported
    )


def _sorted(rules: Sequence[R], packs: Sequence[str]) -> list[R]:
    return sorted(rules, key=lambda rule: (packs.index(rule.pack) if rule.pack in packs else -1, rule.path, rule.line))
