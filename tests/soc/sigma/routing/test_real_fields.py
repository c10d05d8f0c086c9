"""Real events of every format: what a rule reads through the router is what the vendor's record says.

The record is read here in the plainest way: every leaf by its own name (Windows), by its dotted path (JSON), by the
header (Zeek). No mapping, no column, no parser of ours takes part.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

import orjson
import pyarrow as pa
import pytest
from tests.support.real_events import PANTHER_VENDORS, events_of_files, lines_of, normalised, panther_events

from hodoscope.soc.normalise.values import text_of
from hodoscope.soc.sigma.interface import KIND_COLUMNS, KindKey
from hodoscope.soc.sigma.load.rules import load_rules
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.routing.values import Values
from hodoscope.soc.sigma.rule import LogSource, leaves

ROWS_PER_KIND = 12
RENAMED = {"Azure.Audit", "Azure.MonitorActivity", "GSuite.ActivityEvent"}
"""Vendors whose rules use other names than their records; ``test_router.py`` has these."""
Plain = Callable[[bytes], Callable[[str], list[str]]]
"""A record as received → the texts that a field name has in it."""


@cache
def fields_of_rules(shared: Path) -> Mapping[LogSource, frozenset[str]]:
    """The fields that the rules of each log source name."""
    found: dict[LogSource, set[str]] = defaultdict(set)
    for rule in load_rules([shared / "soc/sigma_rules/rules.zip"]).rules:
        found[rule.logsource] |= {leaf.field for leaf in leaves(rule.condition) if leaf.field}
    return {source: frozenset(names) for source, names in found.items()}


def kinds(events: pa.Table) -> Mapping[KindKey, list[int]]:
    """Rows by kind, a few of each."""
    rows: dict[KindKey, list[int]] = defaultdict(list)
    for number, row in enumerate(events.select([c for c in KIND_COLUMNS if c in events.column_names]).to_pylist()):
        code, rule, provider, log, event = (str(row.get(name) or "") for name in KIND_COLUMNS)
        rows[code, rule, provider, log, event].append(number)
    return {kind: found[:ROWS_PER_KIND] for kind, found in rows.items()}


def values(events: pa.Table, kind: KindKey, names: Sequence[str]) -> Iterator[tuple[str, list[list[str]]]]:
    """Each field's values per row, as the engine reads them."""
    reader = Values(events)
    for name in names:
        found = reader.distinct(shipped_router().sources(kind, name))
        words = found.texts.to_pylist()
        ends = list(range(len(words) + 1)) if found.offsets is None else found.offsets.tolist()
        yield name, [[] if code < 0 else words[ends[code] : ends[code + 1]] for code in found.codes.tolist()]


def keeps_name(kind: KindKey, name: str) -> bool:
    """The rules and the vendor call the field the same (but for case)."""
    return {(place.path or place.raw).lower() for place in shipped_router().places(kind, name)} <= {name.lower()}


def differences(shared: Path, events: pa.Table, plain: Plain) -> tuple[list[str], int]:
    """What the router reads that the record does not say, or does not read that it says; and how much was compared."""
    wrong, compared = [], 0
    rules = fields_of_rules(shared)
    for kind, rows in kinds(events).items():
        sources = shipped_router().logsources(kind, list(rules))
        names = sorted(name for name in set().union(*(rules[source] for source in sources)) if keeps_name(kind, name))
        some = events.take(pa.array(rows))
        records = [plain(record) for record in some.column("raw").to_pylist()]
        for name, read in values(some, kind, names):
            for record, got in zip(records, read, strict=True):
                said = [_spelt(text) for text in record(name)]
                got = [_spelt(text) for text in got]
                compared += bool(said)
                if not set(got) <= set(said) or bool(got) < bool(said):
                    wrong.append(f"{kind} {name}: read {got[:3]}, the record says {said[:3]}")
    return wrong, compared


def named_leaves(record: bytes) -> Callable[[str], list[str]]:
    """Every leaf by its own name, wherever it lies; elements ``Data`` with a name by that name."""
    found: dict[str, list[str]] = defaultdict(list)

    def walk(node: object, name: str) -> None:
        if isinstance(node, dict):
            named = node.get("@Name") or (node.get("#attributes") or {}).get("Name")
            for key, inner in node.items():
                walk(inner, str(named) if named and key == "#text" else name if key == "#text" else key)
        elif isinstance(node, list):
            for inner in node:
                walk(inner, name)
        elif node is not None and node != "":
            found[name].append(text_of(node))

    walk(orjson.loads(record), "")
    return lambda name: found.get(name, [])


def dotted(record: bytes) -> Callable[[str], list[str]]:
    """A dotted path, lists on the way fanned out; keys without case, as some pipelines lower it."""
    document = orjson.loads(record)

    def at(name: str) -> list[str]:
        whole = _member(document, name)
        nodes = [document] if whole is None else [whole]
        for step in name.split(".") if whole is None else ():
            flat = [item for node in nodes for item in (node if isinstance(node, list) else [node])]
            nodes = [inner for node in flat if (inner := _member(node, step)) is not None]
        flat = [item for node in nodes for item in (node if isinstance(node, list) else [node])]
        return [text for item in flat if item is not None and (text := text_of(item))]

    return at


def _spelt(text: str) -> str:
    """A nested value in one spelling: the reader writes ``1.0`` inside an object as ``1``."""
    if text[:1] not in ("{", "["):
        return text
    try:
        return json.dumps(json.loads(text, parse_float=_number))
    except ValueError:
        return text


def _number(digits: str) -> float:
    return int(float(digits)) if float(digits).is_integer() else float(digits)


def _member(node: object, key: str) -> object:
    if not isinstance(node, dict):
        return None
    return node.get(key, next((value for name, value in node.items() if name.lower() == key.lower()), None))


@pytest.mark.parametrize("file", ["win_otrf_mordor/windows_host.jsonl.zst", "win_evtx_attack_samples/events.jsonl.zst"])
def test_windows_events(shared_data: Path, file: str) -> None:
    records = list(islice(lines_of(shared_data / "soc" / file), 4000))
    wrong, compared = differences(shared_data, normalised("windows_json", records).events, named_leaves)
    assert wrong == []
    assert compared > 2_000


@pytest.mark.parametrize("vendor", sorted(PANTHER_VENDORS.keys() - RENAMED))
def test_cloud_records(shared_data: Path, vendor: str) -> None:
    records = panther_events(shared_data)[vendor]
    wrong, compared = differences(shared_data, normalised(PANTHER_VENDORS[vendor], records).events, dotted)
    assert wrong == []
    assert compared > 5


def test_cloudtrail_and_zeek_files(shared_data: Path) -> None:
    compared: dict[str, int] = defaultdict(int)
    for name, events in events_of_files(shared_data, 400):
        if name in ("cloudtrail", "zeek_json"):
            wrong, count = differences(shared_data, events, dotted)
            assert wrong == []
            compared[name] += count
    assert min(compared["cloudtrail"], compared["zeek_json"]) > 100
