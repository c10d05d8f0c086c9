"""Turns a TOML table into a frozen record, naming every key that is missing, unknown or of another type."""

import math
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from hodoscope.errors import InputError

Record = TypeVar("Record")


def read_table(record: type[Record], table: Mapping[str, object], where: str) -> Record:
    """A ``record`` (a dataclass of str, bool, int, float and mappings to float) from ``table``.

    An int serves for a float. ``InputError`` begins with ``where``.
    """
    known: dict[str, Any] = {one.name: one for one in fields(record)}  # type: ignore[arg-type]  # callers give dataclasses
    needed = {name for name, one in known.items() if one.default is MISSING and one.default_factory is MISSING}
    missing, unknown = sorted(needed - table.keys()), sorted(table.keys() - known.keys())
    if missing or unknown:
        raise InputError(f"{where}: missing {missing}, unknown {unknown}; it has {', '.join(known)}")
    for key, value in table.items():
        if not _fits(value, known[key].type):
            raise InputError(f"{where}.{key}: {value!r} is not {_named(known[key].type)}")
    return record(**table)


def _fits(value: object, kind: object) -> bool:
    if kind is str or kind is bool:
        return isinstance(value, kind)
    if kind is int or kind is float:
        numeric = isinstance(value, int) or (kind is float and isinstance(value, float) and math.isfinite(value))
        return numeric and not isinstance(value, bool)
    return isinstance(value, Mapping) and all(_fits(one, float) for one in value.values())


def _named(kind: object) -> str:
    names: dict[object, str] = {str: "text", bool: "true or false", int: "a whole number", float: "a finite number"}
    return names.get(kind, "a table of finite numbers")
