"""Parameter values an operator overrides: plain numbers, or text with a unit, converted to the parameter's own."""

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from hodoscope.errors import InputError
from hodoscope.soc.detectors.interface import Parameter

SECONDS_PER = {
    "ms": 0.001, "s": 1, "second": 1, "seconds": 1, "min": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hour": 3600, "hours": 3600, "d": 86400, "day": 86400, "days": 86400,
}  # fmt: skip
BYTES_PER = {"B": 1, "bytes": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_QUANTITY = re.compile(r"\s*([-+]?[0-9.]+(?:[eE][-+]?\d+)?)\s*([^\W\d].*?|%)?\s*\Z")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A clause naming the closest known name, else all of them."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(names)}"


def quantity(value: object, parameter: Parameter, where: str) -> float:
    """``600``, ``"600"``, ``"10 min"`` or ``"600 s"`` in the parameter's unit; else ``InputError`` naming ``where``."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    match = _QUANTITY.match(value) if isinstance(value, str) else None
    if match is None:
        raise InputError(f"{where}: {value!r} is not a number with an optional unit; write for example 20 or '10 min'")
    try:
        number, unit = float(match[1]), match[2]
    except ValueError:
        raise InputError(f"{where}: {match[1]!r} is not a number; write for example 20 or 0.5") from None
    if unit is None or unit == parameter.unit:
        return number
    for scale in (SECONDS_PER, BYTES_PER):
        if unit in scale and parameter.unit in scale:
            return number * scale[unit] / scale[parameter.unit]
    raise InputError(f"{where}: unit {unit!r} does not fit; the unit is {parameter.unit!r}")


def overridden(name: str, defaults: Mapping[str, Parameter], values: Mapping[str, object]) -> dict[str, Parameter]:
    """Defaults with the operator's values; ``InputError`` for an unknown parameter or a value that does not fit."""
    result = dict(defaults)
    for key, value in values.items():
        if key not in defaults:
            raise InputError(f"detectors.{name}: unknown parameter {key!r}; {did_you_mean(key, defaults)}")
        changed = quantity(value, defaults[key], f"detectors.{name}.{key}")
        if not 0 <= changed < math.inf:
            raise InputError(f"detectors.{name}.{key}: {value!r} must be a finite number of 0 or more")
        if changed != defaults[key].value:
            result[key] = replace(defaults[key], value=changed, source="operator's configuration")
    return result
