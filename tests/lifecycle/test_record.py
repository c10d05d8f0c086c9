"""A release record is complete and has one spelling."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from hodoscope.errors import InputError, TrustError
from hodoscope.lifecycle.release.record import NOTHING_BEFORE, Action, Release, stamp


def record(**changes: object) -> Release:
    """A record with some fields changed."""
    fields: dict[str, object] = {
        "task": "dga",
        "counter": 1,
        "action": Action.PROMOTE,
        "artifact": "ab" * 32,
        "previous": NOTHING_BEFORE,
        "who": "Ada",
        "when": "2026-03-02T10:00:00+00:00",
        "why": "fewer misses",
        "gate": {"passed": True},
    }
    return Release(**(fields | changes))  # type: ignore[arg-type]  # the fields above have the right types


def test_a_record_survives_its_bytes() -> None:
    """Read again it is equal."""
    assert Release.from_bytes(record(run="r1").to_bytes(), "here") == record(run="r1")


@pytest.mark.parametrize(
    "changes",
    [{"who": " "}, {"why": ""}, {"counter": 0}, {"artifact": "ab"}, {"previous": ""}, {"when": "2026-03-02T10:00:00"}],
)
def test_an_incomplete_record_is_refused(changes: dict[str, object]) -> None:
    """Nobody's decision, without a reason, counting from zero, about no artifact, at no known time."""
    with pytest.raises(InputError):
        record(**changes)


def test_another_spelling_is_refused() -> None:
    """Two files for one record would have two digests."""
    document = json.loads(record().to_bytes())
    for other in (json.dumps(document), json.dumps(document | {"more": 1}), json.dumps(document | {"action": "hide"})):
        with pytest.raises(TrustError, match=r"here: .*release record"):
            Release.from_bytes(other.encode(), "here")


def test_times_are_utc_to_the_second() -> None:
    """Whatever zone they came in; without one they are refused."""
    moment = datetime(2026, 3, 2, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    assert stamp(moment) == stamp(datetime(2026, 3, 2, 10, tzinfo=UTC)) == "2026-03-02T10:00:00+00:00"
    with pytest.raises(InputError, match="zone"):
        stamp(datetime(2026, 3, 2))  # noqa: DTZ001 -- the time without a zone is the point
