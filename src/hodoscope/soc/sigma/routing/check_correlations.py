"""Which correlations can ever be told, given which of the rules they count can match."""

from collections.abc import Container, Iterable, Sequence

from hodoscope.soc.sigma.correlation.measure import TEMPORAL, meets
from hodoscope.soc.sigma.routing.check import Reach
from hodoscope.soc.sigma.rule import Correlation, Presence


def check_correlations(correlations: Iterable[Correlation], reaches: Iterable[Reach]) -> list[Reach]:
    """A verdict per correlation, in their order; ``reaches`` are the verdicts on the rules."""
    known = {reach.rule.rule_id: reach for reach in reaches}
    waiting = {correlation.rule_id: correlation for correlation in correlations}
    for correlation in waiting.values():
        _file(correlation, known, waiting)
    return [known[rule_id] for rule_id in waiting]


def _file(correlation: Correlation, known: dict[str, Reach], others: dict[str, Correlation]) -> None:
    """Those it counts first: a correlation may count correlations, never in a circle."""
    if correlation.rule_id in known:
        return
    for rule_id in correlation.rules:
        if rule_id in others:
            _file(others[rule_id], known, others)
    counted = [known[rule_id] for rule_id in correlation.rules if rule_id in known]
    able = [one.rule.rule_id for one in counted if one.reachable]
    missing = tuple((one.rule.title, one.reason) for one in counted if not one.reachable)
    product = next((one.product for one in counted), "any")
    if _can_be_told(correlation, able):
        known[correlation.rule_id] = Reach(correlation, product, reachable=True, missing=missing)
    else:
        known[correlation.rule_id] = Reach(
            correlation, product, reachable=False, reason="the rules it counts are out of reach", missing=missing
        )


def _can_be_told(correlation: Correlation, able: Sequence[str]) -> bool:
    if correlation.expression:
        return _can_hold(correlation.expression, frozenset(able))
    if (
        correlation.kind in TEMPORAL
    ):  # counts rules; every other kind counts hits, of which one rule may give any number
        return any(meets(float(count), correlation.conditions) for count in range(1, len(able) + 1))
    return bool(able)


def _can_hold(expression: Presence, able: Container[str]) -> bool:
    if isinstance(expression, str):
        return expression in able
    operator, *operands = expression
    if operator == "not":  # a rule that can match need not
        return True
    parts = (_can_hold(operand, able) for operand in operands)
    return all(parts) if operator == "and" else any(parts)
