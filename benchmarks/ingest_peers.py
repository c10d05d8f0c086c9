"""What stands beside our ingest figures: plain parsing of the same file, and peers where they are installed.

Peers live in an environment of their own (``requirements/peers.in``; ``HODOSCOPE_PEERS`` names its ``bin`` folder);
without it their columns are left out. They parse only: no hashing, no schema, no storage. Logprep's figure is its
pipeline over one grok rule for the syslog head, called in its process: its connectors, which wait for a stop signal,
are left out in its favour.
"""

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import orjson


def peers_of(case: str, path: Path, events: int, runs: int) -> dict[str, float]:
    """Peer name → events per CPU second, median over the runs."""
    peers: dict[str, Callable[[Path], float]] = {}
    if case in ("windows_flat", "windows_nested", "cloudtrail", "zeek_json"):
        peers["orjson parse only"] = _orjson
    if case == "evtx":
        peers["pyevtx-rs alone"] = _evtx
    folder = Path(os.environ.get("HODOSCOPE_PEERS", ""))
    tenzir = folder / "tenzir"
    if case == "auth_log" and (folder / "logprep").exists():
        peers["Logprep grok only"] = lambda file: _logprep(folder / "python", file)
    if os.environ.get("HODOSCOPE_PEERS") and tenzir.exists():
        reader = {
            "zeek_tsv": "read_zeek_tsv",
            "zeek_json": "read_ndjson",
            "windows_flat": "read_ndjson",
            "windows_nested": "read_ndjson",
            "cloudtrail": "read_ndjson",
            "auth_log": "read_syslog",
        }.get(case)
        if reader:
            peers["Tenzir parse only"] = lambda file: _tenzir(tenzir, reader, file)
    return {
        name: events / max(1e-9, statistics.median(measure(path) for _ in range(runs)))
        for name, measure in peers.items()
    }


def _orjson(path: Path) -> float:
    began = time.process_time()
    with path.open("rb") as file:
        for line in file:
            orjson.loads(line)
    return time.process_time() - began


def _evtx(path: Path) -> float:
    from evtx import PyEvtxParser  # noqa: TID251 -- the peer itself, for comparison

    began = time.process_time()
    for _ in PyEvtxParser(str(path), number_of_threads=1).records_json():
        pass
    return time.process_time() - began


_LOGPREP = r"""
import logging, sys, time
logging.disable(logging.CRITICAL)
from logprep.factory import Factory
from logprep.framework.pipeline import PipelineResult
head = r"%{SYSLOGTIMESTAMP:time} %{SYSLOGHOST:host} %{DATA:program}(?:\[%{POSINT:pid}\])?: %{GREEDYDATA:text}"
rule = {"filter": "message", "grokker": {"mapping": {"message": head}}}
grok = Factory.create({"syslog": {"type": "grokker", "rules": [rule]}})
grok.setup()
began = time.process_time()
with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
    for line in file:
        PipelineResult(event={"message": line.rstrip("\n")}, pipeline=[grok])
print(time.process_time() - began)
"""


def _logprep(python: Path, path: Path) -> float:
    done = subprocess.run([str(python), "-c", _LOGPREP, str(path)], check=False, capture_output=True, text=True)
    return float("inf") if done.returncode else float(done.stdout.splitlines()[-1])


def _tenzir(program: Path, reader: str, path: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    pipeline = f'from_file "{path}" {{ {reader} }} | discard'
    done = subprocess.run([str(program), pipeline], check=False, capture_output=True)
    if done.returncode:
        return float("inf")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
