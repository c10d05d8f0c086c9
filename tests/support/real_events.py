"""Normalised events of the real data sets, by format: one place that knows where each format's records are."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

import orjson
import pyarrow as pa
from backports import zstd

from hodoscope.soc.normalise.engine import Normaliser
from hodoscope.soc.normalise.interface import Normalised
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.record import RawBatch, SkippedRecord
from hodoscope.soc.sources.discover import discover

PANTHER_VENDORS: Mapping[str, str] = {
    "AWS.CloudTrail": "cloudtrail",
    "Azure.Audit": "entra",
    "Azure.MonitorActivity": "azure_activity",
    "Okta.SystemLog": "okta",
    "GSuite.ActivityEvent": "gworkspace",
    "GCP.AuditLog": "gcp_audit",
    "Amazon.EKS.Audit": "kubernetes_audit",
    "Microsoft365.Audit.Exchange": "m365",
    "Microsoft365.Audit.AzureActiveDirectory": "m365",
}
"""Log type of the detection unit tests → our format."""

SEKOIA_FORMATS: Mapping[str, str] = {
    "aws-cloudtrail": "cloudtrail",
    "okta-system-logs": "okta",
    "o365": "m365",
    "azure-ad": "entra",
    "microsoft-entraid-graphapi": "entra",
    "azure-activity-logs": "azure_activity",
    "google-report": "gworkspace",
    "Google Cloud Audit": "gcp_audit",
    "audit-log": "kubernetes_audit",
    "ocsf": "ocsf",
    "windows": "windows_json",
    "winlogbeat": "windows_json",
    "azure-windows": "windows_json",
    "auditbeat": "ecs_json",
    "suricata": "suricata",
    "apache": "access_log",
    "nginx": "nginx_json",
    "malop-json": "json",
}
"""Intake of the third-party fixtures → our format."""

FILES: tuple[str, ...] = (
    "cloud_cloudtrail_invictus/events.jsonl.zst",
    "cloud_stratus_detonations/detonations.jsonl.zst",
    "win_otrf_mordor/cloud_azure_m365.jsonl.zst",
    "win_otrf_mordor/linux.jsonl.zst",
    "win_otrf_mordor/zeek.jsonl.zst",
    "auth_ssh_linux/elastic_auth.log.gz",
    "web_access_logs",
    "win_evtx_attack_samples/events.jsonl.zst",
    "net_zeek_wrccdc/zeek_json.zip",
    "fixtures_ocsf_examples/samples.zip",
    "alerts_excytin/alerts.jsonl.zst",
    "net_drift_cicids_iotid20/cic_0.01km.csv.gz",
    "auth_ssh_linux/loghub_samples.zip",
)
"""Log files of every format that the data sets hold as files, below ``soc/``."""


def lines_of(path: Path) -> Iterator[bytes]:
    """Lines of a ``.zst`` file, without their end."""
    with zstd.open(path, "rb") as lines:
        for line in lines:
            yield line.rstrip(b"\n")


@cache
def panther_events(shared_data: Path) -> Mapping[str, Sequence[bytes]]:
    """Vendor events of the detection unit tests as JSON text, by log type (of a test for several: the event's own)."""
    found: dict[str, list[bytes]] = defaultdict(list)
    for line in lines_of(shared_data / "soc/fixtures_panther_tests/tests.jsonl.zst"):
        test = orjson.loads(line)
        event, types = test["event"], test["log_types"] or []
        event = orjson.loads(event) if isinstance(event, str) else event
        if isinstance(event, dict) and event:
            kind = str(types[0] if len(types) == 1 else event.get("p_log_type"))
            if kind in PANTHER_VENDORS:
                found[kind].append(orjson.dumps(event))
    return found


@cache
def sekoia_messages(shared_data: Path) -> Mapping[str, Sequence[bytes]]:
    """Raw messages of the third-party fixtures by our format."""
    found: dict[str, list[bytes]] = defaultdict(list)
    for line in lines_of(shared_data / "soc/fixtures_sekoia_intakes/fixtures.jsonl.zst"):
        fixture = orjson.loads(line)
        name = SEKOIA_FORMATS.get(fixture["format"])
        message = fixture["input"].get("message") if isinstance(fixture["input"], dict) else None
        if name and isinstance(message, str):
            found[name].append(message.strip().encode())
    return found


def normalised(name: str, records: Sequence[bytes]) -> Normalised:
    """Records of one format as events and dead letters."""
    batch = RawBatch(
        "0" * 32, "test", name, list(records), list(range(len(records))), len(records), {}, (), 1_700_000_000.0
    )
    return Normaliser(shipped_mappings()[name], "default").normalise(batch)


def events_of_files(shared_data: Path, per_source: int) -> Iterator[tuple[str, pa.Table]]:
    """Format and events of the first ``per_source`` records of each log file and archive member."""
    normalisers: dict[str, Normaliser] = {}
    paths = [str(shared_data / "soc" / name) for name in FILES]
    for source in discover([path for path in paths if Path(path).exists()]):
        if isinstance(source, SkippedRecord) or source.format not in shipped_mappings():
            continue
        normaliser = normalisers.setdefault(source.format, Normaliser(shipped_mappings()[source.format], "default"))
        for batch in islice(source.read(0, per_source, 2**22), 1):
            events = normaliser.normalise(batch).events
            if events.num_rows:
                yield source.format, events
