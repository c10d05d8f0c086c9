"""What ``hodoscope soc rules`` prints: the list, the cases, what rules found and cost."""

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import typer
from rich.table import Table

from hodoscope.cli import render
from hodoscope.cli.places import rule_cache
from hodoscope.cli.session import session
from hodoscope.errors import InputError
from hodoscope.soc.data_files import data_dir
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.sigma.case_run import Outcome, run_cases
from hodoscope.soc.sigma.detector import SigmaDetector
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule import Correlation, Rule, RuleSet
from hodoscope.soc.sigma.rule_files import SHIPPED, RuleFiles
from hodoscope.soc.sigma.tuning import LEVELS
from hodoscope.soc.storage.interface import EventStore, RuleUse

NOISY_SHARE, NOISY_FINDINGS = 0.1, 10
"""A rule is noisy that makes a tenth of all Sigma findings and at least ten: own choice, what an analyst notices."""


class Place(NamedTuple):
    """Whose store."""

    store: str | None
    journal: str | None
    tenant: str


@dataclass(frozen=True, slots=True)
class RuleStats:
    """One rule's record."""

    rule_id: str
    title: str
    level: str
    pack: str
    hits: int
    findings: int
    entities: int
    loudest: str  # the entity with most findings
    loudest_share: float
    first: str
    last: str
    cpu_seconds: float
    noisy: bool


def files(packs: list[str] | None, tuning: Path | None, *, no_shipped: bool) -> RuleFiles:
    """The rules that a command is about."""
    if no_shipped and not packs:
        raise InputError("--no-shipped leaves no rules; name a pack with --rules")
    return RuleFiles(tuple(packs or ()), tuning, rule_cache(), shipped=not no_shipped)


def listing(chosen: RuleFiles, level: str, find: str | None, *, refused: bool, json: bool) -> None:
    """The rules, or what was refused."""
    if level not in LEVELS:
        raise InputError(f"--level {level!r}: use one of {', '.join(LEVELS)}")
    loaded = chosen.tune(chosen.load())
    if refused:
        _refused(loaded.rules, json=json)
        return
    found = [
        rule
        for rule in _everything(loaded.rules)
        if LEVELS.index(rule.level) >= LEVELS.index(level) and (not find or find.lower() in _text(rule))
    ]
    found.sort(key=lambda rule: (-LEVELS.index(rule.level), rule.pack, rule.path))
    if json:
        render.write_json([_document(rule, muted=rule.rule_id in loaded.muted) for rule in found])
        return
    console = render.output()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("level", "title", "log source", "ATT&CK", "pack: file", "id"):
        table.add_column(name, overflow="fold")
    for rule in found:
        title = render.escape(rule.title) + (" [dim](off)[/]" if rule.rule_id in loaded.muted else "")
        place = render.escape(f"{rule.pack}: {rule.path}")
        table.add_row(rule.level, title, _source(rule), " ".join(rule.attack), place, rule.rule_id[:8])
    console.print(table)
    counts = f"{len(loaded.rules.rules):,} rules and {len(loaded.rules.correlations):,} correlations loaded"
    console.print(f"{len(found):,} shown; {counts}" + _refusals(loaded.rules))


def cases(folder: Path | None, *, json: bool) -> None:
    """The cases beside rules; exit code 1 when one fails."""
    where = folder or data_dir(SHIPPED)
    if not where.is_dir():
        raise InputError(f"{where}: not a folder; name the folder that holds the rules and their .tests.yml files")
    mappings = shipped_mappings()
    rules = RuleFiles((str(where),), None, rule_cache(), shipped=False).load()
    outcomes = run_cases(where, SigmaDetector(rules, shipped_router(mappings)), mappings)
    if not outcomes:
        raise InputError(f"{where}: no NAME.tests.yml beside a rule; docs/sigma.md shows how to write one")
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if json:
        render.write_json(
            [
                {"path": o.case.path, "case": o.case.name, "fires": o.case.fires, "fired": o.fired, "rule": o.rule_id,
                 "passed": o.passed, "others": list(o.others)}
                for o in outcomes
            ]
        )  # fmt: skip
    else:
        for outcome in failed:
            sys.stdout.write(f"FAILED {outcome.case.path}: {outcome.case.name}: {_failure(outcome)}\n")
        for path in sorted({rule.path for rule in _everything(rules)} - {outcome.case.path for outcome in outcomes}):
            sys.stdout.write(f"no cases: {path}\n")
        sys.stdout.write(f"{len(outcomes) - len(failed):,} of {len(outcomes):,} cases as they should be\n")
    if failed:
        raise typer.Exit(1)


