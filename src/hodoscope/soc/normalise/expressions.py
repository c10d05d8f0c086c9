"""Value expressions of mapping files: where a column's value comes from.

``path`` · ``[path, path]`` first that is present · ``{from: …, apply: […], table: {…}, otherwise: …, default: …}``
(``otherwise`` for a value the table lacks, ``default`` for no value) · ``{const: v}`` ·
``{join: [..], sep: " "}`` null when any part is absent · ``{regex: 'x(?P<value>..)', from: path}`` ·
``{from: …, split: ';'}`` (a pattern) for list columns: the non-empty parts except ``-`` ·
``{from: path, scale: 1000}`` a number times a constant (seconds to milliseconds).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.errors import MappingError
from hodoscope.soc.normalise.capture import Capture, capture
from hodoscope.soc.normalise.interface import Kind, Readable
from hodoscope.soc.normalise.paths import parse_path
from hodoscope.soc.normalise.transforms import TRANSFORMS, Transform
from hodoscope.soc.normalise.values import array_of, text_of


class Expression(Protocol):
    """Something that gives one value per record."""

    def evaluate(self, fields: Readable, kind: Kind) -> pa.Array:
        """Array of ``kind``, null where there is no value."""

    def paths(self) -> frozenset[str]:
        """Vendor paths it reads."""


@dataclass(frozen=True, slots=True)
class Path:
    """The verbatim value at a path; empty text counts as absent."""

    path: str

    def evaluate(self, fields: Readable, kind: Kind) -> pa.Array:
        return fields.get(self.path, kind)

    def paths(self) -> frozenset[str]:
        return frozenset((self.path,))


@dataclass(frozen=True, slots=True)
class Const:
    """The same value for every record."""

    value: object

    def evaluate(self, fields: Readable, kind: Kind) -> pa.Array:
        count = len(fields)
        once = array_of([self.value], kind)
        if kind == "list" and once.null_count == 0:  # pa.repeat copies a list row by row
            items = once.flatten()
            offsets = pa.array(np.arange(count + 1, dtype=np.int32) * len(items))
            return pa.ListArray.from_arrays(offsets, items.take(pa.array(np.tile(np.arange(len(items)), count))))
        return pa.repeat(once[0], count)

    def paths(self) -> frozenset[str]:
        return frozenset()


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The first alternative with a value."""

    choices: tuple[Expression, ...]

    def evaluate(self, fields: Readable, kind: Kind) -> pa.Array:
        found = self.choices[0].evaluate(fields, kind)
        count = len(fields)
        for choice in self.choices[1:]:
            if found.null_count == count:
                found = choice.evaluate(fields, kind)
                continue
            missing = _empty(found)
            wanted = missing.true_count
            if not wanted:
                break
            # A choice that works on distinct values is spared those nobody asks it about (20 k rendered messages).
            few = wanted < count * _FEW and not isinstance(choice, Path | Const)
            other = choice.evaluate(_Some(fields, missing) if few else fields, kind)
            if other.null_count < count:
                found = pc.if_else(missing, other, found)
        return found

    def paths(self) -> frozenset[str]:
        return frozenset().union(*(choice.paths() for choice in self.choices))


@dataclass(frozen=True, slots=True)
class _Some:
    """Fields of which only some records are asked for: the others read as null."""

    fields: Readable
    wanted: pa.Array

    def __len__(self) -> int:
        return len(self.fields)

    def get(self, path: str, kind: Kind) -> pa.Array:
        values = self.fields.get(path, kind)
        if values.null_count == len(values):
            return values
        return pc.if_else(self.wanted, values, pa.scalar(None, values.type))


@dataclass(frozen=True, slots=True)
class Changed:
    """Text of ``source`` through transforms, a capture and a value table, then a default."""

    source: Expression
    transforms: tuple[Transform, ...]
    regex: Capture | None
    table: Mapping[str, str] | None
    otherwise: str | None
    default: str | None
    split: re.Pattern[str] | None = None

    def evaluate(self, fields: Readable, kind: Kind) -> pa.Array:
        # On distinct values, conversion included: what a rule tells apart repeats a lot. Empty text is absent.
        encoded = pc.dictionary_encode(self.source.evaluate(fields, "text"))
        distinct = encoded.dictionary.to_pylist()
        changed: list[object] = [self._change(value) if value else None for value in distinct]
        if self.split is not None and kind == "list":
            changed = [None if value is None else self._parts(str(value)) for value in changed]
        result = array_of(changed, kind).take(encoded.indices)
        if self.default is None or kind == "list":
            return result
        return pc.fill_null(result, array_of([self.default], kind)[0])

    def _parts(self, value: str) -> list[str] | None:
        parts = self.split.split(value) if self.split else [value]
        return [part.strip() for part in parts if part and part.strip() not in ("", "-")] or None

    def _change(self, value: str) -> str | None:
        result: str | None = value
        if self.regex is not None:
            result = self.regex.of(value)
        for transform in self.transforms:
            if not result:
                break
            result = transform(result)
        if self.table is not None and result is not None:
            result = self.table.get(result, self.table.get(result.lower(), self.otherwise))
        return result or None

    def paths(self) -> frozenset[str]:
        return self.source.paths()


