"""One data set through the real pipeline in a process of its own (the embedded engine serves one store per process)."""

import resource
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.detectors_inputs import PREPARE, Stream
from hodoscope.cli.progress import IngestProgress
from hodoscope.cli.session import Session, mappings, session
from hodoscope.soc.detection import DetectSummary
from hodoscope.soc.detectors.registry import build_all
from hodoscope.soc.enrich.knowledge import Knowledge
from hodoscope.soc.enrich.operator_files import load_operator_files
from hodoscope.soc.event import utc_now
from hodoscope.soc.finding import Finding
from hodoscope.soc.pipeline import Pipeline
from hodoscope.soc.sources.discover import discover

HOST = "if(device_hostname != '', toString(device_hostname), toString(src_endpoint_ip))"
"""Whose hours are counted: the reporting machine, else the address that opened the connection."""
_INNER = "(isIPv4String({0}) AND (isIPAddressInRange({0}, '10.0.0.0/8') OR isIPAddressInRange({0}, '172.16.0.0/12') "
_INNER += "OR isIPAddressInRange({0}, '192.168.0.0/16')))"


@dataclass(slots=True)
class Run:
    """A data set after detection. ``findings`` by stream; the store is still open."""

    dataset: str
    data: Path
    folder: Path
    opened: Session
    streams: list[Stream]
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    events: int = 0
    dead: int = 0
    detect_cpu: float = 0.0
    host_days: int = 0
    host_hours: int = 0


def folder_of(dataset: str, data: Path) -> Path:
    """Where a data set lies."""
    return data / "soc" / dataset


def run(dataset: str, data: Path, store: Path) -> Run:
    """Ingest and detect every stream; findings are read back from the store."""
    workspace = Path(tempfile.mkdtemp(dir=store.parent))
    source = folder_of(dataset, data)
    streams = PREPARE[dataset](source, workspace)
    done = Run(dataset, source, workspace, session(str(store)).__enter__(), streams)
    shipped = mappings(None)
    for stream in streams:
        knowledge = load_operator_files([Path(stream.operator)])[0] if stream.operator else Knowledge()
        pipeline = Pipeline(
            done.opened.store, done.opened.journal, shipped, build_all(), knowledge, stream.name, stream.options, utc_now
        )
        if not done.opened.store.counts(tenant=stream.name).events:
            done.dead += pipeline.ingest(discover(list(stream.paths)), IngestProgress(None, quiet=True)).dead_letters.total()
        before = cpu_seconds()
        pipeline.detect(_silent, replay=True)
        done.detect_cpu += cpu_seconds() - before
        done.findings[stream.name] = done.opened.store.findings(tenant=stream.name)
    _count(done)
    return done
