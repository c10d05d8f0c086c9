"""The detection section as written: checked key by key, so that a mistake is told with its place and its remedy.

What comes out has the same shape and goes to pySigma. Two spellings of the specification that pySigma does not have are
written in its terms: ``utf16le`` is ``wide``, and ``re|startswith`` or ``re|endswith`` is an anchored pattern.
"""

from collections.abc import Iterator

from hodoscope.soc.sigma.load.limits import MOST_LEAVES, MOST_NESTING, MOST_PATTERN_LENGTH, too_deep, too_many
from hodoscope.soc.sigma.load.refusal import Refused, did_you_mean

Plain = object
"""What YAML has: text, numbers, booleans, None, lists and mappings."""

MODIFIERS = frozenset((
    "all", "base64", "base64offset", "cased", "cidr", "contains", "day", "dotall", "endswith", "exists", "expand",
    "fieldref", "gt", "gte", "hour", "i", "ignorecase", "lt", "lte", "m", "minute", "month", "multiline", "neq",
    "re", "s", "startswith", "utf16", "utf16be", "utf16le", "week", "wide", "windash", "year",
))  # fmt: skip
_SPELLED = {"utf16le": "wide"}
_ANCHORED = {"startswith": r"\A(?:{})", "endswith": r"(?:{})\z", "contains": "{}"}
_OF_TEXT = frozenset(
    ("re", "contains", "startswith", "endswith", "cidr", "base64", "base64offset", "windash", "fieldref")
)
_OF_NUMBERS = frozenset(("lt", "lte", "gt", "gte", "minute", "hour", "day", "week", "month", "year"))
_ENCODINGS = frozenset(("base64", "base64offset", "fieldref"))
"""With these pySigma would take the placeholder's name for the value."""
_EXPANSION = {"base64offset": 3, "windash": 125}
"""Most values that one becomes (three dashes in five spellings)."""


def checked(detection: object, *, leave: tuple[str, ...] = ("condition",)) -> dict[str, Plain]:
    """Name → definition of a detection section, without the keys to leave out. Refused for what is no Sigma 2."""
    if not isinstance(detection, dict):
        raise Refused("detection: missing", "a rule needs a detection section: a mapping of selections and a condition")
    if "timeframe" in detection:
        raise Refused(
            "deprecated: timeframe", "write a correlation document with a timespan instead of timeframe", "timeframe"
        )
    found: dict[str, Plain] = {}
    for name, definition in detection.items():
        if not isinstance(name, str):
            raise Refused("detection: name", f"write the selection name {name!r} in quotes", str(name))
        if name not in leave:
            found[name] = _definition(definition, name, 1)
    if not found:
        raise Refused("detection: empty", "the detection section has no selection besides the condition")
    leaves = sum(_count(definition) for definition in found.values())
    if leaves > MOST_LEAVES:
        raise too_many(leaves)
    return found


def conditions(detection: object) -> tuple[str, ...]:
    """The condition or conditions of a detection section; any of several suffices."""
    condition = detection.get("condition") if isinstance(detection, dict) else None
    listed = condition if isinstance(condition, list) else [condition]
    texts = tuple(text for text in listed if isinstance(text, str) and text.strip())
    if not texts or len(texts) != len(listed):
        raise Refused("condition: missing", "a detection needs a condition: text, or a list of texts", "condition")
    return texts


def _definition(definition: Plain, name: str, depth: int) -> Plain:
    if depth > MOST_NESTING:
        raise too_deep()
    if isinstance(definition, dict):
        if not definition:
            raise Refused("detection: empty", f"the selection {name!r} is empty; remove it or give it a field", name)
        items = [_item(key, value) for key, value in definition.items()]
        written = dict(items)
        if len(written) < len(items):
            raise Refused("detection: same key twice", f"two keys of {name!r} mean the same; use two selections", name)
        return written
    if isinstance(definition, list):
        if not definition:
            raise Refused("detection: empty", f"the selection {name!r} is an empty list", name)
        return [_definition(part, name, depth + 1) for part in definition]
    return _scalar(definition, name)


def _item(key: object, value: Plain) -> tuple[str, Plain]:
    if not isinstance(key, str):
        raise Refused("field: not text", f"write the field name {key!r} in quotes", str(key))
    field, *modifiers = key.split("|")
    for modifier in modifiers:
        if modifier not in MODIFIERS:
            raise Refused(
                "modifier: unknown",
                f"Sigma has no modifier {modifier!r} ({key}).{did_you_mean(modifier, MODIFIERS)}",
                key,
            )
    if "expand" in modifiers and (encoding := _ENCODINGS.intersection(modifiers)):
        raise Refused("placeholder: encoded", f"{key}: {min(encoding)} cannot be applied to a placeholder", key)
    values = value if isinstance(value, list) else [value]
    if not values:
        raise Refused("value: empty list", f"{key} has no value; remove it, or write null for 'no value'", key)
    values = [_scalar(single, key) for single in values]
    _check_types(key, values, modifiers)
    if "re" in modifiers:
        values, modifiers = _regex(key, values, modifiers)
    written = "|".join((field, *(_SPELLED.get(modifier, modifier) for modifier in modifiers)))
    return written, values if isinstance(value, list) else values[0]


def _check_types(key: str, values: list[Plain], modifiers: list[str]) -> None:
    """What pySigma would say less helpfully, or (a number for a pattern) not at all."""
    for value in values:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not isinstance(value, str) and _OF_TEXT.intersection(modifiers):
            raise Refused(
                "value: type", f"{key}: {min(_OF_TEXT.intersection(modifiers))} takes text; quote {value!r}", key
            )
        if not number and _OF_NUMBERS.intersection(modifiers):
            told = f"{min(_OF_NUMBERS.intersection(modifiers))} takes a number, without quotes"
            raise Refused("value: type", f"{key}: {told}", key)
        if not isinstance(value, bool) and "exists" in modifiers:
            raise Refused("value: type", f"{key}: exists takes true or false", key)


def _regex(key: str, values: list[Plain], modifiers: list[str]) -> tuple[list[Plain], list[str]]:
    patterns = []
    for value in values:
        if len(str(value)) > MOST_PATTERN_LENGTH:
            raise Refused("limit: regex length", f"{key}: at most {MOST_PATTERN_LENGTH:,} characters", key)
        for modifier in modifiers:
            value = _ANCHORED.get(modifier, "{}").replace("{}", str(value))
        patterns.append(value)
    return list(patterns), [modifier for modifier in modifiers if modifier not in _ANCHORED]


def _scalar(value: Plain, near: str) -> Plain:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, dict | list):
        raise Refused("value: type", f"{near}: a value is text, a number, true, false or null, not a nested part", near)
    raise Refused("value: type", f"{near}: YAML read {value} as {type(value).__name__}; write it in quotes", near)


def _count(definition: Plain) -> int:
    return sum(_counts(definition))


def _counts(definition: Plain) -> Iterator[int]:
    if isinstance(definition, dict):
        for key, value in definition.items():
            factor = 1
            for modifier in str(key).split("|")[1:]:
                factor *= _EXPANSION.get(modifier, 1)
            values = value if isinstance(value, list) else [value]
            # windash makes 5 of one dash: the bound of 125 counts only for values that have three
            yield sum(min(factor, 5 ** _dashes(single) * 3) if factor > 1 else 1 for single in values)
    elif isinstance(definition, list):
        for part in definition:
            yield from _counts(part)
    else:
        yield 1


def _dashes(value: Plain) -> int:
    return min(3, str(value).count("-") + str(value).count("/"))
