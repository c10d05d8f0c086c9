"""How urgent an alert is before anybody judged enough of them to learn from: a documented prior, with its reasons.

Points are log-odds and add up; the priority is their logistic. They are this house's convention, no measurement: the
learned ranker replaces them as soon as there are verdicts to learn from. What has been learned already enters through
the noise history: what analysts said of this detector's earlier alerts.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hodoscope.soc.alert import Alert, Verdict
from hodoscope.soc.finding import Severity

BASE = -2.0
"""One alert in eight, before anything is known of it."""
SEVERITY: Mapping[int, float] = {1: -2.0, 2: -1.0, 3: 0.0, 4: 1.0, 5: 2.0}
CRITICALITY = 0.4
"""Per step above 2 (an ordinary machine)."""
LATE_TACTICS = frozenset({"lateral-movement", "collection", "command-and-control", "exfiltration", "impact"})
LATE = 0.7
SEVERAL_TACTICS = 0.5
RAREST = 1.2
"""At most, for a detector that makes almost none of the alerts."""
HISTORY_LIMIT = 2.5


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason in words with its points (log-odds)."""

    text: str
    points: float


@dataclass(frozen=True, slots=True)
class Priority:
    """``score`` is between 0 and 1; ``reasons`` come heaviest first."""

    score: float
    reasons: tuple[Reason, ...]


class Prior:
    """Knows how many alerts each detector made and what became of them."""

    def __init__(self, alerts: Iterable[Alert], verdicts: Mapping[str, Verdict]) -> None:
        """``verdicts`` holds the present verdict of each judged alert, by alert id."""
        self._made: Counter[str] = Counter()
        self._true: Counter[str] = Counter()
        self._other: Counter[str] = Counter()
        for alert in alerts:
            self._made[alert.detector] += 1
            verdict = verdicts.get(alert.alert_id)
            if verdict is Verdict.TRUE_POSITIVE:
                self._true[alert.detector] += 1
            elif verdict in (Verdict.FALSE_POSITIVE, Verdict.BENIGN_POSITIVE):
                self._other[alert.detector] += 1
        self._total = sum(self._made.values())

    def priority(self, alert: Alert) -> Priority:
        """The priority of an alert among those given."""
        reasons = [reason for reason in self._reasons(alert) if reason.points]
        score = 1 / (1 + math.exp(-BASE - sum(reason.points for reason in reasons)))
        return Priority(score, tuple(sorted(reasons, key=lambda reason: -abs(reason.points))))

    def _reasons(self, alert: Alert) -> Iterable[Reason]:
        scope = alert.scope
        yield Reason(f"severity {Severity(scope.severity).name.lower()}", SEVERITY[scope.severity])
        yield Reason(f"the detector's own confidence is {alert.confidence:.0%}", 2 * (alert.confidence - 0.5))
        if scope.criticality:
            yield Reason(f"concerns an asset of criticality {scope.criticality}", CRITICALITY * (scope.criticality - 2))
        late = sorted(scope.tactics & LATE_TACTICS)
        if late:
            yield Reason(f"late in an attack: {', '.join(late)}", LATE)
        if alert.escalations:
            yield Reason(
                f"escalated {len(alert.escalations)} times: {alert.escalations[-1].reasons[0]}", SEVERAL_TACTICS
            )
        made = self._made[alert.detector]
        if made:
            rarity = min(RAREST, 0.3 * math.log(self._total / made))
            yield Reason(f"{made:,} of {self._total:,} alerts come from this detector", rarity)
        true, other = self._true[alert.detector], self._other[alert.detector]
        if true + other:
            odds = math.log((true + 1) / (other + 1))
            yield Reason(
                f"{true} of {true + other} judged alerts of this detector were true",
                max(-HISTORY_LIMIT, min(HISTORY_LIMIT, odds)),
            )
