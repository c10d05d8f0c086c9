"""Mapping files: vendor format → event columns, as data.

The grammar is described in ``docs/mappings.md``; loading checks every name against the column table, so that a typing
error is found when the file is read and not by an analyst who misses a field.
"""

import difflib
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hodoscope.errors import MappingError
from hodoscope.soc.columns import BY_NAME, COLUMNS
from hodoscope.soc.data_files import data_dir
from hodoscope.soc.normalise.conditions import Condition, compile_condition
from hodoscope.soc.normalise.expressions import Const, Expression, compile_expression
from hodoscope.soc.normalise.mapping_files import read_mapping
from hodoscope.soc.normalise.timestamps import TimeSpec, compile_time

TOP_KEYS = frozenset((
    "format", "title", "parser", "parser_options", "identity", "time", "set", "columns", "rules", "ignore", "ecs",
    "select", "samples", "columns_from", "keep",
))  # fmt: skip
RULE_KEYS = frozenset((
    "name", "when", "pattern", "class", "activity", "set", "columns", "time", "ecs", "ignore", "keep",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of event maps to. ``columns`` already holds the base columns it inherits."""

    name: str
    when: tuple[Condition, ...]
    pattern: str  # RE2 over the field ``message`` with named groups; empty: none
    columns: MappingType[str, Expression]
    time: tuple[TimeSpec, ...]
    used: frozenset[str]  # vendor paths that a column holds or that are ignored on purpose
    ecs: MappingType[str, tuple[str, ...]]  # ECS path → sources of its value, see publish/ecs.py


@dataclass(frozen=True, slots=True)
class FormatMapping:
    """A compiled mapping file. The last rule always matches: it is the base part alone."""

    format: str
    title: str
    parser: str
    parser_options: MappingType[str, object]
    identity: tuple[str, ...]
    rules: tuple[Rule, ...]
    path: Path


def load_mapping(path: Path) -> FormatMapping:
    """Read and compile a mapping file; :class:`MappingError` names file and key."""
    document = _table(read_mapping(path), str(path))
    _check_keys(document, TOP_KEYS, str(path))
    for key in ("format", "parser"):
        if not isinstance(document.get(key), str):
            raise MappingError(f"{path}: needs a text value for {key!r}")
    base = _Base(
        {**_generated(document, f"{path}"), **_columns(document, f"{path}")},
        compile_time(document.get("time", []), f"{path}: time"),
        frozenset(str(item) for item in _list(document.get("ignore"), f"{path}: ignore")),
        _ecs(document, f"{path}: ecs"),
        frozenset(str(item) for item in _list(document.get("identity"), f"{path}: identity")),
        frozenset(str(item) for item in _list(document.get("keep"), f"{path}: keep")),
    )
    rules = [
        _rule(node, base, f"{path}: rules[{i}]")
        for i, node in enumerate(_list(document.get("rules"), f"{path}: rules"))
    ]
    names = [rule.name for rule in rules]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise MappingError(f"{path}: two rules are named {sorted(twice)[0]!r}; names must be unique")
    return FormatMapping(
        str(document["format"]),
        str(document.get("title", document["format"])),
        str(document["parser"]),
        {str(k): v for k, v in _table(document.get("parser_options"), f"{path}: parser_options").items()},
        tuple(str(item) for item in _list(document.get("identity"), f"{path}: identity")),
        (*rules, _rule({"name": ""}, base, str(path))),
        path,
    )


@cache
def shipped_mappings() -> MappingType[str, FormatMapping]:
    """Every mapping file that comes with the product, by format name."""
    return {mapping.format: mapping for mapping in map(load_mapping, sorted(data_dir("mappings").glob("*.yaml")))}


@dataclass(frozen=True, slots=True)
class _Base:
    columns: MappingType[str, Expression]
    time: tuple[TimeSpec, ...]
    ignore: frozenset[str]
    ecs: MappingType[str, tuple[str, ...]]
    identity: frozenset[str]
    keep: frozenset[str]


def _rule(node: object, base: _Base, where: str) -> Rule:
    rule = _table(node, where)
    _check_keys(rule, RULE_KEYS, where)
    where = f"{where} ({rule.get('name')})"
    columns = {**base.columns, **_columns(rule, where)}
    columns = {name: expression for name, expression in columns.items() if expression != Const(None)}
    time = compile_time(rule["time"], f"{where}: time") if "time" in rule else base.time
    used = base.ignore | base.identity | frozenset(str(item) for item in _list(rule.get("ignore"), where))
    used = used.union(*(expression.paths() for expression in columns.values()), *(spec.source.paths() for spec in time))
    kept = base.keep.union(str(item) for item in _list(rule.get("keep"), where))
    used = frozenset(path for path in used if not any(path == keep or _below(path, keep) for keep in kept))
    when = tuple(
        compile_condition(str(path), test, f"{where}: when.{path}")
        for path, test in _table(rule.get("when"), where).items()
    )
    ecs = {**base.ecs, **_ecs(rule, f"{where}: ecs")}
    return Rule(str(rule.get("name", "")), when, str(rule.get("pattern", "")), columns, time, used, ecs)


def _below(path: str, keep: str) -> bool:
    return path.startswith((f"{keep}.", f"{keep}["))


def _columns(node: MappingType[object, object], where: str) -> dict[str, Expression]:
    result: dict[str, Expression] = {}
    for name, value in _table(node.get("set"), f"{where}: set").items():
        result[_known(name, where)] = Const(value)
    for name, value in _table(node.get("columns"), f"{where}: columns").items():
        result[_known(name, where)] = (
            Const(None) if value is None else compile_expression(value, f"{where}: columns.{name}")
        )
    if "class" in node:
        class_uid = node["class"]
        if not isinstance(class_uid, int):
            raise MappingError(f"{where}: class: expected the number of an OCSF class, found {class_uid!r}")
        result["class_uid"] = Const(class_uid)
        result["category_uid"] = Const(class_uid % 100_000 // 1000)
    if "activity" in node:
        activity = node["activity"]
        result["activity_id"] = (
            Const(activity) if isinstance(activity, int) else compile_expression(activity, f"{where}: activity")
        )
    return result


def _ecs(node: MappingType[object, object], where: str) -> dict[str, tuple[str, ...]]:
    """ECS path → sources; a source outside the columns is a kept vendor field or one the export derives."""
    result: dict[str, tuple[str, ...]] = {}
    for path, sources in _table(node.get("ecs"), where).items():
        names = [str(name) for name in (sources if isinstance(sources, list) else [sources]) if name]
        for name in names:
            if "." not in name:
                _known(name, f"{where}.{path}")
        result[str(path)] = tuple(names)
    return result


def _generated(node: MappingType[object, object], where: str) -> dict[str, Expression]:
    """``columns_from: ocsf``: every column from its OCSF path, the first object of an array; explicit columns win."""
    if node.get("columns_from", "ocsf") != "ocsf":
        raise MappingError(f"{where}: columns_from: only 'ocsf' is known")
    if "columns_from" not in node:
        return {}
    paths = {column.name: column.ocsf.replace("[]", "[0]") for column in COLUMNS if column.ocsf}
    return {name: compile_expression(path, f"{where}: columns_from") for name, path in paths.items()}


def _known(name: object, where: str) -> str:
    if name in BY_NAME:
        return str(name)
    close = difflib.get_close_matches(str(name), BY_NAME, 1)
    hint = f"; did you mean {close[0]!r}?" if close else "; see docs/schema.md for the columns there are"
    raise MappingError(f"{where}: no column named {name!r}{hint}")


def _check_keys(node: MappingType[object, object], allowed: frozenset[str], where: str) -> None:
    for key in node:
        if key not in allowed:
            close = difflib.get_close_matches(str(key), allowed, 1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise MappingError(f"{where}: unknown key {key!r}{hint}")


def _table(node: object, where: str) -> dict[object, object]:
    if node is None:
        return {}
    if not isinstance(node, dict):
        raise MappingError(f"{where}: expected a mapping, found {type(node).__name__}")
    return node


def _list(node: object, where: str) -> list[object]:
    if node is None:
        return []
    if not isinstance(node, list):
        raise MappingError(f"{where}: expected a list, found {type(node).__name__}")
    return node
