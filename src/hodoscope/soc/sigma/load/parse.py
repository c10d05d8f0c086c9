"""Detections through pySigma: modifiers, values and processing pipelines, turned into our conditions.

The only file that imports pySigma. pySigma's own condition parser and metadata checks are not used (``condition.py``,
``metadata.py``); its regular expressions are not compiled by it but by RE2 in :mod:`hodoscope.soc.sigma.patterns`.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sigma import types as sigma_types
from sigma.conditions import ConditionAND
from sigma.exceptions import (
    SigmaError,
    SigmaModifiedError,
    SigmaRegularExpressionError,
    SigmaTypeError,
    SigmaValueError,
)
from sigma.policy import SigmaPolicy
from sigma.policy.regex_engine import RegexEngine, RegexPattern
from sigma.rule import SigmaDetection, SigmaDetectionItem

from hodoscope.soc.sigma.load import definition as definitions
from hodoscope.soc.sigma.load.combine import all_of, any_of, not_of
from hodoscope.soc.sigma.load.condition import parse_condition
from hodoscope.soc.sigma.load.limits import check_size
from hodoscope.soc.sigma.load.refusal import Refused
from hodoscope.soc.sigma.load.regex_value import regex_node
from hodoscope.soc.sigma.load.text_value import Wild, text_node
from hodoscope.soc.sigma.load.time_value import compared_time_part
from hodoscope.soc.sigma.rule import Leaf, LogSource, Match, Node

_WILD = {
    sigma_types.SpecialChars.WILDCARD_MULTI: Wild.ANY,
    sigma_types.SpecialChars.WILDCARD_SINGLE: Wild.ONE,
}
_ORDER = {
    sigma_types.CompareOperators.LT: Match.LESS,
    sigma_types.CompareOperators.LTE: Match.LESS_EQUAL,
    sigma_types.CompareOperators.GT: Match.GREATER,
    sigma_types.CompareOperators.GTE: Match.GREATER_EQUAL,
}
_FLAGS = {
    sigma_types.SigmaRegularExpressionFlag.IGNORECASE: "i",
    sigma_types.SigmaRegularExpressionFlag.MULTILINE: "m",
    sigma_types.SigmaRegularExpressionFlag.DOTALL: "s",
}


class _Uncompiled(RegexEngine):
    """Lets every pattern through pySigma: our own check tells more and rewrites what it can."""

    def compile(self, pattern: str, flags: int = 0) -> RegexPattern:
        return None  # type: ignore[return-value]  # pySigma compiles only to see whether it works

    @property
    def error(self) -> type[Exception]:
        return SigmaRegularExpressionError


_POLICY = SigmaPolicy(regex_engine=_Uncompiled())


class Parsed(NamedTuple):
    """A rule's log source and condition, pipelines applied."""

    logsource: LogSource
    condition: Node


def parse_detection(
    document: Mapping[str, object], *, section: str = "detection", leave: tuple[str, ...] = ("condition",)
) -> Parsed:
    """A rule document (or a filter with its ``section``) without pipelines. Refused when it is no rule for us."""
    source = _logsource(document)
    written = document.get(section)
    found = definitions.checked(written, leave=leave)
    texts = definitions.conditions(written) if isinstance(written, dict) else ()
    parts = {name: _built(name, part) for name, part in found.items()}
    return Parsed(source, check_size(any_of(parse_condition(text, parts) for text in texts)))


def _built(name: str, definition: object) -> Node:
    try:
        return _detection(SigmaDetection.from_definition(definition, policy=_POLICY))  # type: ignore[arg-type]  # checked
    except SigmaError as error:
        raise _refusal(error, name) from error


def _refusal(error: SigmaError, near: str) -> Refused:
    told = str(error).splitlines()[0]
    if isinstance(error, SigmaModifiedError):
        return Refused("limit: windash", told, near)
    if isinstance(error, SigmaRegularExpressionError):
        return Refused("regex: invalid", told, near)
    if isinstance(error, SigmaTypeError):
        cidr = told.startswith("Invalid CIDR")
        return Refused("cidr: invalid" if cidr else "value: type", told, near)
    return Refused("value: invalid" if isinstance(error, SigmaValueError) else "detection: invalid", told, near)


