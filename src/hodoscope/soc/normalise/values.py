"""Python values of vendor fields → Arrow arrays, verbatim and without ever raising on odd data."""

import json
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.normalise.interface import Kind

TOO_DEEP = "(nested too deeply to show; see the raw event)"
_INT64 = range(-(2**63), 2**63)
_TRUE = frozenset(("true", "t", "yes", "y", "1"))
_TEXT_OR_NONE = frozenset((str, type(None)))
_INT_OR_NONE = frozenset((int, type(None)))
_BOOL_OR_NONE = frozenset((bool, type(None)))
_FALSE = frozenset(("false", "f", "no", "n", "0"))


def text_of(value: object) -> str:
    """A value as verbatim text: booleans ``true``/``false``, numbers as :func:`number_text`, nested values as JSON."""
    if type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is float:
        return number_text(value)
    if isinstance(value, int):
        return str(value)
    try:
        return orjson.dumps(value, default=str).decode()
    except TypeError:  # an integer beyond 64 bits, or nested deeper than orjson writes (it reads more)
        pass
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    except RecursionError:
        return TOO_DEEP


def number_text(value: float) -> str:
    """The shortest decimal spelling of a number, as JavaScript has it but for the plus sign: ``1.50`` is 1.5, ``1.0``
    is 1, ``1e3`` is 1000, ``1e21`` stays. Empty for what JSON cannot hold (an overflow, NaN)."""
    text = orjson.dumps(value).decode()
    if text.endswith(".0"):
        return "0" if text == "-0.0" else text[:-2]
    if "e" not in text:
        return "" if text == "null" else text
    return f"{Decimal(text):f}" if 1e-6 <= abs(value) < 1e21 else text.replace("e+", "e")


def texts_of(values: Iterable[object]) -> list[str | None]:
    """:func:`text_of` of each value, None for None; the two usual types without a call."""
    return [
        value if type(value) is str or value is None else str(value) if type(value) is int else text_of(value)
        for value in values
    ]


def array_of(values: Sequence[object], kind: Kind) -> pa.Array:
    """Array of the asked kind; what cannot be converted becomes null (the raw event still holds it)."""
    if kind == "text":
        return _text_array(values)
    if kind == "int":
        return _int_array(values)
    if kind == "float":
        return _float_array(values)
    if kind == "bool":
        return pa.array([bool_of(value) for value in values], pa.bool_())
    return pa.array([list_of(value) for value in values], pa.list_(pa.string()))


def array_of_texts(texts: pa.Array, kind: Kind) -> pa.Array:
    """:func:`array_of` of a text array: the values that the texts stand for."""
    if kind in ("int", "float"):
        numbers = _cast(texts, pa.int64() if kind == "int" else pa.float64())
        if numbers is not None:
            return numbers
    encoded = pc.dictionary_encode(texts)
    return array_of(encoded.dictionary.to_pylist(), kind).take(encoded.indices)


def _cast(texts: pa.Array, kind: pa.DataType) -> pa.Array | None:
    """Plain numbers, read by Arrow; None where Python's reading differs: hexadecimal, blanks, infinities, overflow."""
    if pc.any(pc.match_substring(texts, "x", ignore_case=True)).as_py():
        return None
    try:
        numbers = pc.cast(texts, kind)
    except pa.ArrowInvalid:
        return None
    return None if kind == pa.float64() and pc.all(pc.is_finite(numbers)).as_py() is False else numbers


def _text_array(values: Sequence[object]) -> pa.Array:
    kinds = set(map(type, values))
    try:
        if kinds <= _TEXT_OR_NONE:
            return pa.array(values, pa.string())
        if kinds <= _INT_OR_NONE:
            return pa.array(values, pa.int64()).cast(pa.string())
        if kinds <= _BOOL_OR_NONE:
            return pa.array(values, pa.bool_()).cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        pass
    return pa.array(texts_of(values), pa.string())


def _float_array(values: Sequence[object]) -> pa.Array:
    first = next((value for value in values if value is not None), None)
    if type(first) is float or type(first) is int:
        try:
            numbers = pa.array(values, pa.float64())
            if pc.all(pc.is_finite(numbers)).as_py() is not False:
                return numbers
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            pass
    return pa.array([float_of(value) for value in values], pa.float64())


def _int_array(values: Sequence[object]) -> pa.Array:
    first = next((value for value in values if value is not None), None)
    try:
        if type(first) is str:
            text = pc.dictionary_encode(pa.array(values, pa.string()))
            distinct = pa.array([int_of(value) for value in text.dictionary.to_pylist()], pa.int64())
            return distinct.take(text.indices)
        return pa.array(values, pa.int64())
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([int_of(value) for value in values], pa.int64())


def int_of(value: object) -> int | None:
    """Integer of a number or of decimal or ``0x`` text; None when it is none or leaves 64 bits."""
    if value is None or type(value) is bool:
        return None
    try:
        if isinstance(value, str):
            text = value.strip()
            number = int(text, 16) if text[:2].lower() == "0x" else int(text)
        elif isinstance(value, (int, float)):
            number = int(value)
        else:
            return None
    except (ValueError, OverflowError):
        return _int_of_float_text(value)
    return number if number in _INT64 else None


def _int_of_float_text(value: object) -> int | None:
    number = float_of(value)
    return int(number) if number is not None and abs(number) < 2**63 else None


def float_of(value: object) -> float | None:
    """Finite float of a number or text, else None."""
    if value is None or type(value) is bool or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def bool_of(value: object) -> bool | None:
    """Boolean of a boolean or of the usual words, else None."""
    if type(value) is bool:
        return value
    word = str(value).strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def list_of(value: object) -> list[str] | None:
    """A list's elements as text; a single value is a list of one; None stays None."""
    if value is None or value == "":
        return None
    if isinstance(value, list):
        return [text_of(item) for item in value if item is not None]
    return [text_of(value)]