def stats(place: Place, chosen: RuleFiles, *, noisy: bool, limit: int, json: bool) -> None:
    """The record of every rule that has hit or cost anything in this store."""
    known = {rule.rule_id: rule for rule in _everything(chosen.tune(chosen.load()).rules)}
    with session(place.store, place.journal, create=False) as opened:
        rows = _stats(opened.store, opened.journal.rule_use(place.tenant), place.tenant, known)
    rows = [row for row in rows if row.noisy or not noisy]
    rows.sort(key=lambda row: (-row.findings, -row.hits, -row.cpu_seconds, row.rule_id))
    shown = rows[:limit] if limit else rows
    if json:
        render.write_json([asdict(row) for row in shown])
        return
    console = render.output()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("rule", "level", "hits", "findings", "entities", "first", "last", "CPU s", "id"):
        right = name in ("hits", "findings", "entities", "CPU s")
        table.add_column(name, overflow="fold", justify="right" if right else "left")
    for row in shown:
        title = render.escape(row.title) + (" [yellow]noisy[/]" if row.noisy else "")
        table.add_row(
            title, row.level, f"{row.hits:,}", f"{row.findings:,}", f"{row.entities:,}", row.first[:16], row.last[:16],
            f"{row.cpu_seconds:.2f}", row.rule_id[:8],
        )  # fmt: skip
    console.print(table)
    for row in shown:
        if row.noisy:
            console.print(_advice(row), soft_wrap=True)
    if len(rows) > len(shown):
        console.print(f"... and {len(rows) - len(shown):,} more: --limit 0")
    if not rows:
        console.print("no rule is noisy here" if noisy else "no rule has hit anything here yet: `hodoscope soc detect`")


def _stats(
    store: EventStore, used: Mapping[str, RuleUse], tenant: str, known: Mapping[str, Rule | Correlation]
) -> list[RuleStats]:
    found = store.query(
        "SELECT JSONExtractString(features, 'rule') AS rule, entity, count() AS findings FROM ("
        "SELECT features, entity, detector, revision FROM findings WHERE tenant_id = {tenant:String} "
        "ORDER BY revision DESC, event_count DESC, last_time DESC LIMIT 1 BY finding_id) "
        "WHERE detector = 'sigma' AND revision % 2 = 0 GROUP BY rule, entity",
        {"tenant": tenant},
    ).to_pylist()
    by_rule: dict[str, Counter[str]] = {}
    for row in found:
        by_rule.setdefault(row["rule"], Counter())[row["entity"]] = row["findings"]
    total = sum(counts.total() for counts in by_rule.values())
    rows = []
    for rule_id in used.keys() | by_rule.keys():
        use, counts = used.get(rule_id, RuleUse(0, None, None, 0.0)), by_rule.get(rule_id, Counter())
        loudest, most = counts.most_common(1)[0] if counts else ("", 0)
        rule = known.get(rule_id)
        rows.append(
            RuleStats(
                rule_id,
                rule.title if rule else "(no longer loaded)",
                rule.level if rule else "",
                rule.pack if rule else "",
                use.hits,
                counts.total(),
                len(counts),
                loudest,
                most / counts.total() if counts else 0.0,
                use.first.isoformat() if use.first else "",
                use.last.isoformat() if use.last else "",
                use.cpu_seconds,
                counts.total() >= max(NOISY_FINDINGS, NOISY_SHARE * total),
            )
        )
    return rows


def _advice(row: RuleStats) -> str:
    entity = render.escape(row.loudest)
    one = f", {row.loudest_share:.0%} of them about {entity}" if row.loudest_share >= 0.5 else ""
    return (
        f"[yellow]noisy[/] {row.rule_id[:8]}: {row.findings:,} findings about {row.entities:,} entities{one}. If they "
        f"are ordinary life: a filter in the rule, or an entry for rule {row.rule_id} in the tuning file."
    )


def _failure(outcome: Outcome) -> str:
    if not outcome.rule_id:
        return "its rule could not be loaded; `hodoscope soc rules list --refused` says why"
    if outcome.case.fires:
        return "the rule did not fire; `hodoscope soc rules check` says whether its log source and fields are known"
    return "the rule fired; it needs a filter, or the case is wrong"


def _everything(rules: RuleSet) -> list[Rule | Correlation]:
    return [*rules.rules, *rules.correlations]


def _source(rule: Rule | Correlation) -> str:
    if isinstance(rule, Correlation):
        return f"correlation: {rule.kind}"
    source = rule.logsource
    return "/".join(part for part in (source.product, source.category, source.service) if part) or "any"


def _text(rule: Rule | Correlation) -> str:
    return "\n".join((rule.title, rule.rule_id, rule.path, rule.pack, *rule.tags, *rule.attack)).lower()


def _document(rule: Rule | Correlation, *, muted: bool) -> dict[str, object]:
    return {
        "rule": rule.rule_id, "title": rule.title, "level": rule.level, "status": rule.status,
        "log_source": _source(rule),
        "attack": list(rule.attack), "author": rule.author, "pack": rule.pack, "path": rule.path, "line": rule.line,
        "enabled": not muted,
    }  # fmt: skip


def _refusals(rules: RuleSet) -> str:
    if not rules.unsupported:
        return ""
    reasons = Counter(one.reason for one in rules.unsupported).most_common()
    told = ", ".join(f"{reason} {count:,}" for reason, count in reasons)
    return f"; {len(rules.unsupported):,} refused ({render.escape(told)}): --refused"


def _refused(rules: RuleSet, *, json: bool) -> None:
    if json:
        render.write_json([asdict(one) for one in rules.unsupported])
        return
    for one in rules.unsupported:
        sys.stdout.write(f"{one.path}:{one.line}: {one.reason}: {one.remedy} ({one.title or one.rule_id})\n")
    sys.stdout.write(f"{len(rules.unsupported):,} documents refused\n")
