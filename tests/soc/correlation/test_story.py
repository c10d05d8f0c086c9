"""The story is small, connected, in order, and says what is missing."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.alerts import alert

from hodoscope.soc.alert import Alert
from hodoscope.soc.correlation.correlator import Correlator
from hodoscope.soc.correlation.story import MOST_NODES, Story, tell


def story(*alerts: Alert) -> Story:
    """The story of the first incident of these alerts."""
    correlator = Correlator("t")
    for each in alerts:
        correlator.add(each)
    return tell(correlator.incidents()[0], {each.alert_id: each for each in alerts}, correlator.rarity.of)


ATTACK = (
    alert(1, "host:ws1", "user:eve", attack=("T1566.001",)),
    alert(2, "host:ws1", "ip:192.0.2.7", hours=1, attack=("T1071.001",)),
    alert(3, "host:srv", "user:eve", hours=2, attack=("T1021.002",)),
    alert(4, "host:srv", "ip:192.0.2.9", hours=3, attack=("T1048",)),
)


def test_the_timeline_follows_the_attack() -> None:
    """It begins where the attack began and reaches what it touched."""
    told = story(*ATTACK)
    assert [step.tactics[0] for step in told.timeline] == [
        "initial-access", "command-and-control", "lateral-movement", "exfiltration",
    ]  # fmt: skip
    assert told.roots[0] == "host:ws1"
    assert set(told.reached) == {"host:ws1", "host:srv", "user:eve"}


def test_what_is_missing_is_said() -> None:
    """Exfiltration without anything collected; a phishing mail that nothing followed."""
    assert any("collection" in words for words in story(*ATTACK).missing)
    assert any("look for execution or persistence" in words for words in story(ATTACK[0]).missing)


def test_a_single_alert_is_a_story_too() -> None:
    """With its entities."""
    told = story(ATTACK[0])
    assert set(told.nodes) == {ATTACK[0].alert_id, "host:ws1", "user:eve"}


names = st.sampled_from([f"host:{number}" for number in range(12)])
techniques = st.sampled_from(["T1566", "T1059.001", "T1021.002", "T1048", "T1486", "T1110", "T1003.001", "T1071"])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.lists(names, min_size=1, max_size=3, unique=True), techniques), min_size=1, max_size=40))
def test_the_story_is_connected_and_never_larger_than_promised(drawn: list[tuple[list[str], str]]) -> None:
    """Each node can be reached from any other over the edges told."""
    alerts = [
        alert(number, *entities, hours=number / 10, attack=(technique,))
        for number, (entities, technique) in enumerate(drawn)
    ]
    told = story(*alerts)
    assert 0 < len(told.nodes) <= MOST_NODES
    reached, todo = set(), [told.nodes[0]]
    while todo:
        node = todo.pop()
        if node not in reached:
            reached.add(node)
            todo += [other for edge in told.edges if node in edge for other in edge]
    assert reached == set(told.nodes)
