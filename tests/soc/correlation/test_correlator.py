"""Alerts that share what is rare become one incident; what everything shares links nothing."""

import random
import time
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.alerts import alert

from hodoscope.soc.alert import Alert
from hodoscope.soc.correlation.correlator import Correlator
from hodoscope.soc.correlation.rarity import Rarity


def incidents(*alerts: Alert) -> list[tuple[int, ...]]:
    """The numbers of the alerts in each incident."""
    correlator = Correlator("t")
    for each in alerts:
        correlator.add(each)
    return [tuple(int(alert_id, 16) for alert_id in each.alert_ids) for each in correlator.incidents()]


def test_a_rare_entity_links_and_says_so() -> None:
    """The link names the entity and the other alert."""
    correlator = Correlator("t")
    correlator.add(alert(1, "host:a", "user:eve"))
    correlator.add(alert(2, "host:b", "user:eve", hours=1))
    correlator.add(alert(3, "host:c", hours=1))
    first, second = correlator.incidents()
    assert [int(each, 16) for each in first.alert_ids] == [1, 2]
    assert first.links[0].entities == ("user:eve",)
    assert int(first.links[0].other_id, 16) == 1
    assert [int(each, 16) for each in second.alert_ids] == [3]


def test_what_everything_touches_links_nothing() -> None:
    """Two hundred machines and their name server are two hundred incidents."""
    alerts = [alert(number, f"host:{number}", "ip:192.0.2.53", hours=number / 60) for number in range(200)]
    assert len(incidents(*alerts)) > 150


def test_time_parts_what_shares_one_entity() -> None:
    """The same machine a week later is another incident."""
    assert incidents(alert(1, "host:a"), alert(2, "host:a", hours=8 * 24)) == [(1,), (2,)]
    assert incidents(alert(1, "host:a"), alert(2, "host:a", hours=2)) == [(1, 2)]


def test_what_is_usual_for_an_entity_links_nothing() -> None:
    """A detector that fires on the same machine every two hours joins no attack there; one that never did does."""
    usual = [alert(number, "host:a", hours=2 * number, detector="noise") for number in range(1, 9)]
    attack = alert(9, "host:a", hours=17, detector="shell")
    again = alert(10, "host:a", hours=18, detector="noise")
    found = incidents(*usual, attack, again)
    assert not any(9 in members and 10 in members for members in found)
    fresh = alert(11, "host:a", hours=18, detector="exfiltration")
    assert any({9, 11} <= set(members) for members in incidents(*usual, attack, fresh))


def test_a_bridge_makes_two_incidents_one_and_the_older_id_stays() -> None:
    """The other id is kept as an alias."""
    correlator = Correlator("t")
    old = correlator.add(alert(1, "host:a"))
    young = correlator.add(alert(2, "host:b", hours=1))
    assert old != young
    assert correlator.add(alert(3, "host:b", "host:a", hours=1.2)) == old
    (one,) = correlator.incidents()
    assert (one.incident_id, one.merged) == (old, (young,))
    assert len(one.alert_ids) == 3


def test_an_alert_that_grows_can_join_later() -> None:
    """New entities are new chances; the alert is counted once."""
    correlator = Correlator("t")
    correlator.add(alert(1, "host:a", "user:eve"))
    lonely = alert(2, "host:b", hours=1)
    correlator.add(lonely)
    correlator.add(replace(lonely, entity_ids=("host:b", "user:eve")))
    (one,) = correlator.incidents()
    assert len(one.alert_ids) == 2


names = st.sampled_from(["host:a", "host:b", "user:c", "user:d", "ip:192.0.2.1", "ip:192.0.2.2"])


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.lists(names, min_size=1, max_size=3, unique=True), st.floats(0, 300)), max_size=25), st.data()
)
def test_every_alert_has_one_incident_and_a_restart_changes_nothing(
    drawn: list[tuple[list[str], float]], data: st.DataObject
) -> None:
    """Stopping after any alert and going on from what was recorded keeps every id."""
    alerts = sorted(
        (alert(number, *entities, hours=hours) for number, (entities, hours) in enumerate(drawn)),
        key=lambda each: (each.first_time, each.alert_id),
    )
    whole = Correlator("t")
    for each in alerts:
        whole.add(each)
    members = [alert_id for each in whole.incidents() for alert_id in each.alert_ids]
    assert sorted(members) == sorted(each.alert_id for each in alerts)
    cut = data.draw(st.integers(0, len(alerts)))
    first, second = Correlator("t"), Correlator("t")
    for each in alerts[:cut]:
        first.add(each)
    second.know(first.incidents(), alerts[:cut])
    for each in alerts[cut:]:
        second.add(each)
    assert sorted(alert_id for each in second.incidents() for alert_id in each.alert_ids) == sorted(members)
    known = {each.incident_id for each in first.incidents()}
    after = {each.incident_id for each in second.incidents()} | {a for each in second.incidents() for a in each.merged}
    assert known <= after


def test_a_hub_does_not_cost_more_and_more() -> None:
    """The work for one alert is bounded however many alerts touch one entity (a ratio, in one run)."""
    correlator, dice = Correlator("t"), random.Random(7)
    costs = []
    for number in range(6000):
        each = alert(number, f"host:{dice.randrange(3000)}", "ip:192.0.2.53", hours=number / 600)
        begun = time.process_time()
        correlator.add(each)
        costs.append(time.process_time() - begun)
    assert sum(costs[-1000:]) < 5 * sum(costs[1000:2000]) + 0.05


def test_rarity_counts_neighbours_not_alerts() -> None:
    """A machine with many alerts and few neighbours stays rare."""
    rarity = Rarity()
    for number in range(300):
        rarity.see(["host:attacked", "user:eve"])
        rarity.see([f"host:{number}", "ip:192.0.2.53"])
    assert rarity.of("host:attacked") == 1
    assert rarity.of("ip:192.0.2.53") < 0.1
    assert rarity.of("host:never seen") == 1


def test_alerts_far_in_the_past_are_placed_by_their_own_time() -> None:
    """A late alert joins what was near it."""
    early, late = alert(1, "host:a"), alert(2, "host:a", hours=24 * 30)
    behind = replace(alert(3, "host:a"), first_time=early.first_time + timedelta(hours=1))
    assert (1, 3) in incidents(early, late, replace(behind, last_time=behind.first_time))
