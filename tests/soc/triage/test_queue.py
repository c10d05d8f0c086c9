"""Nothing leaves the queue for more than what somebody saw, and what leaves it can come back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.events import START

from hodoscope.errors import InputError
from hodoscope.soc.alert import Alert, Scope, Suppression, Verdict, VerdictEntry
from hodoscope.soc.triage.queue import Standing, Status, present_verdicts, standings
from hodoscope.soc.triage.suppress import impact, new_suppression, refuse_if_it_hides_attacks

SCOPE = Scope(3, 0, frozenset({"credential-access"}), frozenset({"user:eve"}), 50)
ALERT = Alert(
    "a" * 32, "t", "guessing", "Passwords guessed", "host:a", ("host:a",), ("T1110",), START, START, 1, 0.5, SCOPE, "",
)  # fmt: skip
NOW = START + timedelta(days=1)


def entry(verdict: Verdict | None, alert: Alert = ALERT) -> VerdictEntry:
    """What an analyst says of the alert as it stands."""
    return VerdictEntry(alert.alert_id, verdict, "", "", "kim", NOW, alert.scope)


def standing(alert: Alert, *entries: VerdictEntry, suppressions: tuple[Suppression, ...] = ()) -> Standing:
    """Where one alert stands."""
    (found,) = standings([alert], entries, suppressions, NOW)
    return found


def suppression(alert: Alert = ALERT, *, entity: bool = True, days: float = 30) -> Suppression:
    """Made from the alert."""
    return new_suppression(
        alert, detector=True, entity=entity, owner="kim", reason="a backup, ticket 4711", now=NOW, days=days
    )


@pytest.mark.parametrize(
    ("shown", "news"),
    [
        ({"severity": 4}, "severity rose to high"),
        ({"criticality": 4}, "an asset of criticality 4 is concerned"),
        ({"tactics": SCOPE.tactics | {"impact"}}, "new tactic: impact"),
        ({"users": SCOPE.users | {"user:adam"}}, "new user: user:adam"),
        ({"events": 500}, "volume rose from 50 to 500 events"),
    ],
)
def test_an_alert_opens_again_when_it_shows_more(shown: dict[str, object], news: str) -> None:
    """And says what; a suppression lets the same through."""
    more = replace(ALERT, scope=replace(SCOPE, **shown))  # type: ignore[arg-type]  # any field may be given
    found = standing(more, entry(Verdict.FALSE_POSITIVE))
    assert (found.status, found.news) == (Status.REOPENED, (news,))
    assert standing(more, suppressions=(suppression(),)).status is Status.OPEN


def test_a_verdict_closes_until_then() -> None:
    """More of the same keeps it closed; not knowing does not close."""
    same = replace(ALERT, scope=replace(SCOPE, events=90))
    assert standing(same, entry(Verdict.TRUE_POSITIVE)).status is Status.CLOSED
    assert standing(same, entry(Verdict.UNDETERMINED)).status is Status.OPEN


def test_taking_back_restores_the_verdict_before() -> None:
    """Twice taken back is as never judged."""
    first, second, back = entry(Verdict.TRUE_POSITIVE), entry(Verdict.FALSE_POSITIVE), entry(None)
    assert present_verdicts([first, second, back]) == {ALERT.alert_id: first}
    assert present_verdicts([first, back, back]) == {}


def test_a_suppression_ends_by_itself_and_by_hand() -> None:
    """While it is active the alert is out of the queue, and counted as suppressed."""
    active = suppression()
    assert standing(ALERT, suppressions=(active,)).status is Status.SUPPRESSED
    assert standing(ALERT, suppressions=(replace(active, ended=NOW),)).status is Status.OPEN
    assert standing(ALERT, suppressions=(replace(active, expires=NOW),)).status is Status.OPEN
    other = replace(ALERT, entity="host:b", scope=replace(SCOPE, users=frozenset({"user:bob"})))
    assert standing(other, suppressions=(active,)).status is Status.OPEN
    assert standing(other, suppressions=(suppression(entity=False),)).status is Status.SUPPRESSED


def test_a_suppression_that_would_have_hidden_an_attack_is_refused() -> None:
    """With the alert it would have hidden."""
    history = standings([ALERT], [entry(Verdict.TRUE_POSITIVE)], [], NOW)
    seen = impact(suppression(), history, NOW)
    assert seen.true_positives == (ALERT,)
    with pytest.raises(InputError, match="aaaaaaaa"):
        refuse_if_it_hides_attacks(seen)


@pytest.mark.parametrize(
    "wrong", [{"owner": " "}, {"reason": "x"}, {"days": 0.0}, {"days": 999.0}, {"detector": False, "entity": False}]
)
def test_a_suppression_without_owner_reason_end_or_limit_is_refused(wrong: dict[str, object]) -> None:
    """Each message says what is missing."""
    right: dict[str, object] = {
        "detector": True, "entity": True, "owner": "kim", "reason": "ticket 4711", "now": NOW, "days": 3.0,
    }  # fmt: skip
    with pytest.raises(InputError):
        new_suppression(ALERT, **{**right, **wrong})  # type: ignore[arg-type]  # any field may be given


def test_the_queue_has_the_urgent_first_and_the_closed_last() -> None:
    """Severity raises, a history of false alarms lowers, and the reasons say so."""
    severe = replace(ALERT, alert_id="b" * 32, scope=replace(SCOPE, severity=5))
    noisy = [replace(ALERT, alert_id=f"{number:032x}", detector="noisy") for number in range(5)]
    said = [entry(Verdict.FALSE_POSITIVE, each) for each in noisy[:4]]
    found = standings([ALERT, severe, *noisy], said, [], NOW)
    assert [each.alert.alert_id[0] for each in found[:2]] == ["b", "a"]
    assert [each.status for each in found[3:]] == [Status.CLOSED] * 4
    assert any("0 of 4 judged alerts" in reason.text for reason in found[2].priority.reasons)