def _logsource(document: Mapping[str, object]) -> LogSource:
    written = document.get("logsource")
    if not isinstance(written, dict):
        raise Refused("logsource: missing", "give the rule a logsource: product, category or service")
    values = {key: written.get(key) for key in ("product", "category", "service")}
    wrong = [key for key, value in values.items() if value is not None and not isinstance(value, str)]
    if wrong:
        raise Refused("logsource: type", f"write the {wrong[0]} as text", wrong[0])
    if not any(values.values()):
        raise Refused("logsource: missing", "a logsource needs a product, a category or a service", "logsource")
    return LogSource(**{key: str(value or "").strip().lower() for key, value in values.items()})


def _detection(detection: SigmaDetection) -> Node:
    parts = [
        _detection(item) if isinstance(item, SigmaDetection) else _item(item) for item in detection.detection_items
    ]
    return all_of(parts) if detection.item_linking is ConditionAND else any_of(parts)


def _item(item: SigmaDetectionItem) -> Node:
    field = item.field or ""
    parts = [_value(field, value) for value in item.value]
    node = all_of(parts) if item.value_linking is ConditionAND else any_of(parts)
    return not_of(node) if item.negated else node


def _value(field: str, value: sigma_types.SigmaType) -> Node:
    match value:
        case sigma_types.SigmaExpansion():
            return any_of(_value(field, single) for single in value.values)
        case sigma_types.SigmaString():
            return text_node(field, _pattern(value), cased=isinstance(value, sigma_types.SigmaCasedString))
        case sigma_types.SigmaTimestampPart():
            return Leaf(_named(field), Match(value.timestamp_part.name.lower()), str(value.number))
        case sigma_types.SigmaNumber():
            return text_node(field, (_number(value),))
        case sigma_types.SigmaBool():
            return text_node(field, ("true" if value.boolean else "false",))
        case sigma_types.SigmaNull():
            return not_of(Leaf(_named(field), Match.EXISTS))
        case sigma_types.SigmaExists():
            present = Leaf(_named(field), Match.EXISTS)
            return present if value.exists else not_of(present)
        case sigma_types.SigmaRegularExpression():
            flags = "".join(sorted(_FLAGS[flag] for flag in value.flags))
            _refuse_placeholders(value.regexp)
            return regex_node(field, str(value.regexp), flags)
        case sigma_types.SigmaCIDRExpression():
            return Leaf(_named(field), Match.CIDR, str(value.network))
        case sigma_types.SigmaCompareExpression():
            return _comparison(_named(field), value)
        case sigma_types.SigmaFieldReference():
            return _reference(_named(field), value)
    raise Refused("value: unsupported", f"{field}: pySigma made a {type(value).__name__} of it, which needs a query")


def _named(field: str) -> str:
    if not field:
        raise Refused("keyword: modifier", "null, exists, cidr, comparisons and field references need a field name")
    return field


def _pattern(value: sigma_types.SigmaString) -> Sequence[str | Wild]:
    _refuse_placeholders(value)
    return [
        part if isinstance(part, str) else _WILD[part]
        for part in value.s
        if not isinstance(part, sigma_types.Placeholder)
    ]


def _refuse_placeholders(value: sigma_types.SigmaString) -> None:
    for part in value.s:
        if isinstance(part, sigma_types.Placeholder):
            raise Refused(
                "placeholder without value",
                f"give %{part.name}% a value: a line '{part.name}: [...]' in a placeholder file",
                f"%{part.name}%",
            )


def _number(value: sigma_types.SigmaNumber) -> str:
    """As JSON has it, never in exponent notation that a decimal reader may not know."""
    text = repr(value.number)
    return f"{value.number:f}".rstrip("0").rstrip(".") if "e" in text else text


def _comparison(field: str, value: sigma_types.SigmaCompareExpression) -> Node:
    if isinstance(value.number, sigma_types.SigmaTimestampPart):
        part = Match(value.number.timestamp_part.name.lower())
        return compared_time_part(field, part, value.op.name.lower(), int(value.number.number))
    return Leaf(field, _ORDER[value.op], _number(value.number))


def _reference(field: str, value: sigma_types.SigmaFieldReference) -> Node:
    match = {
        (False, False): Match.EQUALS_FIELD,
        (True, True): Match.CONTAINS_FIELD,
        (True, False): Match.STARTSWITH_FIELD,
        (False, True): Match.ENDSWITH_FIELD,
    }[value.starts_with, value.ends_with]
    return Leaf(field, match, value.field)
