"""A condition as nested functions over the texts of the fields it reads.

Leaves of an ``or`` that differ in their literal only become one test. Building is cheap (some 20 µs a rule), so a rule
that is looked at once costs little.
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

Values = Sequence[str] | Sequence[tuple[str, ...]]
Test = Callable[[Values], bool]
TextTest = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``test(values)``, a value per input in order: (field, folded?).

    A value is a text ("" for none), or with ``many`` a tuple of texts.
    """

    inputs: tuple[tuple[str, bool], ...]
    test: Test


def verdict_of(node: Node, *, many: bool = False) -> Verdict:
    """The test of a condition."""
    builder = _Builder(many)
    test = builder.node(node)
    return Verdict(tuple(builder.places), test)


@dataclass(slots=True)
class _Builder:
    many: bool
    places: dict[tuple[str, bool], int] = field(default_factory=dict)

    def node(self, node: Node) -> Test:
        if isinstance(node, Leaf):
            return self._group([node])
        if isinstance(node, Not):
            inner = self.node(node.part)
            return lambda values: not inner(values)
        if isinstance(node, All):
            return _all([self.node(part) for part in node.parts])
        groups: dict[object, list[Leaf]] = {}
        others: list[Node] = []
        for part in node.parts:
            if isinstance(part, Leaf):
                groups.setdefault((part.field, part.match, part.cased), []).append(part)
            else:
                others.append(part)
        return _any([*map(self._group, groups.values()), *map(self.node, others)])

    def _group(self, leaves: Sequence[Leaf]) -> Test:
        """Any of several leaves that differ in their literal only."""
        first = leaves[0]
        if first.match in _TWO_FIELDS:
            return _any([self._two_fields(leaf) for leaf in leaves])
        test = _text_test(leaves)
        place = self._place(first.field, folded=is_folded(first))
        if self.many:
            return lambda values: any(map(test, values[place]))
        return lambda values: test(values[place])  # type: ignore[arg-type] # one text each unless many

    def _place(self, name: str, *, folded: bool) -> int:
        return self.places.setdefault((name, folded), len(self.places))

    def _two_fields(self, leaf: Leaf) -> Test:
        compare = _TWO_FIELDS[leaf.match]
        left, right = (self._place(name, folded=not leaf.cased) for name in (leaf.field, leaf.value))
        if self.many:
            return lambda values: any(compare(x, y) for x in values[left] if x for y in values[right] if y)
        return lambda values: values[left] != "" != values[right] and compare(values[left], values[right])  # type: ignore[arg-type] # see above


def is_folded(leaf: Leaf) -> bool:
    """Whether the leaf looks at folded text."""
    return not leaf.cased and leaf.match not in _VERBATIM


_VERBATIM = frozenset((Match.REGEX, Match.MINUTE, Match.HOUR, Match.DAY, Match.WEEK, Match.MONTH, Match.YEAR))


def _all(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def test(values: Values) -> bool:
        for part in tests:  # noqa: SIM110 -- a generator would take twice as long
            if not part(values):
                return False
        return True

    return test


def _any(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def test(values: Values) -> bool:
        for part in tests:  # noqa: SIM110 -- a generator would take twice as long
            if part(values):
                return True
        return False

    return test


_TWO_FIELDS: dict[Match, Callable[[str, str], bool]] = {
    Match.EQUALS_FIELD: str.__eq__,
    Match.CONTAINS_FIELD: str.__contains__,
    Match.STARTSWITH_FIELD: str.startswith,
    Match.ENDSWITH_FIELD: str.endswith,
}


def _text_test(leaves: Sequence[Leaf]) -> TextTest:
    """Whether one text satisfies any of the leaves; folded already unless they are cased or regular expressions."""
    first = leaves[0]
    wanted = [fold(leaf.value) if is_folded(first) else leaf.value for leaf in leaves]
    if first.field == RAW:
        return _any_text([_keyword(leaf, text) for leaf, text in zip(leaves, wanted, strict=True)])
    if first.match in _PLAIN and "" in wanted:
        if first.match is not Match.EQUALS:
            return bool  # every value there is holds the empty text
        wanted = [text for text in wanted if text]
    match first.match:
        case Match.EQUALS:
            return frozenset(wanted).__contains__
        case Match.CONTAINS:
            if len(wanted) == 1:
                only = wanted[0]
                return lambda text: only in text
            if not any(map(str.isascii, wanted)):
                return lambda text: not text.isascii() and any(map(text.__contains__, wanted))
            return lambda text: any(map(text.__contains__, wanted))
        case Match.STARTSWITH:
            starts = tuple(wanted)
            return lambda text: text.startswith(starts)
        case Match.ENDSWITH:
            ends = tuple(wanted)
            return lambda text: text.endswith(ends)
    test = _any_text([_single(leaf, text) for leaf, text in zip(leaves, wanted, strict=True)])
    if first.match is Match.REGEX and all(map(_beyond_ascii, wanted)):
        return lambda text: not text.isascii() and test(text)
    return test


_SYNTAX = frozenset("|[](){}*+?.^$\\")


def _beyond_ascii(pattern: str) -> bool:
    """Whether no ASCII text can match: plain characters, one of them beyond ASCII and without an ASCII case form."""
    return not _SYNTAX & set(pattern) and any(char > "\x7f" and char not in "\u017f\u212a" for char in pattern)


_PLAIN = frozenset((Match.EQUALS, Match.CONTAINS, Match.STARTSWITH, Match.ENDSWITH))


def _any_text(tests: list[TextTest]) -> TextTest:
    return tests[0] if len(tests) == 1 else lambda text: any(test(text) for test in tests)


_ORDER: dict[Match, Callable[[float, float], bool]] = {
    Match.LESS: float.__lt__,
    Match.LESS_EQUAL: float.__le__,
    Match.GREATER: float.__gt__,
    Match.GREATER_EQUAL: float.__ge__,
}


def _single(leaf: Leaf, wanted: str) -> TextTest:
    """A leaf whose test is no plain text comparison; never true of an empty text."""
    match leaf.match:
        case Match.EXISTS:
            return bool
        case Match.GLOB:
            glob = glob_test(wanted)
            return lambda text: text != "" and glob(text)
        case Match.REGEX:
            search = search_in(wanted, leaf.flags)
            return lambda text: text != "" and search(text)
        case Match.CIDR:
            return in_network(wanted)
        case Match.LESS | Match.LESS_EQUAL | Match.GREATER | Match.GREATER_EQUAL:
            limit, compare = number_of(wanted), _ORDER[leaf.match]
            return lambda text: compare(number_of(text), limit)
    part, number = leaf.match, int(wanted)
    return lambda text: time_part(text, part) == number


def _keyword(leaf: Leaf, wanted: str) -> TextTest:
    """A keyword in the record; in a JSON record (one that begins with a brace) in its JSON spelling."""
    if leaf.match is Match.REGEX:
        return search_in(wanted, leaf.flags)
    if leaf.match is Match.GLOB:
        plain, in_json = (search_in(glob_regex(wanted, whole=False, json=json), "s") for json in (False, True))
        return lambda text: in_json(text) if text[:1] == "{" else plain(text)
    escaped = json_spelling(wanted)
    return lambda text: (escaped if text[:1] == "{" else wanted) in text


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
        if "%" in text:
            return False
        if isinstance(address, ipaddress.IPv6Address) and net.version == 4:
            return address.ipv4_mapped is not None and address.ipv4_mapped in net
        return address.version == net.version and address in net

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
