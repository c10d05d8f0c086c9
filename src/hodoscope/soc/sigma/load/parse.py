"""Detections through pySigma: modifiers, values and processing pipelines, turned into our conditions.

The only file that imports pySigma. pySigma's own condition parser and metadata checks are not used (``condition.py``,
``metadata.py``); its regular expressions are not compiled by it but by RE2 in :mod:`hodoscope.soc.sigma.patterns`.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from decimal import Decimal
from itertools import product
from math import prod
from typing import NamedTuple

from sigma import types as sigma_types
from sigma.conditions import ConditionAND
from sigma.exceptions import (
    SigmaError,
    SigmaModifiedError,
    SigmaRegularExpressionError,
    SigmaTransformationError,
    SigmaTypeError,
    SigmaValueError,
)
from sigma.policy import SigmaPolicy
from sigma.policy.regex_engine import RegexEngine, RegexPattern
from sigma.processing.pipeline import ProcessingPipeline
from sigma.rule import SigmaDetection, SigmaDetectionItem, SigmaRule

from hodoscope.errors import InputError
from hodoscope.soc.normalise.values import text_of
from hodoscope.soc.sigma.load import definition as definitions
from hodoscope.soc.sigma.load.combine import all_of, any_of, not_of
from hodoscope.soc.sigma.load.condition import parse_condition
from hodoscope.soc.sigma.load.limits import MOST_LEAVES, check_size, too_many
from hodoscope.soc.sigma.load.logsource import read_logsource
from hodoscope.soc.sigma.load.refusal import Refused
from hodoscope.soc.sigma.load.regex_value import regex_node
from hodoscope.soc.sigma.load.text_value import Wild, text_node
from hodoscope.soc.sigma.load.time_value import compared_time_part
from hodoscope.soc.sigma.rule import Leaf, LogSource, Match, Node, leaves

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
_REFERENCE = {  # (starts with, ends with); pySigma sets both for "contains"
    (False, False): Match.EQUALS_FIELD,
    (True, True): Match.CONTAINS_FIELD,
    (True, False): Match.STARTSWITH_FIELD,
    (False, True): Match.ENDSWITH_FIELD,
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


_Parts = list[str | sigma_types.SpecialChars]
"""A pySigma text without placeholders."""


class Parsed(NamedTuple):
    """A rule's log source and condition, pipelines applied."""

    logsource: LogSource
    condition: Node


