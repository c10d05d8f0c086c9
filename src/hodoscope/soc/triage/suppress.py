"""Suppressions under control: an owner, a reason, an end, and a look at what they would have hidden before they hide.

A preview on history that holds a true positive refuses by default: the first complaint about every suppression feature
is that it hid the attack.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hodoscope.errors import InputError
from hodoscope.soc.alert import Alert, Suppression, Verdict
from hodoscope.soc.triage.queue import Standing

LONGEST = timedelta(days=365)
_LEAST_REASON = 8


@dataclass(frozen=True, slots=True)
class Impact:
    """What a suppression would have hidden on history, and what it would let through because it shows more."""

    hidden: tuple[Alert, ...]
    true_positives: tuple[Alert, ...]
    let_through: tuple[Alert, ...]


def new_suppression(
    alert: Alert, *, detector: bool, entity: bool, owner: str, reason: str, now: datetime, days: float
) -> Suppression:
    """A suppression made from an alert, never of more than that alert has shown.

    ``detector`` and ``entity`` say which of the two it is limited to; at least one must be. Raises ``InputError`` for a
    missing owner or reason, or an end that is not within a year.
    """
    if not detector and not entity:
        raise InputError("a suppression of everything hides everything; keep it to the detector, the entity or both")
    if not owner.strip():
        raise InputError("a suppression needs an owner (--owner): somebody who answers for it")
    if len(reason.strip()) < _LEAST_REASON:
        raise InputError("a suppression needs a reason (--reason) that a colleague understands next month")
    if not 0 < days <= LONGEST.days:
        raise InputError(f"--days {days:g}: a suppression ends within {LONGEST.days} days; it can be renewed")
    what = (alert.detector if detector else "*", alert.entity if entity else "*")
    text = "\0".join((alert.tenant_id, *what, owner, now.isoformat()))
    return Suppression(
        suppression_id=hashlib.sha256(text.encode()).hexdigest()[:32],
        detector=what[0],
        entity=what[1],
        reason=reason.strip(),
        owner=owner.strip(),
        created=now,
        expires=now + timedelta(days=days),
        limit=alert.scope,
    )


def impact(suppression: Suppression, history: Sequence[Standing], now: datetime) -> Impact:
    """What it would have hidden among ``history``, verdicts or not."""
    hidden, missed, through = [], [], []
    for each in history:
        if not suppression.covers(each.alert):
            continue
        if not suppression.hides(each.alert, now):
            through.append(each.alert)
            continue
        hidden.append(each.alert)
        if each.verdict is not None and each.verdict.verdict is Verdict.TRUE_POSITIVE:
            missed.append(each.alert)
    return Impact(tuple(hidden), tuple(missed), tuple(through))


def refuse_if_it_hides_attacks(found: Impact) -> None:
    """Raise ``InputError`` naming the true positives that would have been hidden."""
    if found.true_positives:
        shown = ", ".join(alert.alert_id[:8] for alert in found.true_positives[:5])
        raise InputError(
            f"this would have hidden {len(found.true_positives)} alerts judged true positive ({shown}); narrow it to "
            "detector and entity, or give --even-true-positives to do it all the same"
        )
