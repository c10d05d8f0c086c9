"""Sigma verdicts and speed beside other engines: every difference with its cause and what the specification says.

``python -m benchmarks.sigma_peers [--data DIR] [--json FILE] [--events N] [--markdown FILE]``; the page is
``docs/sigma_differences.md``. All engines read one file of real Windows events with the rules of ``rules/windows``:
ours (normalised, then streaming), the way of Zircolite (flat rows in SQLite, pySigma's SQLite backend, pipelines for
Sysmon and channels), the same backend without pipelines on the events of each rule's log source, rsigma (Rust) over the
same flat rows, and one ClickHouse query per rule over our events. ``make peers`` installs the peers; without them only
ours are measured. CPU seconds of all threads.
"""

import argparse
import json
import math
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.sigma_clickhouse_per_rule import per_rule_cpu
from benchmarks.sigma_peer_causes import Seen, differing_fields, why_only_peer, why_only_we
from benchmarks.sigma_peer_files import EventFile, normalised, windows_events, windows_rules
from benchmarks.sigma_peer_page import Difference, Speed, page, table
from benchmarks.sigma_peer_runs import RUNS, Answer, Pairs, absent, rows_of, rust_answer, sqlite_answers
from hodoscope.cli.startup import keep_pandas_out
from hodoscope.soc.sigma.load.rules import load_rules
from hodoscope.soc.sigma.reference_fields import event_fields, kind_of, raw_of
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule import Rule, leaves
from hodoscope.soc.sigma.streaming.engine import StreamingEngine
from hodoscope.soc.sigma.streaming.explain import fields_of


def main() -> None:
    """Run all engines, compare, print, write."""
    args = _arguments()
    keep_pandas_out()
    with tempfile.TemporaryDirectory() as name:
        folder, data = Path(name), Path(args.data)
        pack = windows_rules(data, folder / "rules.zip")
        events = windows_events(data, folder / "events.jsonl", args.events)
        if pack is None or not events.origin:
            print(f"no Windows rules or events below {data}; nothing to compare")
            return
        rules = load_rules([pack]).rules
        own, table, numbers = _ours(rules, events)
        world = _World(rules, events, table, numbers, folder)
        answers = sqlite_answers(pack, events.path, folder)
        rust = rust_answer(pack, folder)
        differences = [each for answer in answers.values() for each in _compared(world, own, answer, answers)]
        if rust:
            differences += _compared(world, own, rust, answers)
        speeds = _speeds(len(events.origin), own, [*answers.values(), *([rust] if rust else [])])
        clickhouse = per_rule_cpu(table, rules, folder / "store")
        speeds.append(Speed("one ClickHouse query per rule", len(events.origin), None, clickhouse, None))
    if missing := absent():
        print(f"not installed: {', '.join(missing)}; `make peers` installs them")
    _report(args, rules, events, speeds, differences)


def _ours(rules: Sequence[Rule], events: EventFile) -> tuple[Answer, pa.Table, Sequence[int]]:
    begin = time.process_time()
    table, numbers = normalised(events)
    load = time.process_time() - begin
    engine = StreamingEngine(rules, shipped_router())
    engine.match(table)
    match = math.inf
    for _ in range(RUNS):
        begin = time.process_time()
        hits = engine.match(table)
        match = min(match, time.process_time() - begin)
    found = zip(hits.rule.tolist(), hits.row.tolist(), strict=True)
    pairs = frozenset((rules[rule].rule_id, numbers[row]) for rule, row in found)
    return Answer("ours", pairs, load, match), table, numbers


