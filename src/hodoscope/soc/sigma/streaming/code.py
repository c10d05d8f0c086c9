"""A condition as Python code: one function of the folded and original texts of the fields it reads.

The code holds literals only as constants of its own namespace, never as source text, so no rule can write code.
"""

import ipaddress
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

import orjson

from hodoscope.soc.sigma.patterns import compile_pattern
from hodoscope.soc.sigma.rule import All, Leaf, Match, Node, Not
from hodoscope.soc.sigma.streaming.triggers import fold, glob_parts

RAW = ""
"""The field of a keyword: the record itself."""


@dataclass(frozen=True, slots=True)
class Code:
    """``verdict(*arguments)``; ``inputs`` names them in order: (field, folded?).

    An argument is a text ("" for none), or with ``many`` a tuple of texts.
    """

    inputs: tuple[tuple[str, bool], ...]
    verdict: Callable[..., bool]


@dataclass(slots=True)
class _Writer:
    many: bool
    names: dict[tuple[str, bool], str] = field(default_factory=dict)
    constants: dict[str, object] = field(default_factory=dict)

    def variable(self, name: str, *, folded: bool) -> str:
        return self.names.setdefault((name, folded), f"v{len(self.names)}")

    def constant(self, value: object) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def test(self, variable: str, expression: str) -> str:
        """``expression`` over ``x``, for the one value or any of them."""
        if self.many:
            return f"any([{expression} for x in {variable}])"
        return re.sub(r"\bx\b", variable, expression)


def compile_condition(node: Node, *, many: bool = False) -> Code:
    """Code of a condition."""
    writer = _Writer(many)
    body = _node(node, writer)
    source = f"def verdict({', '.join(writer.names.values())}):\n return {body}"
    namespace: dict[str, object] = dict(writer.constants)
    exec(compile(source, "<sigma rule>", "exec"), namespace)  # noqa: S102 -- made of node types; literals are constants
    return Code(tuple(writer.names), namespace["verdict"])  # type: ignore[arg-type] # a namespace holds objects


def _node(node: Node, writer: _Writer) -> str:
    if isinstance(node, Leaf):
        return _group([node], writer)
    if isinstance(node, Not):
        return f"(not {_node(node.part, writer)})"
    if not node.parts:
        return str(isinstance(node, All))
    if isinstance(node, All):
        return f"({' and '.join([_node(part, writer) for part in node.parts])})"
    groups: dict[object, list[Leaf]] = {}
    others: list[Node] = []
    for part in node.parts:
        if isinstance(part, Leaf):
            groups.setdefault((part.field, part.match, part.cased), []).append(part)
        else:
            others.append(part)
    pieces = [_group(group, writer) for group in groups.values()] + [_node(part, writer) for part in others]
    return f"({' or '.join(pieces)})"


def _group(leaves: Sequence[Leaf], writer: _Writer) -> str:
    """Any of several leaves that differ in their value only."""
    first = leaves[0]
    if first.field == RAW:
        return f"({' or '.join([_keyword(leaf, writer) for leaf in leaves])})"
    if first.match in _TEXT:
        variable = writer.variable(first.field, folded=not first.cased)
        values = [leaf.value if first.cased else fold(leaf.value) for leaf in leaves if leaf.value]
        test = _TEXT[first.match](values, writer) if values else "False"
        if len(values) < len(leaves) and first.match is not Match.EQUALS:  # every value there is holds the empty text
            test = "x != ''"
        return writer.test(variable, test)
    return f"({' or '.join([_leaf(leaf, writer) for leaf in leaves])})"


def _contains(values: list[str], writer: _Writer) -> str:
    return "(" + " or ".join([f"{writer.constant(value)} in x" for value in values]) + ")"


_TEXT: dict[Match, Callable[[list[str], _Writer], str]] = {
    Match.EQUALS: lambda values, writer: f"x in {writer.constant(frozenset(values))}",
    Match.CONTAINS: _contains,
    Match.STARTSWITH: lambda values, writer: f"x.startswith({writer.constant(tuple(values))})",
    Match.ENDSWITH: lambda values, writer: f"x.endswith({writer.constant(tuple(values))})",
}
_FIELD = {
    Match.EQUALS_FIELD: "x == y",
    Match.CONTAINS_FIELD: "y in x",
    Match.STARTSWITH_FIELD: "x.startswith(y)",
    Match.ENDSWITH_FIELD: "x.endswith(y)",
}
_ORDER = {Match.LESS: "<", Match.LESS_EQUAL: "<=", Match.GREATER: ">", Match.GREATER_EQUAL: ">="}


def _leaf(leaf: Leaf, writer: _Writer) -> str:
    """A leaf whose test is no plain text comparison."""
    folded = is_folded(leaf)
    if leaf.match in _FIELD:
        left, right = (writer.variable(name, folded=folded) for name in (leaf.field, leaf.value))
        test = _FIELD[leaf.match]
        if writer.many:
            return f"any([{test} for x in {left} if x for y in {right} if y])"
        return f"({left} != '' and {right} != '' and {test.replace('x', left).replace('y', right)})"
    variable = writer.variable(leaf.field, folded=folded)
    return writer.test(variable, _single(leaf, writer))