@dataclass(frozen=True, slots=True)
class Join:
    """Parts joined with a separator; null when one is absent."""

    parts: tuple[Expression, ...]
    separator: str

    def evaluate(self, fields: Readable, kind: Kind) -> pa.Array:
        columns = [part.evaluate(fields, "text") for part in self.parts]
        columns = [pc.if_else(_empty(column), pa.scalar(None, pa.string()), column) for column in columns]
        joined = pc.binary_join_element_wise(*columns, self.separator)
        return joined if kind == "text" else array_of(joined.to_pylist(), kind)

    def paths(self) -> frozenset[str]:
        return frozenset().union(*(part.paths() for part in self.parts))


@dataclass(frozen=True, slots=True)
class Scaled:
    """A number times a constant, rounded to whole numbers where an integer is asked for."""

    source: Expression
    factor: float

    def evaluate(self, fields: Readable, kind: Kind) -> pa.Array:
        product = pc.multiply(self.source.evaluate(fields, "float"), self.factor)
        if kind == "float":
            return product
        small = pc.less(pc.abs(product), 2.0**62)  # beyond it no 64-bit integer holds the value
        whole = pc.cast(pc.round(pc.if_else(small, product, pa.scalar(None, pa.float64()))), pa.int64())
        return whole if kind == "int" else array_of(whole.to_pylist(), kind)

    def paths(self) -> frozenset[str]:
        return self.source.paths()


def _empty(values: pa.Array) -> pa.Array:
    null = pc.is_null(values)
    if pa.types.is_string(values.type):
        return pc.fill_null(pc.equal(values, ""), True)
    return null


_FEW = 0.8  # share of records below which blanking the others out pays
_KEYS = frozenset(("from", "apply", "regex", "table", "otherwise", "default", "const", "join", "sep", "split", "scale"))


def compile_expression(node: object, where: str) -> Expression:
    """The expression a mapping file's node describes; ``where`` (file and key) goes into the error."""
    if isinstance(node, str):
        try:
            parse_path(node)
        except MappingError as error:
            raise MappingError(f"{where}: {error}") from error
        return Path(node)
    if isinstance(node, list) and node:
        choices = tuple(compile_expression(item, f"{where}[{index}]") for index, item in enumerate(node))
        return choices[0] if len(choices) == 1 else FirstOf(choices)
    if not isinstance(node, dict):
        raise MappingError(f"{where}: expected a path, a list or a mapping, found {node!r}")
    unknown = set(node) - _KEYS
    if unknown:
        raise MappingError(f"{where}: unknown key {min(unknown, key=str)!r}; allowed: {', '.join(sorted(_KEYS))}")
    if "const" in node:
        return Const(node["const"])
    _check_kinds(node, where)
    if "join" in node:
        parts = tuple(compile_expression(item, f"{where}.join") for item in node["join"])
        return Join(parts, str(node.get("sep", " ")))
    if "from" not in node:
        raise MappingError(f"{where}: needs 'from', 'const' or 'join'")
    if "scale" in node:
        return _scaled(node, where)
    names = node.get("apply", [])
    missing = [name for name in names if not isinstance(name, str) or name not in TRANSFORMS]
    if missing:
        raise MappingError(f"{where}: unknown transform {missing[0]!r}; known: {', '.join(sorted(TRANSFORMS))}")
    table = node.get("table")
    regex = node.get("regex")
    return Changed(
        compile_expression(node["from"], f"{where}.from"),
        tuple(TRANSFORMS[name] for name in names),
        _compile_regex(regex, where) if regex else None,
        {text_of(key): text_of(value) for key, value in table.items()} if table is not None else None,
        None if node.get("otherwise") is None else text_of(node["otherwise"]),
        None if node.get("default") is None else text_of(node["default"]),
        _compile(str(node["split"]), where) if node.get("split") else None,
    )


_KINDS: dict[str, tuple[type, str]] = {
    "join": (list, "a list"),
    "apply": (list, "a list of transforms"),
    "table": (dict, "a mapping"),
    "regex": (str, "a pattern"),
    "split": (str, "a pattern"),
}


def _check_kinds(node: Mapping[object, object], where: str) -> None:
    for key, (kind, words) in _KINDS.items():
        if key in node and (not isinstance(node[key], kind) or not (node[key] or kind is dict)):
            raise MappingError(f"{where}: {key} needs {words}, found {node[key]!r}")


def _scaled(node: dict[object, object], where: str) -> Scaled:
    factor = node["scale"]
    if not isinstance(factor, int | float) or set(node) != {"from", "scale"}:
        raise MappingError(f"{where}: scale needs a number, and 'from' beside it and nothing else")
    return Scaled(compile_expression(node["from"], f"{where}.from"), float(factor))


def _compile_regex(pattern: str, where: str) -> Capture:
    compiled = _compile(pattern, where)
    if "value" not in compiled.groupindex:
        raise MappingError(f"{where}: regex {pattern!r} needs a group (?P<value>…)")
    return capture(compiled)


def _compile(pattern: str, where: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise MappingError(f"{where}: regex {pattern!r}: {error}") from error
