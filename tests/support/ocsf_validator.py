"""Validates OCSF events offline against the released schema: names, types, enums, required attributes, uids."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Literal, NamedTuple

from tests.support.ocsf_schema import Attribute, Json, OcsfSchema, Shape

Kind = Literal[
    "unknown class", "unknown attribute", "missing", "wrong type", "not in enum", "uid", "profile", "constraint"
]


class Problem(NamedTuple):
    """One deviation; ``path`` begins with ``$``."""

    path: str
    kind: Kind
    message: str


def validate(schema: OcsfSchema, event: Json) -> list[Problem]:
    """Every deviation of ``event`` from the schema; an empty list means valid.

    Attributes of a profile count only when ``metadata.profiles`` names it.
    """
    uid = event.get("class_uid")
    shape = schema.classes.get(uid) if isinstance(uid, int) else None
    if shape is None:
        return [Problem("$.class_uid", "unknown class", f"no class {uid!r} in the schema")]
    named = event.get("metadata", {}).get("profiles") or []
    problems = [
        Problem("$.metadata.profiles", "profile", f"no profile {p!r}") for p in named if p not in _known(schema)
    ]
    problems += _uids(shape, event)
    problems += _Check(schema, frozenset(str(p).rpartition("/")[2] for p in named)).shape("$", shape, event)
    return problems


def _known(schema: OcsfSchema) -> set[str]:
    return schema.profiles | {f"{system}/{system}_users" for system in ("linux", "macos")}


def _uids(shape: Shape, event: Json) -> Iterator[Problem]:
    if event.get("category_uid", shape.category_uid) != shape.category_uid:
        yield Problem("$.category_uid", "uid", f"class {shape.name} is in category {shape.category_uid}")
    expected = (shape.uid or 0) * 100 + int(event.get("activity_id") or 0)
    if "type_uid" in event and event["type_uid"] != expected:
        yield Problem(
            "$.type_uid", "uid", f"{event['type_uid']!r} should be class_uid * 100 + activity_id = {expected}"
        )


class _Check:
    def __init__(self, schema: OcsfSchema, profiles: frozenset[str]) -> None:
        self.schema, self.profiles = schema, profiles

    def shape(self, path: str, shape: Shape, value: Json) -> Iterator[Problem]:
        if shape.name == "object":  # the generic object holds anything
            return
        for name, attribute in shape.attributes.items():
            if attribute.required and self._active(attribute) and name not in value:
                yield Problem(f"{path}.{name}", "missing", f"{shape.name} requires {name}")
        for name, item in value.items():
            known = shape.attributes.get(name)
            if known is None:
                near = get_close_matches(name, shape.attributes, 1)
                hint = f"; did you mean {near[0]}?" if near else ""
                yield Problem(f"{path}.{name}", "unknown attribute", f"{shape.name} has no {name}{hint}")
            elif not self._active(known):
                yield Problem(f"{path}.{name}", "profile", f"{name} needs profile {known.profile} in metadata.profiles")
            else:
                yield from self._value(f"{path}.{name}", known, item)
        if shape.at_least_one and not any(name in value for name in shape.at_least_one):
            yield Problem(path, "constraint", f"{shape.name} needs at least one of {', '.join(shape.at_least_one)}")
        if shape.just_one and sum(name in value for name in shape.just_one) != 1:
            yield Problem(path, "constraint", f"{shape.name} needs exactly one of {', '.join(shape.just_one)}")

    def _active(self, attribute: Attribute) -> bool:
        return attribute.profile is None or attribute.profile.rpartition("/")[2] in self.profiles

    def _value(self, path: str, attribute: Attribute, value: object) -> Iterator[Problem]:
        if not attribute.is_array:
            yield from self._item(path, attribute, value)
        elif not isinstance(value, list):
            yield Problem(path, "wrong type", f"{type(value).__name__} where an array of {attribute.type} belongs")
        else:
            for index, item in enumerate(value):
                yield from self._item(f"{path}[{index}]", attribute, item)

    def _item(self, path: str, attribute: Attribute, value: object) -> Iterator[Problem]:
        nested = self.schema.objects.get(attribute.type)
        if nested is not None:
            if isinstance(value, dict):
                yield from self.shape(path, nested, value)
            else:
                yield Problem(path, "wrong type", f"{type(value).__name__} where object {attribute.type} belongs")
        elif wrong := self._scalar_problem(attribute.type, value):
            yield Problem(path, "wrong type", wrong)
        elif attribute.enum and str(value) not in attribute.enum:
            allowed = ", ".join(f"{key} {caption}" for key, caption in attribute.enum.items())
            yield Problem(path, "not in enum", f"{value!r} is none of: {allowed}")

    def _scalar_problem(self, type_name: str, value: object) -> str:
        """Why ``value`` is not of this data type; empty when it is."""
        definition = self.schema.types[type_name]
        primitive = definition.get("type", type_name)
        if not _is_primitive(primitive, value):
            return f"{type(value).__name__} {value!r} where {type_name} belongs"
        if isinstance(value, str):
            if "regex" in definition and not re.search(definition["regex"], value):
                return f"{value!r} does not look like {type_name}"
            if len(value) > definition.get("max_len", len(value)):
                return f"text of {len(value)} characters, {type_name} holds {definition['max_len']}"
        if "range" in definition and isinstance(value, int):
            low, high = definition["range"]
            return "" if low <= value <= high else f"{value} is outside {low}..{high}"
        return ""


def _is_primitive(primitive: str, value: object) -> bool:
    match primitive:
        case "json_t":
            return True
        case "boolean_t":
            return isinstance(value, bool)
        case "integer_t" | "long_t" | "timestamp_t":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float_t":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "string_t":
            return isinstance(value, str)
    raise ValueError(f"the schema has a primitive type this validator does not know: {primitive}")
