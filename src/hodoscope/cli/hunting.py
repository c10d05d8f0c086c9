"""``hodoscope soc hunt``: one rule, many, or an SQL condition over everything that is stored; rules over files too."""

import csv
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table

from hodoscope.cli import render
from hodoscope.cli.look import CONTEXT_COLUMNS, readable
from hodoscope.cli.places import rule_cache
from hodoscope.cli.progress import HuntBar
from hodoscope.cli.session import event_store
from hodoscope.cli.sources import checked
from hodoscope.errors import InputError
from hodoscope.soc.file_hunt import FileHunt
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.sigma.hunting.hunt import Hunt, HuntPage, HuntProgress, Scope
from hodoscope.soc.sigma.hunting.where import where
from hodoscope.soc.sigma.interface import LeafEvidence
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule import Rule
from hodoscope.soc.sigma.rule_files import RuleFiles
from hodoscope.soc.sigma.stored_kinds import stored_kinds
from hodoscope.soc.sigma.tuning import LEVELS
from hodoscope.soc.sources.discover import discover
from hodoscope.soc.storage.interface import EventStore

_SQL = re.compile(r"[=<>(]|\b(?:like|ilike|in|between)\b", re.IGNORECASE)
EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Request:
    """What to hunt, where, and how to show it."""

    wanted: str
    store: str | None
    tenant: str
    packs: list[str] | None
    tuning: Path | None
    first: str | None
    last: str | None
    limit: int
    json: bool = False
    csv: bool = False
    show_where: bool = False
    quiet: bool = False
    files: list[str] | None = None


@dataclass(slots=True)
class Found:
    """A rule's hits: how many, when, and the earliest of them."""

    hits: int = 0
    first_us: int = 0
    last_us: int = 0
    earliest: list[tuple[int, str, tuple[LeafEvidence, ...]]] = field(default_factory=list)  # time, event, evidence


def hunt(request: Request) -> None:
    """Find and print. Ctrl-C ends a hunt between two queries; nothing is ever written to the store."""
    scope = Scope(request.tenant, _time("--from", request.first), _time("--to", request.last))
    rules = _rules(request)
    if request.files:
        if rules is None or request.show_where:
            raise InputError("--file: rules are looked for in files; SQL conditions are for what is stored")
        _report(request, rules, _hunt_files(request, rules, scope))
        return
    with event_store(request.store, create=False) as store:
        if request.show_where:
            _show_where(request, rules, store)
        elif rules is None:
            _condition(request, scope, store)
        else:
            _report(request, rules, _hunt(request, rules, scope, store))


def _time(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{option} {text!r}: write 2026-03-02 or 2026-03-02T14:30, UTC unless it ends in +01:00"
        ) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _rules(request: Request) -> list[Rule] | None:
    """The rules that were named; None when it is a condition."""
    is_pack = _is_there(request.wanted)
    packs = [*(request.packs or []), *([request.wanted] if is_pack else [])]
    chosen = RuleFiles(tuple(packs), request.tuning, rule_cache(), shipped=not is_pack)
    loaded = chosen.tune(chosen.load()).rules
    if is_pack or request.wanted == EVERYTHING:
        if not loaded.rules:
            raise InputError(f"{request.wanted}: no rule to hunt with; `hodoscope soc rules list --refused` says why")
        return list(loaded.rules)
    wanted = request.wanted.lower()
    named = [rule for rule in loaded.rules if wanted in (rule.rule_id.lower(), rule.title.lower())]
    named = named or [rule for rule in loaded.rules if len(wanted) >= 8 and rule.rule_id.lower().startswith(wanted)]
    if named or _SQL.search(request.wanted):
        return named or None
    raise InputError(
        f"{request.wanted!r} is no rule id or title, no file, and no SQL condition; `hodoscope soc rules list --find "
        "TEXT` finds rules, and a condition looks like \"process_cmd_line ILIKE '%whoami%'\""
    )


