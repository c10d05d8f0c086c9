"""Records of another format inside a file."""

import json
from pathlib import Path

from backports import zstd

from hodoscope.soc.sources.detect import detect_record
from hodoscope.soc.sources.strays import MARKERS, strays

from .format_samples import RECORDS


def test_records_of_another_product_are_found_one_by_one() -> None:
    """A file of Windows events with two CloudTrail events, something unknown and broken JSON in it."""
    windows, trail = (json.dumps(RECORDS[name][0]).encode() for name in ("windows_json", "cloudtrail"))
    records = [windows, trail, b'{"some":"thing"}', windows, b"{broken", trail]
    assert strays("windows_json", records) == {"cloudtrail": [1, 5]}
    assert strays("cloudtrail", [trail, windows]) == {"windows_json": [1]}
    assert strays("json", records) == {}


def test_no_record_is_a_stray_in_its_own_format() -> None:
    """Every synthetic shape of every format with a marker."""
    for name in MARKERS:
        assert strays(name, [json.dumps(record).encode() for record in RECORDS[name]]) == {}


def test_real_records_of_a_format_all_carry_its_marker(shared_data: Path) -> None:
    """Sampled fixtures: a record without a marker would be looked at again and again for nothing."""
    with zstd.open(shared_data / "soc/fixtures_sekoia_intakes/fixtures.jsonl.zst") as file:
        for line in file:
            message = json.loads(line)["input"]["message"].encode()
            name = detect_record(message)
            if name in MARKERS:
                assert any(marker in message for marker in MARKERS[name]), name