@dataclass
class _World:
    """What explains a pair: the rules, and each event as both sides see it."""

    rules: Sequence[Rule]
    events: EventFile
    table: pa.Table
    numbers: Sequence[int]
    folder: Path

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        return {rule.rule_id: rule for rule in self.rules}

    @cached_property
    def ours(self) -> Mapping[int, Mapping[str, Any]]:
        return dict(zip(self.numbers, self.table.to_pylist(), strict=True))

    @cached_property
    def theirs(self) -> Sequence[Mapping[str, str]]:
        return rows_of(self.folder)

    def seen(self, rule: Rule, number: int) -> Seen | None:
        row = self.ours.get(number)
        if row is None:
            return None
        names = [name for name in fields_of(list(leaves(rule.condition))) if name]
        flat = {name: [text] for name in names if (text := self.theirs[number].get(name.lower()))}
        return Seen(event_fields(row, shipped_router(), names), flat, raw_of(row))

    def routed(self, rule: Rule, number: int) -> bool:
        row = self.ours.get(number)
        return row is not None and bool(shipped_router().logsources(kind_of(row), [rule.logsource]))


def _compared(world: _World, own: Answer, answer: Answer, sqlite: Mapping[str, Answer]) -> list[Difference]:
    known = frozenset(pair for pair in own.hits | answer.hits if pair[0] in world.by_id)
    plain = answer.name == "plain"
    theirs = frozenset(pair for pair in answer.hits & known if not plain or world.routed(world.by_id[pair[0]], pair[1]))
    bare: Pairs = frozenset() if plain or "plain" not in sqlite else sqlite["plain"].hits
    found: dict[tuple[str, str, bool], list[int]] = defaultdict(list)
    for identity, number in sorted(own.hits ^ theirs):
        rule, we = world.by_id[identity], (identity, number) in own.hits
        seen = world.seen(rule, number)
        if we and seen:
            silent = answer.silent.get(identity, "")
            cause = why_only_we(rule, seen, silent, bare=(identity, number) in bare)
        else:
            cause = why_only_peer(rule, seen, routed=world.routed(rule, number))
        found[identity, cause, we].append(number)
    return [
        Difference(answer.name, cause, rule, tuple(numbers), we, _detail(world, answer, cause, rule, numbers))
        for (identity, cause, we), numbers in found.items()
        for rule in (world.by_id[identity],)
    ]


def _detail(world: _World, answer: Answer, cause: str, rule: Rule, numbers: Sequence[int]) -> str:
    if cause in ("refused", "no column", "query fails"):
        return answer.silent[rule.rule_id].removeprefix("query fails: ")
    if cause in ("log source", "not our log source"):
        kinds = {kind_of(world.ours[number])[3:] for number in numbers}
        return ", ".join(sorted(f"{log} {code}" for log, code in kinds))
    names: set[str] = set()
    for number in numbers:
        if seen := world.seen(rule, number):
            names |= set(differing_fields(rule.condition, seen))
    return ", ".join(sorted(names))


def _speeds(events: int, own: Answer, answers: Sequence[Answer]) -> list[Speed]:
    return [Speed(each.name, events, each.load, each.match, len(each.hits)) for each in (own, *answers)]


def _report(
    args: argparse.Namespace,
    rules: Sequence[Rule],
    events: EventFile,
    speeds: Sequence[Speed],
    differences: Sequence[Difference],
) -> None:
    print(f"{len(rules):,} rules, {len(events.origin):,} events")
    print(table(speeds, differences))
    if args.markdown:
        args.markdown.write_text(page(len(rules), events, speeds, differences), encoding="utf-8")
    if args.json:
        pairs: Counter[str] = Counter()
        for each in differences:
            pairs[f"{each.peer}_{each.cause}_{'we' if each.we else 'peer'}".replace(" ", "_")] += len(each.events)
        metrics = {name: {"value": count, "unit": "pairs", "n": len(events.origin)} for name, count in pairs.items()}
        baselines = {each.name: {"value": each.rate, "unit": "events/CPU-s", "n": each.events} for each in speeds}
        config = {"events": len(events.origin), "rules": len(rules)}
        args.json.write_text(json.dumps({"metrics": metrics, "baselines": baselines, "config": config}, indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="../shared/data", help="folder of the real data sets")
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--markdown", type=Path, help="write the page there")
    parser.add_argument("--events", type=int, default=5_000, help="about so many of each data set")
    return parser.parse_args()


if __name__ == "__main__":
    main()
