"""A finding's context (± 15 minutes, same entities) out of many events: how long an analyst waits.

``python -m benchmarks.context [--data DIR] [--json FILE] [--events N] [--store DIR]``. The events are every Zeek log of
the RITA set, read once through the real pipeline, then stored again and again through the real store as other networks
(their entities renamed) on other days, until there are N. Asked for is the context of *moments* (one entity of one
event, so mostly a busy one) and of *days* (an entity from its first to its last event of a day, mostly a quiet one),
drawn from the events. ``cold``: the first question of a new process, the store's files dropped from the page cache
before; opening the store is not counted. ``warm``: later questions of that process, each about another entity.
Milliseconds of the wall clock, for they are what the analyst waits; ``cpu`` is the processor time of a warm question.
``--store`` keeps the store for the next call.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.cli.progress import IngestProgress
from hodoscope.cli.session import Session, event_store, mappings, session
from hodoscope.cli.startup import keep_pandas_out
from hodoscope.soc.enrich.knowledge import Knowledge
from hodoscope.soc.event import FULL_SCHEMA, utc_now
from hodoscope.soc.pipeline import Pipeline
from hodoscope.soc.sources.discover import discover

TARGET_MS = 300
BLOCK = 20_000
PROCESSES, QUESTIONS = 5, 40

_DRAW = {
    "moment": "SELECT arrayJoin(entity_ids) AS entity, time AS first, time AS last FROM events "
    "WHERE tenant_id = 'default' ORDER BY cityHash64(event_id, entity) LIMIT {n:UInt64}",
    "day": "SELECT arrayJoin(entity_ids) AS entity, min(time) AS first, max(time) AS last FROM events "
    "WHERE tenant_id = 'default' GROUP BY entity, toDate(time) AS day "
    "ORDER BY cityHash64(entity, day) LIMIT {n:UInt64}",
}
Question = tuple[str, str, str]


def main() -> None:
    """Fill the store, ask in fresh processes, print the table."""
    args = _arguments()
    keep_pandas_out()
    if args.step:
        print(json.dumps(_step(args)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        store = Path(args.store or Path(scratch) / "store")
        if not store.exists():
            _run(args, store, "fill")
        metrics: dict[str, dict[str, object]] = {}
        heads = ("cold ms", "low", "high", "warm ms", "p95", "cpu", "rows", "aim")
        print(f"{'context of a':14}" + "".join(f"{head:>9}" for head in heads))
        for kind in _DRAW:
            asked = _run(args, store, kind)
            runs = []
            for turn in range(PROCESSES):
                _forget(store)
                runs.append(_run(args, store, "ask", asked[turn::PROCESSES]))
            cold = sorted(run["took"][0] for run in runs)
            warm = sorted(value for run in runs for value in run["took"][1:])
            middle, p95 = statistics.median(cold), warm[int(len(warm) * 0.95)]
            cpu = statistics.median(value for run in runs for value in run["cpu"][1:])
            rows = statistics.median(value for run in runs for value in run["rows"])
            values = (middle, cold[0], cold[-1], statistics.median(warm), p95, cpu, rows, TARGET_MS)
            print(f"{kind:14}" + "".join(f"{value:>9,.0f}" for value in values), flush=True)
            metrics[f"context_{kind}_cold"] = _metric(middle, cold[0], cold[-1], len(cold))
            metrics[f"context_{kind}_warm"] = _metric(statistics.median(warm), warm[0], p95, len(warm))
    if args.json:
        config = {"events": args.events, "target_ms": TARGET_MS, "limit": 1000, "minutes": 15}
        Path(args.json).write_text(json.dumps({"metrics": metrics, "baselines": {}, "config": config}, indent=1))


def _metric(value: float, low: float, high: float, count: int) -> dict[str, object]:
    return {"value": value, "low": low, "high": high, "unit": "ms", "n": count}


def _fill(data: Path, store: Path, events: int) -> int:
    """The real events once, as a tenant of their own, then their copies, as they would arrive: day by day."""
    with session(str(store)) as opened:
        base = _base_events(data, opened)
        first, last = (datetime.fromisoformat(str(value)) for value in _span(base))
        days = (last - first).days + 1
        copies: int = -(-events // base.num_rows)
        networks = max(1, round(copies**0.5))
        for copy in range(copies):
            network, turn = copy % networks, copy // networks
            table = _copy(base, network, timedelta(days=turn * days)).slice(0, events - copy * base.num_rows)
            for start in range(0, table.num_rows, BLOCK):
                opened.store.insert_events(table.slice(start, BLOCK), f"{copy}-{start}")
        return copies


def _base_events(data: Path, opened: Session) -> pa.Table:
    with tempfile.TemporaryDirectory() as folder:
        for archive in sorted((data / "soc" / "net_zeek_rita").glob("*.zip")):
            with zipfile.ZipFile(archive) as file:
                file.extractall(folder)
        pipeline = Pipeline(opened.store, opened.journal, mappings(None), [], Knowledge(), "base", {}, utc_now)
        pipeline.ingest(discover([folder]), IngestProgress(None, quiet=True))
    return opened.store.scan(FULL_SCHEMA.names, "", None, 10_000_000, tenant="base")


def _span(base: pa.Table) -> tuple[object, object]:
    """First and last time of the days on which most events lie: one stray date must not space the copies by years."""
    times = base["time"].cast(pa.int64()).to_numpy()
    low, high = np.quantile(times, (0.02, 0.98)).astype("datetime64[us]")
    return low, high


def _copy(base: pa.Table, network: int, later: timedelta) -> pa.Table:
    """The events on another day in another network: new ids, entities renamed."""
    ids = np.random.default_rng([network, later.days]).bytes(16 * base.num_rows)
    column = base["entity_ids"].combine_chunks()
    names = column.values.dictionary_encode()
    renamed = pa.array([f"{name}/{network}" for name in names.dictionary.to_pylist()])
    values = renamed.take(names.indices)
    new = {
        "tenant_id": pa.array(["default"] * base.num_rows).dictionary_encode(),
        "event_id": pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), base.num_rows, [None, pa.py_buffer(ids)]),
        "time": pc.add(base["time"], pa.scalar(later, pa.duration("us"))),
        "entity_ids": pa.ListArray.from_arrays(column.offsets, values),
    }
    return pa.table([new.get(name, base[name]) for name in base.column_names], names=base.column_names)


def _draw(store: Path, kind: str) -> list[Question]:
    with event_store(str(store)) as events:
        rows = events.query(_DRAW[kind], {"n": PROCESSES * QUESTIONS}).to_pylist()
    return [(row["entity"], row["first"].isoformat(), row["last"].isoformat()) for row in rows]


def _ask(store: Path, asked: list[Question]) -> dict[str, list[float]]:
    """Milliseconds of each question in turn, and how many rows it answered."""
    took, spent, rows = [], [], []
    with event_store(str(store)) as events:
        for entity, first, last in asked:
            before, used = time.perf_counter(), time.process_time()
            span = (datetime.fromisoformat(first), datetime.fromisoformat(last))
            found = events.context([entity], *span, tenant="default")
            took.append((time.perf_counter() - before) * 1000)
            spent.append((time.process_time() - used) * 1000)
            rows.append(found.num_rows)
    return {"took": took, "cpu": spent, "rows": rows}


def _forget(store: Path) -> None:
    """Drop the store's files from the page cache, where the system can."""
    if not hasattr(os, "posix_fadvise"):
        return
    for path in store.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)  # what is not written yet stays in memory
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def _run(args: argparse.Namespace, store: Path, step: str, asked: object = None) -> Any:
    command = [sys.executable, "-m", "benchmarks.context", "--step", step, "--store", str(store)]
    options = ["--data", args.data, "--events", str(args.events)]
    done = subprocess.run([*command, *options], check=True, stdout=subprocess.PIPE, text=True, input=json.dumps(asked))
    return json.loads(done.stdout.splitlines()[-1])


def _step(args: argparse.Namespace) -> object:
    store = Path(args.store)
    if args.step == "fill":
        return _fill(Path(args.data), store, args.events)
    return _ask(store, json.load(sys.stdin)) if args.step == "ask" else _draw(store, args.step)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--json")
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--store", help="keep the store here, or use the one that is here")
    parser.add_argument("--step", choices=["fill", "ask", *_DRAW], help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
