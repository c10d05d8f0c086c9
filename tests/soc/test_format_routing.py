"""Records find the mapping of their own format, whatever the format of the file around them."""

import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.mutations import damaged
from tests.fuzz.samples import seeds

from hodoscope.soc.format_routing import FormatRouting
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.record import RawBatch

SYSLOG = b"Mar  3 10:00:00 gate sshd[7]: Failed password for root from 203.0.113.9 port 7 ssh2"
TRAIL = json.dumps(
    {"eventVersion": "1", "eventTime": "2024-03-03T10:00:00Z", "eventSource": "s", "eventName": "n", "awsRegion": "r",
     "userIdentity": {"type": "IAMUser"}}
).encode()  # fmt: skip
OKTA = json.dumps(
    {"uuid": "u", "published": "2024-03-03T10:00:00Z", "eventType": "x", "actor": {}, "outcome": {}}
).encode()


def batch(name: str, records: list[bytes]) -> RawBatch:
    return RawBatch("0" * 32, "a.log", name, records, list(range(len(records))), len(records))


@pytest.fixture(scope="module")
def routing() -> FormatRouting:
    return FormatRouting(shipped_mappings(), "default", {"year": "2024"})


def formats(routing: FormatRouting, wanted: RawBatch) -> dict[int, str]:
    """Format by position."""
    events = routing.normalise(wanted).events
    return dict(zip(events.column("source_position").to_pylist(), events.column("format").to_pylist(), strict=True))


def test_each_record_is_read_as_what_it_is(routing: FormatRouting) -> None:
    """JSON in a text log, another vendor's records in a JSON file."""
    assert formats(routing, batch("syslog", [SYSLOG, TRAIL, SYSLOG])) == {0: "syslog", 1: "cloudtrail", 2: "syslog"}
    assert formats(routing, batch("cloudtrail", [TRAIL, OKTA])) == {0: "cloudtrail", 1: "okta"}


def test_a_format_without_a_mapping_is_dead_letters(routing: FormatRouting) -> None:
    """Every record with the reason and the format's name."""
    letters = routing.normalise(batch("nonsense", [b"a", b"b"])).skipped
    assert [(letter.position, letter.reason, letter.detail) for letter in letters] == [
        (0, "no mapping for this format", "nonsense"),
        (1, "no mapping for this format", "nonsense"),
    ]


@given(st.integers(0, 2**32), st.integers(1, 12))
@settings(max_examples=20)
def test_the_verdict_on_a_record_does_not_depend_on_its_batch(routing: FormatRouting, seed: int, cut: int) -> None:
    """Mixed and damaged records in one batch and in two: the same formats, the same dead letters."""
    dice = Random(seed)
    known = [SYSLOG, TRAIL, OKTA, *seeds("stream:auto")]
    records = [
        record.replace(b"\n", b" ")
        for record in (
            dice.choice(known) if dice.random() < 0.5 else damaged(dice.choice(known), dice) for _ in range(12)
        )
    ]
    whole = batch(dice.choice(["syslog", "cloudtrail", "json", "okta"]), records)
    parts = [
        replace(whole, records=records[part], positions=whole.positions[part])
        for part in (slice(0, cut), slice(cut, None))
        if records[part]
    ]
    results = [routing.normalise(part) for part in parts]
    together = routing.normalise(whole)
    apart = {position: name for part in parts for position, name in _formats(routing, part).items()}
    assert _formats(routing, whole) == apart
    assert sorted((letter.position, letter.reason) for letter in together.skipped) == sorted(
        (letter.position, letter.reason) for result in results for letter in result.skipped
    )


def _formats(routing: FormatRouting, wanted: RawBatch) -> dict[int, str]:
    events = routing.normalise(wanted).events
    return formats(routing, wanted) if events.num_rows else {}
