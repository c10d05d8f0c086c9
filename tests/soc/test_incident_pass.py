"""Incidents in the book: each alert placed once, ids that stay, aliases that go on working."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.support.alerts import alert

from hodoscope.errors import InputError
from hodoscope.soc.incident_pass import IncidentSummary, update_incidents
from hodoscope.soc.storage.interface import Journal

Opener = Callable[[], Journal]


def test_a_second_pass_changes_nothing(journal: Journal, opener: Opener) -> None:
    """After a restart either."""
    journal.alerts.record("t", [alert(1, "host:a"), alert(2, "host:a", hours=1), alert(3, "host:b")], {})
    assert update_incidents(journal, "t") == IncidentSummary(alerts=3, changed=2, incidents=2)
    before = journal.incidents.incidents("t")
    journal.close()
    again = opener()
    assert update_incidents(again, "t") == IncidentSummary(0, 0, 2)
    assert again.incidents.incidents("t") == before
    assert again.incidents.incidents("u") == []
    again.close()


def test_a_merged_id_goes_on_meaning_the_incident(journal: Journal) -> None:
    """And so does the beginning of either."""
    journal.alerts.record("t", [alert(1, "host:a"), alert(2, "host:b", hours=1)], {})
    update_incidents(journal, "t")
    old, young = journal.incidents.incidents("t")
    journal.alerts.record("t", [alert(3, "host:b", "host:a", hours=2)], {})
    update_incidents(journal, "t")
    (one,) = journal.incidents.incidents("t")
    assert (one.incident_id, one.merged) == (old.incident_id, (young.incident_id,))
    for known in (old.incident_id, young.incident_id, young.incident_id[:9].upper()):
        assert journal.incidents.incident("t", known) == one
    assert journal.incidents.incident("t", "ffffffffff") is None
    assert journal.incidents.incident("t", "'") is None


def test_an_alert_that_touches_more_is_placed_again(journal: Journal) -> None:
    """Its incident becomes the one it now belongs to."""
    lonely = alert(2, "host:b", hours=1)
    journal.alerts.record("t", [alert(1, "host:a"), lonely], {})
    update_incidents(journal, "t")
    journal.alerts.record("t", [replace(lonely, entity_ids=("host:b", "host:a"))], {})
    assert update_incidents(journal, "t") == IncidentSummary(alerts=1, changed=1, incidents=1)


def test_an_ambiguous_beginning_is_refused(journal: Journal) -> None:
    """Rather than showing one of them."""
    journal.alerts.record("t", [alert(number, f"host:{number}") for number in range(3)], {})
    update_incidents(journal, "t")
    incidents = journal.incidents.incidents("t")
    twin = replace(incidents[0], incident_id=incidents[1].incident_id[:31] + "0")
    journal.incidents.record("t", [twin], [])
    with pytest.raises(InputError, match="more digits"):
        journal.incidents.incident("t", incidents[1].incident_id[:8])
