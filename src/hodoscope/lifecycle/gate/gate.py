"""The judgement itself: a pure function of a policy and of what was measured.

Demanding every slice at once needs no correction for many comparisons: the gate errs in promoting only if each
single test errs (intersection-union test, Berger 1982), so the error stays that of one.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hodoscope.lifecycle.gate.policy import Policy, lower_is_better
from hodoscope.lifecycle.gate.verdict import Clause, Verdict
from hodoscope.lifecycle.metric import Evaluation, Metric


@dataclass(frozen=True, slots=True)
class Facts:
    """What was measured about a challenger.

    ``evaluation`` is its own, on held-out rows. ``differences`` is challenger minus champion on the same rows, overall
    and per slice, paired; None when the task has no champion yet. ``cpu`` is milliseconds of processor time per 1,000
    rows. ``unexplained``, ``card_gaps`` and ``not_shippable`` hold one sentence per problem. ``changed`` is the share
    of the champion's decisions that change, ``judged_on`` names the rows.
    """

    evaluation: Evaluation
    differences: Evaluation | None
    cpu: Metric
    size_bytes: int
    unexplained: Sequence[str] = ()
    card_gaps: Sequence[str] = ()
    not_shippable: Sequence[str] = ()
    changed: float | None = None
    judged_on: str = ""


def judge(policy: Policy, facts: Facts) -> Verdict:
    """The verdict with all clauses, met or not."""
    notes = [f"judged on {facts.judged_on}"] if facts.judged_on else []
    clauses = [*_headline(policy, facts), *_slices(policy, facts, notes), *_floors(policy, facts)]
    clauses.append(_calibration(policy, facts))
    clauses.append(
        Clause(
            "speed",
            facts.cpu.high <= policy.cpu_ms_per_1000_rows,
            f"{facts.cpu.high:.3g} ms of processor time per 1,000 rows",
            f"at most {policy.cpu_ms_per_1000_rows:g} ms",
        )
    )
    size = f"{facts.size_bytes:,} bytes of weights and preprocessing"
    clauses.append(Clause("size", facts.size_bytes <= policy.size_bytes, size, f"at most {policy.size_bytes:,}"))
    if facts.changed is not None:
        needed = f"at most {policy.shadow_most_changed:.2%}"
        found = f"{facts.changed:.2%} of decisions change"
        clauses.append(Clause("shadow", facts.changed <= policy.shadow_most_changed, found, needed))
    clauses.append(_absent("explanation", facts.unexplained, "reasons for every decision"))
    clauses.append(_absent("card", facts.card_gaps, "every section says something"))
    clauses.append(_absent("data", facts.not_shippable, "only data whose weights may be shipped"))
    return Verdict(tuple(clauses), tuple(notes))


def _headline(policy: Policy, facts: Facts) -> Iterator[Clause]:
    needed = f"better by more than {policy.minimum_gain:g} (95 % bound)"
    if facts.differences is not None:
        gain = facts.differences.metrics.get(policy.headline)
        yield _bound(f"headline {policy.headline} against the champion", policy.headline, gain, policy, needed)
        return
    if not facts.evaluation.baselines:
        yield Clause(f"headline {policy.headline}", False, "no champion and no baseline", "something to be better than")
    for name, table in facts.evaluation.baselines.items():
        gain = table.get(f"{policy.headline}_gain")
        yield _bound(f"headline {policy.headline} against {name}", policy.headline, gain, policy, needed)


def _bound(clause: str, metric: str, gain: Metric | None, policy: Policy, needed: str) -> Clause:
    worst = _worst_gain(metric, gain)
    return Clause(clause, worst > policy.minimum_gain, _shown(gain), needed)


def _slices(policy: Policy, facts: Facts, notes: list[str]) -> Iterator[Clause]:
    if facts.differences is None:
        notes.append("no champion: slices were not compared, floors apply")
        return
    metric, judged, small = policy.judged_per_slice, 0, []
    for name, table in facts.differences.slices.items():
        gain = table.get(metric)
        if gain is not None and gain.n < policy.slice_least_units:
            small.append(f"{name} (n={gain.n}, {_shown(gain)})")
            continue
        judged += 1
        passed = _worst_gain(metric, gain) > -policy.slice_margin
        yield Clause(f"slice {name}: {metric}", passed, _shown(gain), f"worse by less than {policy.slice_margin:g}")
    if small:
        notes.append(f"slices below {policy.slice_least_units} units, not judged: {', '.join(small)}")
    if not judged:
        yield Clause("slices", False, "no slice was large enough to judge", "at least one comparable slice")


def _floors(policy: Policy, facts: Facts) -> Iterator[Clause]:
    for name, limit in policy.floors.items():
        metric = facts.evaluation.metrics.get(name)
        if lower_is_better(name):
            passed = metric is not None and metric.high <= limit
            yield Clause(f"ceiling {name}", passed, _shown(metric), f"upper bound at most {limit:g}")
        else:
            passed = metric is not None and metric.low >= limit
            yield Clause(f"floor {name}", passed, _shown(metric), f"lower bound at least {limit:g}")


def _calibration(policy: Policy, facts: Facts) -> Clause:
    metric = facts.evaluation.metrics.get(policy.calibration_metric)
    passed = metric is not None and metric.high <= policy.calibration_most
    needed = f"upper bound at most {policy.calibration_most:g}"
    return Clause(f"calibration {policy.calibration_metric}", passed, _shown(metric), needed)


def _absent(name: str, problems: Sequence[str], needed: str) -> Clause:
    return Clause(name, not problems, "; ".join(problems) or "complete", needed)


def _worst_gain(name: str, gain: Metric | None) -> float:
    """The unfavourable end of a difference, as a gain; minus infinity for a missing or undefined one."""
    if gain is None:
        return -math.inf
    worst = -gain.high if lower_is_better(name) else gain.low
    return -math.inf if math.isnan(worst) else worst


def _shown(metric: Metric | None) -> str:
    if metric is None:
        return "not measured"
    if math.isnan(metric.value):
        return "undefined"
    return f"{metric.value:+.4f} ({metric.low:+.4f} to {metric.high:+.4f})"
