"""A correlation document as written: checked, its references still the names that its author used."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from hodoscope.soc.sigma.correlation.interface import MOST_HITS
from hodoscope.soc.sigma.correlation.measure import TEMPORAL
from hodoscope.soc.sigma.load.condition import parse_condition
from hodoscope.soc.sigma.load.refusal import Refused, did_you_mean
from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not, Presence

COUNTING = ("event_count", "value_count")
METRICS = ("value_sum", "value_avg", "value_percentile", "value_median")
KINDS = (*COUNTING, *sorted(TEMPORAL), *METRICS)
OPERATORS = ("gt", "gte", "lt", "lte", "eq", "neq")
_KEYS = ("type", "rules", "group-by", "timespan", "condition", "aliases", "generate")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "M": 2_629_746, "y": 31_556_952}
"""Months and years are the mean Gregorian ones, as in pySigma."""
_WORD = re.compile(r"[^\s()]+")


@dataclass(frozen=True, slots=True)
class Written:
    """The correlation section; ``rules`` and the expression's and aliases' names are references (ids or names)."""

    kind: str
    rules: tuple[str, ...]
    group_by: tuple[str, ...]
    timespan_seconds: int
    conditions: tuple[tuple[str, float], ...]
    expression: Presence
    field: tuple[str, ...]
    percentile: float
    aliases: Mapping[str, Mapping[str, str]]
    generate: bool


def read_correlation(document: Mapping[str, object]) -> Written:
    """The section of a correlation document. Refused with the key that is wrong."""
    section = document.get("correlation")
    if not isinstance(section, dict):
        raise Refused("correlation: section", "write the correlation section as a mapping", "correlation")
    for key in section:
        if key not in _KEYS:
            raise Refused("correlation: key", f"correlations have no {key!r}.{did_you_mean(str(key), _KEYS)}", str(key))
    kind = section.get("type")
    if kind not in KINDS:
        raise Refused("correlation: type", f"{kind!r} is none of {', '.join(KINDS)}", "type")
    rules = _names(section, "rules")
    condition = section.get("condition")
    conditions, expression = _conditions(kind, rules, condition)
    rules = rules or _rules_in(expression)
    if len(set(rules)) != len(rules) or not rules:
        raise Refused("correlation: rules", "list each referred rule once, by id or name", "rules")
    if expression and set(_rules_in(expression)) != set(rules):
        raise Refused("correlation: rules", "name the same rules in the condition and under rules", "rules")
    if kind in TEMPORAL and not conditions and not expression:
        conditions = (("gte", float(len(rules))),)
    field, percentile = _field(kind, condition if isinstance(condition, dict) else {})
    return Written(
        kind=kind,
        rules=rules,
        group_by=_names(section, "group-by"),
        timespan_seconds=_timespan(section.get("timespan")),
        conditions=conditions,
        expression=expression,
        field=field,
        percentile=percentile,
        aliases=_aliases(section.get("aliases")),
        generate=_generate(section.get("generate", document.get("generate", False))),
    )


def _names(section: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = section.get(key)
    listed = value if isinstance(value, list) else [] if value is None else [value]
    names = tuple(name.strip() for name in listed if isinstance(name, str) and name.strip())
    if len(names) != len(listed):
        raise Refused(f"correlation: {key}", f"write {key} as a list of texts", key)
    return names


def _conditions(kind: str, rules: tuple[str, ...], condition: object) -> tuple[tuple[tuple[str, float], ...], Presence]:
    if isinstance(condition, str) and kind in TEMPORAL:
        return (), _expression(condition, rules)
    if condition is None and kind in TEMPORAL:
        return (), ""
    if not isinstance(condition, dict):
        raise Refused("correlation: condition", "write a mapping such as 'gte: 10'", "condition")
    for key in condition:
        if key not in (*OPERATORS, "field", "percentile"):
            hint = did_you_mean(str(key), OPERATORS)
            raise Refused("correlation: condition", f"{key!r} is none of {', '.join(OPERATORS)}.{hint}", str(key))
    found = tuple((operator, _threshold(kind, condition[operator])) for operator in OPERATORS if operator in condition)
    if not found and kind not in TEMPORAL:
        raise Refused("correlation: condition", "say how many: 'gte: 10'", "condition")
    return found, ""


def _threshold(kind: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Refused("correlation: condition", f"{value!r} is no number to compare with", str(value))
    if kind not in METRICS and value > MOST_HITS:
        raise Refused("limit: correlation threshold", f"at most {MOST_HITS:,}; take a shorter timespan", str(value))
    return float(value)


def _expression(text: str, rules: tuple[str, ...]) -> Presence:
    names = rules or tuple(word for word in _WORD.findall(text) if word not in ("and", "or", "not"))
    node = parse_condition(text, {name: Leaf(name, Match.EXISTS) for name in names})
    return _presence(node) if node is not None else ""


def _presence(node: Node) -> Presence:
    match node:
        case Leaf():
            return node.field
        case Not():
            return ("not", _presence(node.part))
        case All():
            return ("and", *map(_presence, node.parts))
        case Any():
            return ("or", *map(_presence, node.parts))


def _rules_in(expression: Presence) -> tuple[str, ...]:
    if isinstance(expression, str):
        return (expression,) if expression else ()
    return tuple(dict.fromkeys(rule for operand in expression[1:] for rule in _rules_in(operand)))


def _field(kind: str, condition: Mapping[str, object]) -> tuple[tuple[str, ...], float]:
    field, percentile = _names(condition, "field"), condition.get("percentile")
    if bool(field) != (kind in (*METRICS, "value_count")):
        remedy = f"{kind} needs a field in its condition" if not field else f"{kind} has no field to look at; remove it"
        raise Refused("correlation: field", remedy, "condition")
    if kind in METRICS and len(field) != 1:
        raise Refused("correlation: field", f"{kind} works on one field", "field")
    if kind != "value_percentile":
        return field, 0.0
    if isinstance(percentile, bool) or not isinstance(percentile, int | float) or not 0 <= percentile <= 100:
        raise Refused("correlation: percentile", "give a percentile from 0 to 100 in the condition", "condition")
    return field, float(percentile)


def _timespan(value: object) -> int:
    found = re.fullmatch(r"([0-9]{1,6})([smhdwMy])", str(value).strip())
    if not found or not int(found[1]):
        raise Refused(
            "correlation: timespan",
            f"{value!r} is no timespan; write a number and a unit: 30s, 15m, 1h, 7d",
            "timespan",
        )
    return int(found[1]) * _SECONDS[found[2]]


def _aliases(value: object) -> dict[str, dict[str, str]]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(fields, dict) and fields for fields in value.values()):
        raise Refused("correlation: aliases", "write 'alias: {rule: field}'", "aliases")
    return {str(alias): {str(rule): str(field) for rule, field in fields.items()} for alias, fields in value.items()}


def _generate(value: object) -> bool:
    if not isinstance(value, bool):
        raise Refused("correlation: generate", "write true or false", "generate")
    return value
