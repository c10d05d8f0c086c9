"""Findings in the store become alerts in the book, each exactly once, whatever was stored before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.events import START
from tests.support.store import fresh_store_url

from hodoscope.soc.alerting import AlertSummary, update_alerts
from hodoscope.soc.finding import Finding, Severity
from hodoscope.soc.storage.event_store import open_store
from hodoscope.soc.storage.interface import EventStore, Journal
from hodoscope.soc.storage.journal import open_journal


def finding(number: int, hours: float = 0, **changed: object) -> Finding:
    """A finding of an invented detector about one host."""
    time = START + timedelta(hours=hours)
    plain = Finding(
        f"{number:032x}", "t", "guessing", "1", "Passwords guessed", Severity.MEDIUM, 0.5, "host:a", ("host:a",), time,
        time, ("T1110",), "why", "how", (), (), 3, "1", "hash",
    )  # fmt: skip
    return replace(plain, **changed)  # type: ignore[arg-type]  # any field may be given


@pytest.fixture
def store() -> Iterator[EventStore]:
    """An empty store."""
    opened = open_store(fresh_store_url())
    yield opened
    opened.close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """An empty journal."""
    opened = open_journal(tmp_path / "journal.sqlite")
    yield opened
    opened.close()


def update(store: EventStore, journal: Journal) -> AlertSummary:
    return update_alerts(store, journal, "t", lambda _: 0)


def test_a_second_pass_changes_nothing(store: EventStore, journal: Journal) -> None:
    """What is grouped is known by its id."""
    store.insert_findings([finding(1), finding(2, 1), finding(3, 40)], "a")
    assert update(store, journal) == AlertSummary(findings=3, new=2, grown=0)
    before = journal.alerts.alerts("t")
    assert update(store, journal) == AlertSummary(0, 0, 0)
    assert journal.alerts.alerts("t") == before
    assert journal.alerts.members("t", before[0].alert_id) == [f"{1:032x}", f"{2:032x}"]


def test_new_and_fuller_findings_change_the_alert_they_belong_to(store: EventStore, journal: Journal) -> None:
    """A fuller version of a finding adds its new events; a later finding joins."""
    store.insert_findings([finding(1)], "a")
    update(store, journal)
    store.insert_findings([finding(1, event_count=8), finding(2, 2)], "b")
    assert update(store, journal) == AlertSummary(findings=1, new=0, grown=1)
    (alert,) = journal.alerts.alerts("t")
    assert (alert.findings, alert.scope.events) == (2, 11)


def test_rules_of_one_detector_are_alerts_of_their_own(store: EventStore, journal: Journal) -> None:
    """Two Sigma rules about one host stay apart, and so can be judged apart."""
    rules = [finding(number, detector="sigma", features={"rule": f"r{number}"}) for number in (1, 2)]
    store.insert_findings(rules, "a")
    update(store, journal)
    assert {alert.detector for alert in journal.alerts.alerts("t")} == {"sigma:r1", "sigma:r2"}


def test_a_withdrawn_finding_begins_no_alert(store: EventStore, journal: Journal) -> None:
    """But one that is told already stays in its alert."""
    store.insert_findings([finding(1)], "a")
    store.withdraw_findings({"hash"}, set(), tenant="t", token="w")
    assert update(store, journal) == AlertSummary(0, 0, 0)
