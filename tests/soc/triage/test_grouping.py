"""Findings become alerts without anything being hidden: late, repeated and escalating ones included."""

import random
from collections.abc import Iterable
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.support.events import START

from hodoscope.soc.alert import Alert
from hodoscope.soc.triage.grouping import GAP, SPAN, Grouping, Member


def member(number: int, minutes: float = 0, entity: str = "host:a", **changed: object) -> Member:
    """A finding of an invented detector, ``minutes`` after the start."""
    time = START + timedelta(minutes=minutes)
    values: dict[str, object] = {
        "finding_id": f"{number:032x}", "detector": "guessing", "title": "Passwords guessed", "entity": entity,
        "entity_ids": (entity,), "attack": ("T1110",), "severity": 2, "confidence": 0.5, "first_time": time,
        "last_time": time, "event_count": 10,
    }  # fmt: skip
    return Member(**{**values, **changed})  # type: ignore[arg-type]  # any field may be given


def grouping() -> Grouping:
    """A grouping in which ``host:crown`` alone is critical."""
    return Grouping("t", lambda ids: 5 if "host:crown" in ids else 0)


def test_findings_of_one_detector_and_entity_are_one_alert() -> None:
    """Another entity or a long pause begins another."""
    groups = grouping()
    pause = GAP / timedelta(minutes=1) + 5
    groups.add([member(1), member(2, 5), member(3, 5, "host:b"), member(4, 5 + pause)])
    assert [(alert.entity, alert.findings) for alert in groups.changed()] == [
        ("host:a", 2), ("host:b", 1), ("host:a", 1),
    ]  # fmt: skip
    assert groups.changed()[0].scope.events == 20


def test_an_alert_does_not_grow_without_end() -> None:
    """Findings every hour for three days are three alerts at least, none longer than the span."""
    groups = grouping()
    groups.add([member(number, number * 60) for number in range(72)])
    alerts = groups.changed()
    assert len(alerts) == 3
    assert all(alert.last_time - alert.first_time <= SPAN for alert in alerts)


def test_escalations_are_dated_and_said_in_words() -> None:
    """A higher severity, a new tactic, a new user, a critical asset and ten times the volume each tell."""
    groups = grouping()
    groups.add(
        [
            member(1),
            member(2, 1, severity=4),
            member(3, 2, attack=("T1021.001",)),
            member(4, 3, entity_ids=("host:a", "user:acme\\eve")),
            member(5, 4, entity_ids=("host:a", "host:crown")),
            member(6, 5, event_count=60),
            member(7, 6, event_count=10),
        ]
    )
    (alert,) = groups.changed()
    assert [entry.reasons for entry in alert.escalations] == [
        ("severity rose to high",),
        ("new tactic: lateral-movement",),
        ("new user: user:acme\\eve",),
        ("an asset of criticality 5 is concerned",),
        ("volume rose from 10 to 110 events",),
    ]
    assert alert.escalations[0].time == START + timedelta(minutes=1)


def test_a_late_finding_joins_the_alert_of_its_time() -> None:
    """Even when that alert was stored and a newer one of the same key exists."""
    first = grouping()
    first.add([member(1), member(2, 2000)])
    second = grouping()
    second.know(first.changed())
    second.add([member(3, 30)])
    (alert,) = second.changed()
    assert alert.alert_id == first.changed()[0].alert_id
    assert (alert.findings, alert.last_time) == (2, START + timedelta(minutes=30))


def test_a_finding_told_again_adds_its_new_events_only() -> None:
    """The number of findings stays."""
    groups = grouping()
    groups.add([member(1)])
    (alert,) = groups.changed()
    groups.grow(alert.alert_id, member(1, event_count=25), 15)
    (grown,) = groups.changed()
    assert (grown.findings, grown.scope.events) == (1, 25)


@given(st.lists(st.tuples(st.floats(0, 5000), st.sampled_from("ab")), min_size=1, max_size=30), st.randoms())
def test_nothing_is_lost_and_batches_do_not_matter(times: list[tuple[float, str]], dice: random.Random) -> None:
    """Every finding is in exactly one alert; cutting an ordered stream anywhere gives the same alerts."""
    members = sorted(
        (member(number, minutes, f"host:{name}") for number, (minutes, name) in enumerate(times)),
        key=lambda each: (each.first_time, each.finding_id),
    )
    whole = grouping()
    whole.add(members)
    assert sorted(whole.joined) == sorted(each.finding_id for each in members)
    assert sum(alert.findings for alert in whole.changed()) == len(members)
    cut = dice.randint(0, len(members))
    parts = _in_parts([members[:cut], members[cut:]])
    assert parts == {alert.alert_id: alert for alert in whole.changed()}


def _in_parts(parts: Iterable[list[Member]]) -> dict[str, Alert]:
    stored: dict[str, Alert] = {}
    for part in parts:
        groups = grouping()
        groups.know(stored.values())
        groups.add(part)
        stored.update({alert.alert_id: alert for alert in groups.changed()})
    return stored
