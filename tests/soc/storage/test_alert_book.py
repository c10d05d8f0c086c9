"""Alerts, verdicts and suppressions outlive a restart, in a file as on a server, and entries are only ever added."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.events import START

from hodoscope.errors import InputError
from hodoscope.soc.alert import Alert, Escalation, Scope, Suppression, Verdict, VerdictEntry
from hodoscope.soc.storage.alert_book import Membership
from hodoscope.soc.storage.interface import Journal

SCOPE = Scope(4, 5, frozenset({"exfiltration", "impact"}), frozenset({"user:acme\\eve"}), 120)
ALERT = Alert(
    "ab" * 16, "t", "beacon", "Beacon to \u202eevil", "host:a", ("host:a", "ip:192.0.2.7"), ("T1071",), START,
    START + timedelta(hours=1), 3, 0.75, SCOPE, "why", (Escalation(START, ("severity rose to high",)),), 12,
)  # fmt: skip
Opener = Callable[[], Journal]


def test_an_alert_is_read_as_it_was_written(journal: Journal, opener: Opener) -> None:
    """After a restart too; writing it again replaces it."""
    journal.alerts.record("t", [ALERT], {"f1": Membership(ALERT.alert_id, 3)})
    grown = replace(ALERT, findings=4)
    journal.alerts.record("t", [grown], {"f2": Membership(ALERT.alert_id, 1)})
    journal.close()
    again = opener()
    assert again.alerts.alerts("t") == [grown]
    assert again.alerts.alerts("u") == []
    assert again.alerts.members("t", ALERT.alert_id) == ["f1", "f2"]
    assert again.alerts.memberships("t") == {"f1": Membership(ALERT.alert_id, 3), "f2": Membership(ALERT.alert_id, 1)}
    again.close()


def test_an_alert_is_found_by_the_beginning_of_its_id(journal: Journal) -> None:
    """Unless two begin so; nonsense finds none."""
    other = replace(ALERT, alert_id="ab" * 15 + "00")
    journal.alerts.record("t", [ALERT, other], {})
    assert journal.alerts.alert("t", "AB" * 16) == ALERT
    assert journal.alerts.alert("t", "cdcd") is None
    assert journal.alerts.alert("t", "%") is None
    with pytest.raises(InputError, match="more digits"):
        journal.alerts.alert("t", "abab")


def test_verdicts_are_kept_in_the_order_they_were_given(journal: Journal) -> None:
    """Taking one back is an entry too."""
    entries = [
        VerdictEntry(ALERT.alert_id, verdict, "threshold", "note\n", "kim", START, SCOPE)
        for verdict in (Verdict.FALSE_POSITIVE, None, Verdict.TRUE_POSITIVE)
    ]
    journal.alerts.judge("t", entries)
    journal.alerts.judge("t", [replace(entries[0], alert_id="other")])
    assert journal.alerts.verdicts("t", ALERT.alert_id) == entries
    assert len(journal.alerts.verdicts("t")) == 4


def test_the_last_state_of_a_suppression_holds(journal: Journal) -> None:
    """Its end is a second entry."""
    made = Suppression("5" * 32, "beacon", "*", "a reason", "kim", START, START + timedelta(days=3), SCOPE)
    journal.alerts.suppress("t", made)
    ended = replace(made, ended=START + timedelta(days=1))
    journal.alerts.suppress("t", ended)
    assert journal.alerts.suppressions("t") == [ended]
