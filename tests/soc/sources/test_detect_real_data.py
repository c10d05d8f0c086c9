"""Detection measured on real logs: share of records or files with the right format, exact floors per data set."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from backports import zstd

from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.detect import detect_record
from hodoscope.soc.sources.discover import discover
from hodoscope.soc.sources.stream_source import StreamSource

from .memory_source import letters_of

# Fixture formats of fixtures_sekoia_intakes whose messages are whole records, and what they must be found as.
INTAKES = {
    "windows": {"windows_json"},
    "winlogbeat": {"windows_json"},
    "azure-windows": {"windows_json"},
    "aws-cloudtrail": {"cloudtrail"},
    "apache": {"access_log", "web_error"},
    "nginx": {"access_log", "web_error", "nginx_json"},
    "audit-log": {"kubernetes_audit"},
    "suricata": {"suricata"},
    "okta-system-logs": {"okta"},
    "o365": {"m365"},
    "azure-ad": {"entra"},
    "microsoft-entraid-graphapi": {"entra"},
    "google-report": {"gworkspace"},
    "auditbeat": {"ecs_json"},
    "ocsf": {"ocsf"},
    "Google Cloud Audit": {"gcp_audit"},
}


def rows(path: Path, most: int | None = None) -> Iterator[bytes]:
    """Lines of a packed data set."""
    with zstd.open(path) as file:
        yield from islice(file, most)


def test_every_intake_fixture_is_recognised(shared_data: Path) -> None:
    """All of them: a miss here is a format that changed or a rule that is too narrow."""
    wrong: dict[str, Counter[str]] = defaultdict(Counter)
    seen: Counter[str] = Counter()
    for line in rows(shared_data / "soc/fixtures_sekoia_intakes/fixtures.jsonl.zst"):
        fixture = json.loads(line)
        if fixture["format"] in INTAKES:
            seen[fixture["format"]] += 1
            name = detect_record(fixture["input"]["message"].encode())
            if name not in INTAKES[fixture["format"]]:
                wrong[fixture["format"]][name] += 1
    assert not wrong
    assert set(seen) == set(INTAKES)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("win_otrf_mordor/windows_host.jsonl.zst", "windows_json"),
        ("win_evtx_to_mitre/events.jsonl.zst", "windows_json"),
        ("win_evtx_attack_samples/events.jsonl.zst", "windows_json"),
        ("win_benign_evtx/events.jsonl.zst", "windows_json"),
        ("sigma_regression/events.jsonl.zst", "windows_json"),
        ("cloud_cloudtrail_invictus/events.jsonl.zst", "cloudtrail"),
        ("cloud_stratus_detonations/detonations.jsonl.zst", "cloudtrail"),
    ],
)
def test_every_record_of_a_uniform_data_set_is_recognised(shared_data: Path, name: str, wanted: str) -> None:
    """Single records, as when a file changes its format midway."""
    assert {detect_record(line) for line in rows(shared_data / "soc" / name, 3000)} == {wanted}


def test_files_of_real_collections_are_recognised_and_read_without_dead_letters(shared_data: Path) -> None:
    """Archives of Zeek logs, host and web logs: format by file, nothing unreadable."""
    soc = shared_data / "soc"
    wanted = {
        "net_zeek_rita/zeek_logs.zip": {"zeek_tsv", "text"},  # conn-summary files are prose
        "net_zeek_wrccdc/zeek_json.zip": {"zeek_json", "text", "json"},  # a licence; names of loaded scripts
        "auth_ssh_linux/elastic_auth.log.gz": {"syslog"},
        "web_access_logs/apache_logs.gz": {"access_log"},
        "cloud_cloudtrail_invictus/events.jsonl.zst": {"cloudtrail"},
    }
    for name, formats in wanted.items():
        sources = [entry for entry in discover([str(soc / name)]) if isinstance(entry, StreamSource)]
        assert {source.format for source in sources} == formats, name
        assert not any(letters_of(source.read(0, 50_000, 1 << 25)) for source in sources), name
        if name.startswith("net_zeek_rita"):
            prose = [source.path for source in sources if source.format == "text"]
            assert all("conn-summary" in path or path.endswith("README") for path in prose)


def test_nothing_in_the_collection_stops_discovery(shared_data: Path) -> None:
    """Whatever lies there becomes a source or a reason."""
    for folder in sorted((shared_data / "soc").iterdir()):
        if folder.name not in ("net_zeek_rita",):
            assert all(isinstance(entry, StreamSource | SkippedRecord) for entry in discover([str(folder)]))