def _is_there(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # a condition may be longer than a name may be
        return False


def _show_where(request: Request, rules: Sequence[Rule] | None, store: EventStore) -> None:
    if rules is None:
        sys.stdout.write(request.wanted + "\n")
        return
    kinds, router = stored_kinds(store, request.tenant), shipped_router()
    for rule in rules:
        if len(rules) > 1:
            sys.stdout.write(f"-- {rule.title.splitlines()[0] if rule.title else rule.rule_id}\n")
        sys.stdout.write(where(rule, router, kinds) + "\n")


def _condition(request: Request, scope: Scope, store: EventStore) -> None:
    """Events that satisfy an SQL condition, oldest first."""
    limit = f"LIMIT {request.limit}" if request.limit else ""
    found = store.query(
        f"SELECT {', '.join(CONTEXT_COLUMNS)} FROM events WHERE {scope.condition} AND ({request.wanted}\n) "
        f"ORDER BY time, event_id {limit}",
        {"tenant": request.tenant},
    )
    rows = [readable(row) for row in found.to_pylist()] if found.num_rows else []
    if request.json:
        render.write_json(rows)
    elif request.csv:
        writer = csv.DictWriter(sys.stdout, CONTEXT_COLUMNS)
        writer.writeheader()
        writer.writerows({name: render.harmless(str(value)) for name, value in row.items()} for row in rows)
    else:
        console = render.output()
        for row in rows:
            rest = "  ".join(f"{name}={value}" for name, value in row.items() if name not in ("time", "event_id"))
            line = f"{str(row['time'])[:19]}  {rest[:300]}  {str(row['event_id'])[: render.SHORT_ID]}"
            console.print(render.escape(line), soft_wrap=True)
        more = " or more: --limit 0 shows all" if len(rows) == request.limit else ""
        console.print(f"{len(rows):,} events{more}")


def _hunt(request: Request, rules: Sequence[Rule], scope: Scope, store: EventStore) -> dict[int, Found]:
    found: dict[int, Found] = {}
    with HuntBar(quiet=request.quiet) as bar:
        for page in Hunt(rules, shipped_router()).run(store, scope, bar):
            _add(found, page, request.limit)
    return found


def _hunt_files(request: Request, rules: Sequence[Rule], scope: Scope) -> dict[int, Found]:
    hunt = FileHunt(rules, shipped_mappings(), request.tenant)
    found: dict[int, Found] = {}
    events = 0
    with HuntBar(quiet=request.quiet) as bar:
        for judged in hunt.run(checked(discover(request.files or []), request.files or [])):
            if len(judged.hits):
                _add(found, hunt.page(judged, scope), request.limit)
            events += len(judged.positions)
            bar(HuntProgress(events, events, sum(own.hits for own in found.values())))
    if hunt.unread:
        sys.stderr.write(f"{hunt.unread:,} records could not be read; `hodoscope soc coverage` says why\n")
    return found


def _add(found: dict[int, Found], page: HuntPage, limit: int) -> None:
    ids = page.event_id.to_pylist()
    for at, (rule, time_us) in enumerate(zip(page.rule.tolist(), page.time_us.tolist(), strict=True)):
        own = found.setdefault(rule, Found(first_us=time_us, last_us=time_us))
        own.hits += 1
        own.first_us, own.last_us = min(own.first_us, time_us), max(own.last_us, time_us)
        if not limit or len(own.earliest) < limit or time_us < own.earliest[-1][0]:
            own.earliest.append((time_us, ids[at].hex(), page.evidence[page.evidence_index[at]]))
            own.earliest.sort(key=lambda hit: hit[:2])
            del own.earliest[limit or len(own.earliest) :]


def _report(request: Request, rules: Sequence[Rule], found: dict[int, Found]) -> None:
    order = sorted(found, key=lambda at: (-LEVELS.index(rules[at].level), -found[at].hits, rules[at].title))
    if request.json:
        render.write_json([_document(rules[at], found[at]) for at in order])
    elif request.csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(("rule_id", "level", "title", "time", "event_id", "field", "value"))
        for at in order:
            for time_us, event, evidence in found[at].earliest:
                field_name, value = (evidence[0].field, evidence[0].value) if evidence else ("", "")
                row = (rules[at].rule_id, rules[at].level, rules[at].title, _shown(time_us), event, field_name, value)
                writer.writerow(map(render.harmless, row))
    elif len(rules) == 1:
        _events(rules[0], found.get(0, Found()))
    else:
        _table(rules, found, order)


def _events(rule: Rule, found: Found) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("time (UTC)", "evidence", "event"):
        table.add_column(name, overflow="fold")
    for time_us, event, evidence in found.earliest:
        told = "  ".join(f"{piece.field}={piece.value[:160]}" for piece in evidence if piece.present)
        table.add_row(_shown(time_us)[:19], render.escape(told), event[: render.SHORT_ID])
    console = render.output()
    console.print(table)
    console.print(f"{render.escape(rule.title)}: {found.hits:,} hits, {len(found.earliest):,} shown", soft_wrap=True)


def _table(rules: Sequence[Rule], found: dict[int, Found], order: Sequence[int]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("level", "rule", "hits", "first (UTC)", "last (UTC)", "id"):
        table.add_column(name, overflow="fold", justify="right" if name == "hits" else "left")
    for at in order:
        rule, own = rules[at], found[at]
        first, last = _shown(own.first_us)[:19], _shown(own.last_us)[:19]
        table.add_row(rule.level, render.escape(rule.title), f"{own.hits:,}", first, last, rule.rule_id[:8])
    console = render.output()
    console.print(table)
    hits = sum(own.hits for own in found.values())
    console.print(
        f"{len(order):,} of {len(rules):,} rules hit, {hits:,} hits; `hodoscope soc hunt ID` shows their events"
    )


def _document(rule: Rule, found: Found) -> dict[str, object]:
    events = [
        {"time": _shown(time_us), "event_id": event, "evidence": [piece._asdict() for piece in evidence]}
        for time_us, event, evidence in found.earliest
    ]
    return {
        "rule_id": rule.rule_id, "title": rule.title, "level": rule.level, "author": rule.author, "hits": found.hits,
        "first": _shown(found.first_us), "last": _shown(found.last_us), "events": events,
    }  # fmt: skip


def _shown(time_us: int) -> str:
    return datetime.fromtimestamp(time_us // 1_000_000, UTC).replace(microsecond=time_us % 1_000_000).isoformat(" ")