def is_folded(leaf: Leaf) -> bool:
    """Whether the leaf looks at folded text."""
    return not leaf.cased and leaf.match not in _VERBATIM


_VERBATIM = frozenset((Match.REGEX, Match.MINUTE, Match.HOUR, Match.DAY, Match.WEEK, Match.MONTH, Match.YEAR))


def _single(leaf: Leaf, writer: _Writer) -> str:
    match leaf.match:
        case Match.EXISTS:
            return "x != ''"
        case Match.GLOB:
            return f"(x != '' and {writer.constant(glob_test(leaf.value if leaf.cased else fold(leaf.value)))}(x))"
        case Match.REGEX:
            return f"(x != '' and {writer.constant(search_in(leaf.value, leaf.flags))}(x))"
        case Match.CIDR:
            return f"{writer.constant(in_network(leaf.value))}(x)"
        case Match.LESS | Match.LESS_EQUAL | Match.GREATER | Match.GREATER_EQUAL:
            limit, number = writer.constant(float(leaf.value)), writer.constant(number_of)
            return f"{number}(x) {_ORDER[leaf.match]} {limit}"
    return f"{writer.constant(time_part)}(x, {writer.constant(leaf.match)}) == {writer.constant(int(leaf.value))}"


def _keyword(leaf: Leaf, writer: _Writer) -> str:
    """A keyword in the record; in a JSON record in its JSON spelling."""
    variable = writer.variable(RAW, folded=is_folded(leaf))
    if leaf.match is Match.REGEX:
        return writer.test(variable, f"{writer.constant(search_in(leaf.value, leaf.flags))}(x)")
    text = leaf.value if leaf.cased else fold(leaf.value)
    if leaf.match is Match.GLOB:
        plain, escaped = (glob_regex(text, whole=False, json=json) for json in (False, True))
        tests = [f"{writer.constant(search_in(pattern, 's'))}(x)" for pattern in (plain, escaped)]
    else:
        plain, escaped = text, json_spelling(text)
        tests = [f"{writer.constant(wanted)} in x" for wanted in (plain, escaped)]
    if escaped == plain:
        return writer.test(variable, f"({tests[0]})")
    return writer.test(variable, f"(({tests[1]}) if x[:1] == '{{' else ({tests[0]}))")


def json_spelling(text: str) -> str:
    """How a text stands inside a JSON string."""
    return orjson.dumps(text.encode("utf-8", "replace").decode()).decode()[1:-1]


@lru_cache(maxsize=20_000)
def search_in(pattern: str, flags: str = "") -> Callable[[str], bool]:
    """Whether a text holds a match of an RE2 pattern anywhere."""
    search = compile_pattern(pattern, flags).search

    def found(text: str) -> bool:
        return search(text) is not None

    return found


def glob_test(pattern: str) -> Callable[[str], bool]:
    """Whether a whole text matches a glob: plain searches where it has no ``?``."""
    parts = glob_parts(pattern)
    if "?" in parts[1::2]:
        return search_in(glob_regex(pattern), "s")
    if len(parts) == 1:
        return parts[0].__eq__
    first, *middle, last = parts[::2]

    def test(text: str) -> bool:
        end = len(text) - len(last)
        if not (text.startswith(first) and text.endswith(last)):
            return False
        at = len(first)
        for run in middle:
            at = text.find(run, at)
            if at < 0:
                return False
            at += len(run)
        return at <= end

    return test


def glob_regex(pattern: str, *, whole: bool = True, json: bool = False) -> str:
    """RE2 pattern of a glob, to be searched with flag ``s``; with ``json`` its literals in their JSON spelling."""
    parts = glob_parts(pattern)
    parts[::2] = [quoted(json_spelling(part) if json else part) for part in parts[::2]]
    text = "".join({"*": ".*", "?": "."}[part] if at % 2 else part for at, part in enumerate(parts))
    return rf"\A{text}\z" if whole else text


def quoted(text: str) -> str:
    """Text that RE2 takes literally."""
    return "".join(char if char.isalnum() or ord(char) > 127 else f"\\x{ord(char):02x}" for char in text)


_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def number_of(text: str) -> float:
    """A decimal number, else NaN (which no order comparison accepts)."""
    return float(text) if _NUMBER.fullmatch(text) else math.nan


def in_network(network: str) -> Callable[[str], bool]:
    """Membership test of an address text in a network; false for anything that is no address."""
    net = ipaddress.ip_network(network, strict=False)

    @lru_cache(maxsize=10_000)
    def test(text: str) -> bool:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        return address.version == net.version and "%" not in text and address in net

    return test


_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


@lru_cache(maxsize=10_000)
def time_part(text: str, part: Match) -> int:
    """One part of an ISO 8601 time in UTC; -1 when the text is no time."""
    if not _TIME.fullmatch(text):
        return -1
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return -1
    if part is Match.WEEK:
        return moment.isocalendar().week
    return int(getattr(moment, part.value))
