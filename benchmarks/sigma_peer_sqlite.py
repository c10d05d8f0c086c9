"""Sigma over SQLite as Zircolite does it, run by the peers' own Python: ``python -P THIS RULES EVENTS FOLDER``.

RULES is a zip archive of rules, EVENTS a file of JSON lines; FOLDER receives ``answer.json``, ``rows.jsonl`` and the
log sources as a pipeline for other peers. Written from what Zircolite (version 3) documents and does, without
its code: each event becomes one row; of a nested key the last part names the column, without punctuation, but for the
parts of ``Event.System`` that Sigma knows by other names; null and empty text are left out; a list is the text Python
gives it; a column is INTEGER when its first value is a number, else TEXT, without case. Every rule is one query of
pySigma's SQLite backend after the pipelines ``sysmon`` and ``windows-logsources``; a query that fails finds nothing.
Besides, the same queries without a pipeline: what the backend makes of the detection alone.
"""

import importlib
import json
import math
import re
import sqlite3  # noqa: TID251 -- the peer itself, which runs in an environment of its own
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

SYSTEM = {
    "Event.System.Provider.#attributes.Name": "Provider_Name",
    "Event.System.Provider.#attributes.EventSourceName": "EventSourceName",
    "Event.System.EventID.#text": "EventID",
    "Event.System.TimeCreated.#attributes.SystemTime": "SystemTime",
}
"""Paths whose column is not called after their last part."""
FAILED = "query fails"
RUNS = {"zircolite": 2, "plain": 1}
"""The better of two runs counts where it takes seconds and not minutes."""


def main() -> None:
    """Load, query, write hits, failures and CPU seconds."""
    rules, events, folder = sys.argv[1:4]
    begin = time.process_time()
    rows = _rows(events)
    table = _table(rows)
    written: dict[str, object] = {"load_cpu": time.process_time() - begin}
    begin = time.process_time()
    queries, refused = _queries(rules)
    written |= {"refused": refused, "convert_cpu": time.process_time() - begin}
    for name, by_rule in queries.items():
        cpu = math.inf
        for _ in range(RUNS[name]):
            begin = time.process_time()
            hits, failed = _run(table, by_rule)
            cpu = min(cpu, time.process_time() - begin)
        written[name] = {"hits": hits, "failed": failed, "cpu": cpu, "rules": len(by_rule)}
    Path(folder, "answer.json").write_text(json.dumps(written), encoding="utf-8")
    Path(folder, "pipeline.yml").write_text(json.dumps(_pipeline()), encoding="utf-8")
    with Path(folder, "rows.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def _rows(path: str) -> list[dict[str, object]]:
    with Path(path).open(encoding="utf-8") as file:
        return [dict(_flat(json.loads(line), "")) for line in file]


def _table(rows: Sequence[Mapping[str, object]]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.create_function("regexp", 2, _matches)
    columns: dict[str, str] = {}
    for row in rows:
        for name, value in row.items():
            columns.setdefault(name.lower(), f"{_quoted(name)} {_type(value)} COLLATE NOCASE")
    connection.execute(f"CREATE TABLE logs (row_id INTEGER PRIMARY KEY, {', '.join(columns.values())})")
    connection.execute("BEGIN")
    for number, row in enumerate(rows):
        own = {name.lower(): value for name, value in row.items()}
        names = ", ".join(map(_quoted, own))
        marks = ", ".join("?" * (len(own) + 1))
        connection.execute(f"INSERT INTO logs (row_id, {names}) VALUES ({marks})", (number, *own.values()))
    connection.execute("COMMIT")
    if "eventid" in columns:
        connection.execute("CREATE INDEX by_event_id ON logs (eventid)")
    return connection


def _flat(node: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for key, value in node.items():
        path = f"{above}.{key}" if above else key
        if isinstance(value, dict):
            yield from _flat(value, path)
        elif "xmlns" not in path and value is not None and value != "":
            name = SYSTEM.get(path) or "".join(filter(str.isalnum, key))
            yield name, _stored(value)


def _stored(value: object) -> object:
    """Integers beyond 64 bits as text."""
    too_large = isinstance(value, int) and not -(2**63) <= value < 2**63
    return str(value) if too_large or isinstance(value, list) else value


def _type(value: object) -> str:
    return "INTEGER" if isinstance(value, int) else "TEXT"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _matches(pattern: str, value: object) -> int:
    return int(value is not None and _compiled(pattern).search(str(value)) is not None)


def _queries(path: str) -> tuple[dict[str, dict[str, list[str]]], dict[str, str]]:
    """Rule id → queries, as Zircolite has them and without a pipeline; and rules that pySigma refuses, with why."""
    collection = importlib.import_module("sigma.collection").SigmaCollection
    backend = importlib.import_module("sigma.backends.sqlite").sqliteBackend
    sysmon = importlib.import_module("sigma.pipelines.sysmon").sysmon_pipeline
    windows = importlib.import_module("sigma.pipelines.windows").windows_logsource_pipeline
    backends = {"zircolite": backend(sysmon() + windows()), "plain": backend()}
    queries: dict[str, dict[str, list[str]]] = {name: {} for name in backends}
    refused: dict[str, str] = {}
    with zipfile.ZipFile(path) as archive:
        for name in sorted(name for name in archive.namelist() if name.endswith(".yml")):
            for kind, into in queries.items():
                text = archive.read(name).decode()
                try:
                    rule = collection.from_yaml(text)
                    found = backends[kind].convert(rule)
                    into[str(rule.rules[0].id)] = [query.replace("<TABLE_NAME>", "logs") for query in found]
                except Exception as error:
                    identity = re.search(r"^id: *(\S+)", text, re.MULTILINE)
                    refused[identity[1] if identity else name] = f"{type(error).__name__}: {error}"[:200]
    return queries, refused


def _pipeline() -> dict[str, object]:
    """What both pipelines say of channels, in the form that rsigma reads; its own ``sysmon`` has the event ids only.

    It goes first, because that one makes every Windows rule one for Sysmon.
    """
    services = importlib.import_module("sigma.pipelines.common").windows_logsource_mapping
    events = importlib.import_module("sigma.pipelines.windows.windows").windows_generic_category_channel_mapping
    sysmon = importlib.import_module("sigma.pipelines.sysmon.sysmon").sysmon_generic_logsource_eventid_mapping
    added: list[tuple[str, str, dict[str, object]]] = [
        ("service", name, {"Channel": channel}) for name, channel in services.items()
    ]
    added += [
        ("category", name, {"Channel": services[about["service"]], "EventID": about["EventID"]})
        for name, about in events.items()
    ]
    added += [("category", name, {"Channel": services["sysmon"]}) for name in sysmon]
    steps = [
        {"id": name, "type": "add_condition", "conditions": conditions, "rule_conditions": [_logsource(kind, name)]}
        for kind, name, conditions in added
    ]
    return {"name": "windows-logsources", "priority": 5, "transformations": steps}


def _logsource(kind: str, name: str) -> dict[str, str]:
    return {"type": "logsource", "product": "windows", kind: name}


def _run(table: sqlite3.Connection, queries: Mapping[str, list[str]]) -> tuple[dict[str, list[int]], dict[str, str]]:
    hits: dict[str, list[int]] = {}
    failed: dict[str, str] = {}
    for rule, texts in queries.items():
        for text in texts:
            try:
                rows = [row[0] for row in table.execute(text)]
            except sqlite3.Error as error:
                failed[rule] = f"{FAILED}: {error}"
                continue
            if rows:
                hits[rule] = sorted({*hits.get(rule, ()), *rows})
    return hits, failed


if __name__ == "__main__":
    main()
