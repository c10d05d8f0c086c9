"""Real cloud and identity logs: format found by content, every record kept, what has a time has it exactly."""

from collections.abc import Mapping
from pathlib import Path

import orjson
import pytest
from tests.support.real_events import PANTHER_VENDORS, lines_of, normalised, panther_events

from hodoscope.soc.event import TimeQuality
from hodoscope.soc.format_routing import FormatRouting
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.record import RawBatch, SkippedRecord
from hodoscope.soc.sources.detect import detect
from hodoscope.soc.sources.discover import discover

FILES: Mapping[str, tuple[str, int]] = {
    "cloud_cloudtrail_invictus/events.jsonl.zst": ("cloudtrail", 2900),
    "cloud_stratus_detonations/detonations.jsonl.zst": ("cloudtrail", 110),
    "win_otrf_mordor/cloud_azure_m365.jsonl.zst": ("windows_json", 52),
}


@pytest.mark.parametrize("kind", PANTHER_VENDORS)
def test_a_file_of_one_vendor_is_recognised_and_wholly_kept(kind: str, shared_data: Path, tmp_path: Path) -> None:
    """Detection unit tests cut events down to a few fields; still the file's format is found and no record is lost."""
    records = panther_events(shared_data)[kind]
    path = tmp_path / "events.json"
    path.write_bytes(b"\n".join(records) + b"\n")
    (source,) = discover([str(path)])
    assert not isinstance(source, SkippedRecord)
    assert source.format == PANTHER_VENDORS[kind]
    events = skipped = 0
    for batch in source.read(0, 10_000, 2**25):
        result = FormatRouting(shipped_mappings(), "default", {}).normalise(batch)
        events, skipped = events + result.events.num_rows, skipped + len(result.skipped)
    assert (events, skipped) == (len(records), 0)


@pytest.mark.parametrize("kind", PANTHER_VENDORS)
def test_an_event_is_without_time_only_when_its_record_is(kind: str, shared_data: Path) -> None:
    """``missing`` is the truth about the record, never a format of time that was not understood."""
    records = panther_events(shared_data)[kind]
    events = normalised(PANTHER_VENDORS[kind], records).events
    for quality, raw in zip(events.column("time_quality").to_pylist(), events.column("raw").to_pylist(), strict=True):
        if quality == TimeQuality.MISSING.value:
            assert not _has_time(orjson.loads(raw))


_TIMES = frozenset(
    {
        "eventtime",
        "time",
        "published",
        "timestamp",
        "requestreceivedtimestamp",
        "stagetimestamp",
        "creationtime",
        "createddatetime",
        "activitydatetime",
        "receivetimestamp",
    }
)


def _has_time(record: Mapping[str, object]) -> bool:
    inner = record.get("id")
    given = [value for name, value in record.items() if name.lower() in _TIMES]
    given.append(inner.get("time") if isinstance(inner, dict) else None)
    return any(str(value)[:1].isdigit() for value in given)  # some authors blanked it: "...", "redacted"


def test_a_file_of_all_vendors_is_wholly_kept(shared_data: Path) -> None:
    """Mixed JSON lines: every record becomes an event, most under their own vendor's format."""
    records = [record for kind in PANTHER_VENDORS for record in panther_events(shared_data)[kind]]
    data = b"\n".join(records) + b"\n"
    batch = RawBatch("0" * 32, "mixed", detect(data[:65536]).format, records, list(range(len(records))), len(data))
    result = FormatRouting(shipped_mappings(), "default", {}).normalise(batch)
    assert result.events.num_rows == len(records)
    assert not result.skipped
    formats = set(result.events.column("format").to_pylist())
    assert formats >= set(PANTHER_VENDORS.values())


@pytest.mark.parametrize("name", FILES)
def test_real_captures_are_wholly_kept(name: str, shared_data: Path) -> None:
    """No dead letter, the known number of events, and each with its time and its class."""
    records = list(lines_of(shared_data / "soc" / name))
    expected, count = FILES[name]
    assert detect(b"\n".join(records)[:65536]).format == expected
    batch = RawBatch("0" * 32, name, expected, records, list(range(len(records))), len(records))
    result = FormatRouting(shipped_mappings(), "default", {}).normalise(batch)
    assert (result.events.num_rows, len(result.skipped)) == (count, 0)
    assert set(result.events.column("time_quality").to_pylist()) <= {"exact", "assumed_zone"}


def test_logons_of_real_cloudtrail_name_account_address_and_outcome(shared_data: Path) -> None:
    """Console logons are what spraying and takeover detection reads: nothing of theirs may be empty."""
    records = [
        line for kind in ("AWS.CloudTrail",) for line in panther_events(shared_data)[kind] if b"ConsoleLogin" in line
    ]
    rows = normalised("cloudtrail", records).events.to_pylist()
    logons = [row for row in rows if row["mapping_rule"] == "console_login"]
    assert len(logons) >= 10
    for row in logons:
        given = orjson.loads(row["raw"])
        assert row["class_uid"] == 3002
        assert bool(row["src_endpoint_ip"]) == bool(given.get("sourceIPAddress"))
        if (given.get("responseElements") or {}).get("ConsoleLogin"):
            assert row["status_id"] in (1, 2)