class Translator:
    """Detections to conditions, through processing pipelines and with values for placeholders."""

    def __init__(
        self, pipelines: Sequence[Mapping[str, object]] = (), placeholders: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        """InputError when pySigma cannot build a pipeline."""
        self._placeholders: dict[str, list[_Parts]] = {
            name: [_literal_or_wild(value) for value in values] for name, values in (placeholders or {}).items()
        }
        try:
            built = [ProcessingPipeline.from_dict(deepcopy(dict(pipeline))) for pipeline in pipelines]
        except (SigmaError, TypeError, ValueError, LookupError, AttributeError) as error:
            raise InputError(f"a processing pipeline cannot be used: {error}; correct its transformation") from error
        self.pipeline = sum(built[1:], built[0]) if built else None

    def rule(self, document: Mapping[str, object]) -> Parsed:
        """A rule document. Refused when it is no rule for us."""
        written = document.get("detection")
        return self._parsed(document, definitions.checked(written), definitions.conditions(written))

    def filter(self, document: Mapping[str, object], target: Mapping[str, object]) -> Node:
        """A filter's condition as it applies to a target rule (pipelines may look at that rule)."""
        written = document.get("filter")
        found = definitions.checked(written, leave=("condition", "rules"))
        return self._parsed(target, found, definitions.conditions(written)).condition

    def field(self, name: str, document: Mapping[str, object]) -> str:
        """What the pipelines make of a field name in the events of a rule."""
        if self.pipeline is None:
            return name
        node = self._parsed(document, {"probe": {name: "probe"}}, ("probe",)).condition
        fields = sorted({leaf.field for leaf in leaves(node) if leaf.value == "probe"})
        if len(fields) != 1:
            raise Refused(
                "pipeline: field", f"the pipelines make {fields or 'nothing'} of {name!r}, not one field", name
            )
        return fields[0]

    def _parsed(self, document: Mapping[str, object], found: Mapping[str, object], texts: Sequence[str]) -> Parsed:
        source = read_logsource(document)
        if self.pipeline is None:
            detections = {name: _built(name, definition) for name, definition in found.items()}
        else:
            rule = _processed(self.pipeline, document, found, texts)
            detections = rule.detection.detections
            texts = [condition.condition for condition in rule.detection.parsed_condition]
            found_source = rule.logsource
            source = LogSource(found_source.product or "", found_source.category or "", found_source.service or "")
        parts = {name: self._detection(detection) for name, detection in detections.items()}
        nodes = [node for text in texts if (node := parse_condition(text, parts)) is not None]
        if not nodes:
            raise Refused("pipeline: nothing left", "the pipelines dropped the whole condition; exempt this rule")
        return Parsed(source, check_size(any_of(nodes)))

    def _detection(self, detection: SigmaDetection) -> Node | None:
        """None when pipelines dropped everything in it."""
        items = [
            self._detection(item) if isinstance(item, SigmaDetection) else self._item(item)
            for item in detection.detection_items
        ]
        parts = [node for node in items if node is not None]
        if not parts:
            return None
        return all_of(parts) if detection.item_linking is ConditionAND else any_of(parts)

    def _item(self, item: SigmaDetectionItem) -> Node:
        field = item.field or ""
        parts = [self.value(field, value) for value in item.value]
        node = all_of(parts) if item.value_linking is ConditionAND else any_of(parts)
        return not_of(node) if item.negated else node

    def value(self, field: str, value: sigma_types.SigmaType) -> Node:
        """One value of a field ("": a keyword), its modifiers applied by pySigma."""
        match value:
            case sigma_types.SigmaExpansion():
                return any_of(self.value(field, single) for single in value.values)
            case sigma_types.SigmaString():
                cased = isinstance(value, sigma_types.SigmaCasedString)
                return any_of(text_node(field, _pattern(parts), cased=cased) for parts in self._filled(value))
            case sigma_types.SigmaRegularExpression():
                flags = "".join(sorted(_FLAGS[flag] for flag in value.flags))
                return any_of(regex_node(field, _regex(parts), flags) for parts in self._filled(value.regexp))
        return _plain_value(field, value)

    def _filled(self, value: sigma_types.SigmaString) -> list[_Parts]:
        """The value with every combination of its placeholders' values."""
        names = [part.name for part in value.s if isinstance(part, sigma_types.Placeholder)]
        if not names:
            return [[part for part in value.s if not isinstance(part, sigma_types.Placeholder)]]
        for name in names:
            if name not in self._placeholders:
                line = f"a line '{name}: [...]' in a placeholder file"
                raise Refused("placeholder without value", f"give %{name}% a value: {line}", f"%{name}%")
        count = prod(len(self._placeholders[name]) for name in names)
        if count > MOST_LEAVES:
            raise too_many(count)
        choices: list[list[_Parts]] = [
            self._placeholders[part.name] if isinstance(part, sigma_types.Placeholder) else [[part]] for part in value.s
        ]
        return [[part for choice in combination for part in choice] for combination in product(*choices)]


def _literal_or_wild(text: str) -> _Parts:
    return [part for part in sigma_types.SigmaString(text).s if not isinstance(part, sigma_types.Placeholder)]


def _built(name: str, definition: object) -> SigmaDetection:
    try:
        return SigmaDetection.from_definition(definition, policy=_POLICY)  # type: ignore[arg-type]  # checked before
    except SigmaError as error:
        raise _refusal(error, name) from error


def _processed(
    pipeline: ProcessingPipeline, document: Mapping[str, object], found: Mapping[str, object], texts: Sequence[str]
) -> SigmaRule:
    whole = {**document, "detection": {**found, "condition": list(texts)}}
    try:
        rule = SigmaRule.from_dict(whole, collect_errors=True, policy=_POLICY)
        if not rule.detection.detections:
            raise rule.errors[-1]
        pipeline.apply(rule)
    except SigmaError as error:
        raise _refusal(error, "detection") from error
    return rule


def _refusal(error: SigmaError, near: str) -> Refused:
    told = str(error).splitlines()[0]
    if isinstance(error, SigmaModifiedError):
        return Refused("limit: windash", told, near)
    if isinstance(error, SigmaRegularExpressionError):
        return Refused("regex: invalid", told, near)
    if isinstance(error, SigmaTransformationError):
        return Refused("pipeline: refused", told, near)
    if isinstance(error, SigmaTypeError):
        return Refused("cidr: invalid" if told.startswith("Invalid CIDR") else "value: type", told, near)
    return Refused("value: invalid" if isinstance(error, SigmaValueError) else "detection: invalid", told, near)


def _pattern(parts: _Parts) -> list[str | Wild]:
    return [part if isinstance(part, str) else _WILD[part] for part in parts]


def _regex(parts: _Parts) -> str:
    """pySigma takes a pattern's ``*`` and ``?`` for wildcards, which come out as they went in."""
    return "".join(part if isinstance(part, str) else _WILD[part].value for part in parts)


def _plain_value(field: str, value: sigma_types.SigmaType) -> Node:
    match value:
        case sigma_types.SigmaTimestampPart():
            return Leaf(_named(field), Match(value.timestamp_part.name.lower()), str(value.number))
        case sigma_types.SigmaNumber():
            return text_node(field, (text_of(value.number),))
        case sigma_types.SigmaBool():
            return text_node(field, ("true" if value.boolean else "false",))
        case sigma_types.SigmaNull():
            return not_of(Leaf(_named(field), Match.EXISTS))
        case sigma_types.SigmaExists():
            present = Leaf(_named(field), Match.EXISTS)
            return present if value.exists else not_of(present)
        case sigma_types.SigmaCIDRExpression():
            return Leaf(_named(field), Match.CIDR, str(value.network))
        case sigma_types.SigmaCompareExpression():
            return _comparison(_named(field), value)
        case sigma_types.SigmaFieldReference():
            return Leaf(_named(field), _REFERENCE[value.starts_with, value.ends_with], value.field)
    raise Refused("value: unsupported", f"{field}: pySigma made a {type(value).__name__} of it, which needs a query")


def _named(field: str) -> str:
    if not field:
        raise Refused("keyword: modifier", "null, exists, cidr, comparisons and field references need a field name")
    return field


def _number(value: sigma_types.SigmaNumber) -> str:
    """Never in exponent notation, which a decimal reader may not know."""
    text = repr(value.number)
    return f"{Decimal(text):f}" if "e" in text else text


def _comparison(field: str, value: sigma_types.SigmaCompareExpression) -> Node:
    if isinstance(value.number, sigma_types.SigmaTimestampPart):
        part = Match(value.number.timestamp_part.name.lower())
        return compared_time_part(field, part, value.op.name.lower(), int(value.number.number))
    return Leaf(field, _ORDER[value.op], _number(value.number))
