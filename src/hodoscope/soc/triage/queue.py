"""The queue: where each alert stands after verdicts and suppressions, the most urgent first.

A verdict closes an alert only as far as the analyst saw it: an alert that has since shown more is open again and says
what is new. A suppression hides only what its owner saw.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hodoscope.soc.alert import Alert, Suppression, Verdict, VerdictEntry
from hodoscope.soc.triage.prior import Prior, Priority


class Status(StrEnum):
    """Where an alert stands. ``open`` and ``reopened`` ask for somebody's time."""

    OPEN = "open"
    REOPENED = "reopened"
    CLOSED = "closed"
    SUPPRESSED = "suppressed"


WAITING = (Status.OPEN, Status.REOPENED)


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert with what holds of it now. ``news`` says why it is open again."""

    alert: Alert
    status: Status
    verdict: VerdictEntry | None
    news: tuple[str, ...]
    suppression: Suppression | None
    priority: Priority


def standings(
    alerts: Sequence[Alert], entries: Iterable[VerdictEntry], suppressions: Sequence[Suppression], now: datetime
) -> list[Standing]:
    """Every alert, waiting ones first, by priority, then newest first."""
    verdicts = present_verdicts(entries)
    judged = {alert_id: entry.verdict for alert_id, entry in verdicts.items() if entry.verdict}
    prior = Prior(alerts, judged)
    active = [each for each in suppressions if each.active(now)]
    found = [_standing(alert, verdicts.get(alert.alert_id), active, now, prior) for alert in alerts]
    return sorted(
        found,
        key=lambda each: (
            each.status not in WAITING,
            -each.priority.score,
            -each.alert.last_time.timestamp(),
            each.alert.alert_id,
        ),
    )


def present_verdicts(entries: Iterable[VerdictEntry]) -> dict[str, VerdictEntry]:
    """The verdict that holds for each alert: a later one replaces an earlier, taking back restores the one before."""
    stacks: dict[str, list[VerdictEntry]] = {}
    for entry in entries:
        stack = stacks.setdefault(entry.alert_id, [])
        if entry.verdict is not None:
            stack.append(entry)
        elif stack:
            stack.pop()
    return {alert_id: stack[-1] for alert_id, stack in stacks.items() if stack}


def _standing(
    alert: Alert, verdict: VerdictEntry | None, active: Sequence[Suppression], now: datetime, prior: Prior
) -> Standing:
    news = alert.scope.grown_since(verdict.scope) if verdict else ()
    suppression = next((each for each in active if each.hides(alert, now)), None)
    if verdict and not news and verdict.verdict is not Verdict.UNDETERMINED:
        status = Status.CLOSED
    elif suppression:
        status = Status.SUPPRESSED
    else:
        status = Status.REOPENED if news else Status.OPEN
    return Standing(alert, status, verdict, news, suppression, prior.priority(alert))
