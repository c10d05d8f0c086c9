"""Memory of a long ingestion: distinct Zeek connections into an embedded store, resident size of the whole process.

``python -m benchmarks.ingest_memory [--data DIR] [--json FILE] [--events N] [--minutes M]``. The connections of the
RITA set (without it: one invented line) are repeated with fresh ids and later times, an hour a round, and read from a
pipe, so that no file of their size is needed. After ``--minutes`` the pipe is closed early. ``resident`` is what the
process holds at that moment, engine included; ``largest`` the most it ever held (the kernel's high-water mark).
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

LIMIT_MB = 2500
"""The aim for 10 million events, embedded store included."""
_HEAD = b"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\t"
_FIELDS = b"ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes"
_ROW = b"1500000000.000000\tC0\t192.0.2.1\t40000\t198.51.100.1\t443\ttcp\tssl\t1.5\t100\t200"


def main() -> None:
    """Run the ingestion in a process of its own and print its memory as it grows."""
    args = _arguments()
    if args.worker:
        _worker(Path(args.worker[0]), Path(args.worker[1]))
        return
    with tempfile.TemporaryDirectory() as name:
        pipe, store = Path(name) / "conn.log", Path(name) / "store"
        os.mkfifo(pipe)
        writer = threading.Thread(
            target=_write, args=(pipe, Path(args.data), args.events, args.minutes * 60), daemon=True
        )
        writer.start()
        command = [sys.executable, "-m", "benchmarks.ingest_memory", "--worker", str(pipe), str(store)]
        print(f"{'events':>12}{'resident MB':>13}{'largest MB':>12}{'events/CPU-s':>14}", flush=True)
        last: dict[str, float] = {}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
            for line in worker.stdout or ():
                last = json.loads(line)
                print(f"{last['events']:>12,.0f}{last['resident']:>13,.0f}{last['largest']:>12,.0f}"
                      f"{last['events'] / last['cpu']:>14,.0f}", flush=True)  # fmt: skip
        if worker.returncode:
            raise SystemExit(worker.returncode)
    print(f"largest resident size {last['largest']:,.0f} MB; the aim is under {LIMIT_MB:,} MB for 10 million events")
    if args.json:
        value = {"value": last["largest"], "low": last["largest"], "high": last["largest"], "unit": "MB", "n": 1}
        config = {"events": last["events"], "limit": LIMIT_MB}
        Path(args.json).write_text(
            json.dumps({"metrics": {"ingest_memory": value}, "baselines": {}, "config": config}, indent=1)
        )


def _write(pipe: Path, data: Path, events: int, seconds: float) -> None:
    head, rows = _connections(data)
    began = time.monotonic()
    try:
        with pipe.open("wb") as file:
            file.write(head)
            for written, block in _blocks(rows, events):
                file.write(block)
                if written % 10_000 == 0 and time.monotonic() - began > seconds:
                    return
    except BrokenPipeError:  # the worker ended; its exit code tells why
        return


def _connections(data: Path) -> tuple[bytes, list[bytes]]:
    if (data / "soc" / "net_zeek_rita" / "zeek_logs.zip").exists():
        from benchmarks.ingest_inputs import zeek_head

        head, rows = zeek_head(data)
        return head, [row for row in rows if row.count(b"\t") > 5]
    return _HEAD + _FIELDS + b"\n", [_ROW]


def _blocks(rows: list[bytes], events: int) -> Iterator[tuple[int, bytes]]:
    """Blocks of lines and how many lines they make so far; no two lines have the same id."""
    shapes = [row.split(b"\t", 2) for row in rows]
    times = [float(shape[0]) for shape in shapes]
    lines: list[bytes] = []
    for at in range(events):
        turn, index = divmod(at, len(rows))
        uid, rest = shapes[index][1:]
        lines.append(b"%.6f\t%s%x\t%s\n" % (times[index] + 3600 * turn, uid, turn, rest))
        if len(lines) == 1000 or at == events - 1:
            yield at + 1, b"".join(lines)
            lines = []


def _worker(pipe: Path, store: Path) -> None:
    from hodoscope.cli.startup import keep_pandas_out

    keep_pandas_out()
    from hodoscope.cli.session import mappings, session
    from hodoscope.soc.enrich.knowledge import Knowledge
    from hodoscope.soc.event import utc_now
    from hodoscope.soc.ingestion import IngestSummary
    from hodoscope.soc.pipeline import Pipeline
    from hodoscope.soc.sources.discover import discover
    from hodoscope.soc.sources.interface import Source

    class Watcher:
        """Prints the memory each time another half million events is stored."""

        shown = 0

        def source(self, source: Source) -> None:
            """Nothing to show yet."""

        def stored(self, source: Source | None, summary: IngestSummary) -> None:
            if source is None or summary.stored - self.shown >= 500_000:
                self.shown = summary.stored
                _report(summary.stored)

    with session(str(store)) as opened:
        pipeline = Pipeline(opened.store, opened.journal, mappings(None), [], Knowledge(), "default", {}, utc_now)
        pipeline.ingest(discover([str(pipe)]), Watcher())


def _report(events: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    status = Path("/proc/self/status").read_text(encoding="ascii") if Path("/proc/self/status").exists() else ""
    resident = next((int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmRSS:")), 0.0)
    report = {
        "events": events,
        "resident": resident,
        "largest": used.ru_maxrss / 1000,
        "cpu": used.ru_utime + used.ru_stime,
    }
    print(json.dumps(report), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--json")
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
