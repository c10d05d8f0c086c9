"""One data set through the real pipeline in a process of its own (the embedded engine serves one store per process)."""

import resource
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

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

_INSIDE = " OR ".join(
    f"isIPAddressInRange(address, '{network}')" for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)
_HOST = f"tenant_id, multiIf(device_hostname != '', toString(device_hostname), {_INSIDE}, address, 'the outside')"
_COUNT = (
    f"SELECT uniqExact({_HOST}, toDate(time)) AS days, uniqExact({_HOST}, toStartOfHour(time)) AS hours FROM "
    "(SELECT tenant_id, time, device_hostname, "
    "if(isIPv4String(toString(src_endpoint_ip)), toString(src_endpoint_ip), '0.0.0.0') AS address "
    "FROM events WHERE time_quality != 'missing')"
)
"""Hours in which a machine (its log, else its inside address) is seen; the whole outside counts as one machine."""


@dataclass(slots=True)
class Run:
    """A data set after detection; ``findings`` by stream. The store is open while the context is."""

    dataset: str
    data: Path
    opened: Session
    streams: list[Stream]
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    events: int = 0
    host_days: int = 0
    host_hours: int = 0
    dead: int = 0
    detect_cpu: float = 0.0

    @property
    def all_findings(self) -> list[Finding]:
        """Over all streams."""
        return [finding for found in self.findings.values() for finding in found]

    def per_detector(self) -> dict[str, int]:
        """Findings by detector and severity."""
        return dict(sorted(Counter(f"{f.detector}:{f.severity.name.lower()}" for f in self.all_findings).items()))

    def raw_of_evidence(self, stream: str) -> dict[str, bytes]:
        """Evidence event id (hex) → the record as read."""
        wanted = sorted({row.event_id for finding in self.findings[stream] for row in finding.evidence})
        if not wanted:
            return {}
        rows = self.opened.store.query(
            "SELECT hex(event_id) AS id, raw FROM events WHERE tenant_id = {tenant:String} "
            "AND lower(hex(event_id)) IN {ids:Array(String)}",
            {"tenant": stream, "ids": wanted},
        )
        raws = zip(rows["id"].to_pylist(), rows["raw"].to_pylist(), strict=True)
        return {name.lower(): raw if isinstance(raw, bytes) else raw.encode() for name, raw in raws}


@contextmanager
def detected(dataset: str, data: Path, store: Path, repeats: int) -> Iterator[Run]:
    """Ingest and detect every stream (ingestion is skipped for a store that holds it); detection ``repeats`` times."""
    source = data / "soc" / dataset
    with tempfile.TemporaryDirectory() as workspace, session(str(store)) as opened:
        run = Run(dataset, source, opened, PREPARE[dataset](source, Path(workspace)))
        with suppress(pa.ArrowInvalid):  # the statement answers with no Arrow file
            opened.store.query("TRUNCATE TABLE findings")  # a kept store may hold those of other code
        shipped = mappings(None)
        for stream in run.streams:
            knowledge = load_operator_files([Path(stream.operator)])[0] if stream.operator else Knowledge()
            pipeline = Pipeline(
                opened.store, opened.journal, shipped, build_all(), knowledge, stream.name, stream.options, utc_now
            )
            if not opened.store.counts(tenant=stream.name).events:
                sources = discover(list(stream.paths))
                run.dead += pipeline.ingest(sources, IngestProgress(None, quiet=True)).dead_letters.total()
            spent = []
            for _ in range(repeats):
                before = _cpu()
                pipeline.detect(_silent, replay=True)
                spent.append(_cpu() - before)
            run.detect_cpu += sorted(spent)[len(spent) // 2]
            run.findings[stream.name] = opened.store.findings(tenant=stream.name)
        counted = opened.store.query(_COUNT).to_pylist()[0]
        run.events = opened.store.query("SELECT count() AS n FROM events")["n"][0].as_py()
        run.host_days, run.host_hours = int(counted["days"]), int(counted["hours"])
        yield run


def _silent(summary: DetectSummary) -> None:
    """No progress."""


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
