"""A rule set as bytes and back: plain JSON, compressed, with its own checksum; nothing in it is ever executed.

Distinct leaves are stored once and shared again after reading: engines compare them by identity first.
"""

import gc
import hashlib
from collections.abc import Sequence
from dataclasses import fields
from typing import Any as Unchecked

import orjson
from backports import zstd

from hodoscope.soc.sigma.rule import (
    All,
    Any,
    Correlation,
    Leaf,
    LogSource,
    Match,
    Node,
    Not,
    Rule,
    RuleSet,
    Unsupported,
)

FORMAT = 1
_ALL, _ANY, _NOT = 0, 1, 2
_RULE_FIELDS = tuple(field.name for field in fields(Rule))


class StoredError(ValueError):
    """The bytes are not a whole rule set of this format."""


def to_bytes(rules: RuleSet) -> bytes:
    """Everything in the rule set."""
    leaves: dict[Leaf, int] = {}
    content = {
        "format": FORMAT,
        "rules": [[_value(getattr(rule, name), leaves) for name in _RULE_FIELDS] for rule in rules.rules],
        "correlations": [_row(correlation) for correlation in rules.correlations],
        "unsupported": [_row(unsupported) for unsupported in rules.unsupported],
        "digest": rules.digest,
        "packs": rules.packs,
    }
    content["leaves"] = [[leaf.field, leaf.match, leaf.value, leaf.cased, leaf.flags] for leaf in leaves]
    packed = zstd.compress(orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS))
    return hashlib.sha256(packed).digest() + packed


def from_bytes(data: bytes) -> RuleSet:
    """The rule set again, equal to the one stored; StoredError when a single bit differs."""
    if hashlib.sha256(data[32:]).digest() != data[:32]:
        raise StoredError("damaged or cut off")
    enabled = gc.isenabled()
    gc.disable()  # a hundred thousand small objects, none of them garbage: a third of the time
    try:
        content = orjson.loads(zstd.decompress(data[32:]))
        if content["format"] != FORMAT:
            raise StoredError("another format")
        return _rule_set(content)
    except (zstd.ZstdError, orjson.JSONDecodeError, LookupError, TypeError) as error:
        raise StoredError(str(error)) from error
    finally:
        if enabled:
            gc.enable()


def _row(record: Correlation | Unsupported) -> list[object]:
    return [getattr(record, field.name) for field in fields(record)]


def _value(value: object, leaves: dict[Leaf, int]) -> object:
    if isinstance(value, Leaf | All | Any | Not):
        return _node(value, leaves)
    if isinstance(value, LogSource):
        return [value.product, value.category, value.service]
    return value


def _node(node: Node, leaves: dict[Leaf, int]) -> object:
    if isinstance(node, Leaf):
        return leaves.setdefault(node, len(leaves))
    if isinstance(node, Not):
        return [_NOT, _node(node.part, leaves)]
    return [_ALL if isinstance(node, All) else _ANY, *(_node(part, leaves) for part in node.parts)]


def _rule_set(content: dict[str, Unchecked]) -> RuleSet:
    matches = {match.value: match for match in Match}
    leaves = [Leaf(name, matches[match], *rest) for name, match, *rest in content["leaves"]]
    sources: dict[tuple[str, ...], LogSource] = {}
    rules = []
    for row in content["rules"]:
        values = dict(zip(_RULE_FIELDS, map(_frozen, row), strict=True))
        source = values["logsource"]
        if (shared := sources.get(source)) is None:
            shared = sources[source] = LogSource(*source)
        values |= {"logsource": shared, "condition": _read_node(row[_RULE_FIELDS.index("condition")], leaves)}
        rules.append(Rule(**values))
    return RuleSet(
        tuple(rules),
        tuple(Correlation(*map(_frozen, row)) for row in content["correlations"]),
        tuple(Unsupported(*row) for row in content["unsupported"]),
        content["digest"],
        tuple(content["packs"]),
    )


def _read_node(stored: Unchecked, leaves: Sequence[Leaf]) -> Node:
    if isinstance(stored, int):
        return leaves[stored]
    kind, *parts = stored
    if kind == _NOT:
        return Not(_read_node(parts[0], leaves))
    read = tuple([leaves[part] if isinstance(part, int) else _read_node(part, leaves) for part in parts])
    return All(read) if kind == _ALL else Any(read)


def _frozen(value: Unchecked) -> Unchecked:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
