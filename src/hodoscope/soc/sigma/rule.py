"""Compiled Sigma rules: what both engines, the reference evaluator and the tools share. No I/O, no vendor library.

Semantics (where the specification leaves the choice to the target, this is ours; the reference evaluator is the judge):

* An event's field has zero or more text values. A boolean is ``true`` or ``false``. A number, in a JSON record as in
  a rule without quotes, is its shortest decimal spelling: ``1.50`` is ``1.5``, ``1.0`` is ``1``, ``1e3`` is ``1000``,
  ``1e21`` stays; integers beyond 64 bits are the nearest double. Text is compared as it stands, whatever it looks like.
  A list has one value per element, an object its JSON text. **Absent, null and empty text are the same**: no value. So
  ``Field: null`` and ``Field: ''`` both mean "no value", and ``exists`` means "at least one non-empty value".
* A leaf on a field with several values is true when **any** value matches it.
* Text compares without case unless ``cased``. Case folding is ASCII (``A-Z``); other letters compare exactly.
  A literal holding non-ASCII *cased* letters is compiled by the loader to a REGEX with flag ``i`` (RE2's folding).
* ``*`` is any run of characters, line ends included, ``?`` exactly one code point.
* REGEX is RE2, unanchored search, case-sensitive unless flag ``i``; ``.`` does not match a line end unless flag ``s``.
  A line end is U+000A alone: U+000D, U+0085, U+2028 and the like are characters like any other.
* Order comparisons read value and literal as decimal numbers; text that is none is never true.
* CIDR is true when the value is an IP address (v4 or v6, no port, no zone) inside the network; never an error. An
  IPv4-mapped IPv6 address (``::ffff:10.0.0.1``, as Windows logs sign-ins) is inside IPv4 networks too.
* A keyword (a leaf with field ``""``) searches the record as it was received (column ``raw``); in JSON formats the
  literal is searched in its JSON-escaped spelling. Keywords follow the same case rule.
* ``Not`` is plain negation: ``not (Field contains x)`` is true when the field has no value.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class Match(StrEnum):
    """How a leaf compares. ``*_FIELD``: the literal is the name of another field of the same event."""

    EQUALS = "equals"
    CONTAINS = "contains"
    STARTSWITH = "startswith"
    ENDSWITH = "endswith"
    GLOB = "glob"  # value: text with * and ?, backslash escapes *, ? and itself; whole value
    REGEX = "regex"
    CIDR = "cidr"
    LESS = "lt"
    LESS_EQUAL = "lte"
    GREATER = "gt"
    GREATER_EQUAL = "gte"
    EXISTS = "exists"  # at least one value; `exists: false` is Not(exists), null and '' are Not(exists)
    EQUALS_FIELD = "fieldref"
    CONTAINS_FIELD = "fieldref_contains"
    STARTSWITH_FIELD = "fieldref_startswith"
    ENDSWITH_FIELD = "fieldref_endswith"
    MINUTE = "minute"  # parts of the field's time (ISO 8601, UTC when it has no offset) equal to the literal
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison; ``value`` is unescaped text as the rule has it (a pattern for GLOB and REGEX, "" for EXISTS)."""

    field: str  # vendor field name as written in the rule; "" for a keyword
    match: Match
    value: str = ""
    cased: bool = False
    flags: str = ""  # REGEX only: letters of "ims", sorted


@dataclass(frozen=True, slots=True)
class All:
    """True when every part is."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Any:
    """True when at least one part is."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """True when the part is not."""

    part: "Node"


Node = Leaf | All | Any | Not
"""A condition. An empty ``All`` is true, an empty ``Any`` false."""


@dataclass(frozen=True, slots=True)
class LogSource:
    """Where a rule applies; empty text means "any"."""

    product: str = ""
    category: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One compiled detection rule."""

    rule_id: str  # the rule's own id, else a UUID-like hash of its text
    title: str
    level: str  # informational, low, medium, high, critical
    status: str
    logsource: LogSource
    condition: Node
    attack: tuple[str, ...] = ()  # technique ids such as T1059.001
    tags: tuple[str, ...] = ()
    author: str = ""
    description: str = ""
    references: tuple[str, ...] = ()
    false_positives: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    path: str = ""  # file inside the pack
    line: int = 0  # 1-based line where its document begins
    pack: str = ""


Presence: TypeAlias = "str | tuple[Presence, ...]"
"""Which rules have a hit: a rule id, or ``("and" | "or" | "not", operand, ...)``; "" for no such expression."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """A rule over the hits of other rules, grouped and counted within a timespan."""

    rule_id: str
    title: str
    level: str
    status: str
    # event_count, value_count, temporal, temporal_ordered, value_sum, value_avg, value_percentile or value_median
    kind: str
    rules: tuple[str, ...]  # ids of rules (or correlations) it refers to, resolved
    group_by: tuple[str, ...]
    timespan_seconds: int
    conditions: tuple[tuple[str, float], ...] = ()  # ("gte", 10) ...; all must hold
    field: tuple[str, ...] = ()  # fields whose values are counted
    percentile: float = 0.0
    aliases: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()  # alias → (rule id → field)
    generate: bool = False  # the referred rules also tell on their own
    attack: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    author: str = ""
    description: str = ""
    path: str = ""
    line: int = 0
    pack: str = ""
    expression: Presence = ""  # temporal kinds: instead of ``conditions``


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A document that is no rule for us, with where, why and what to do. Never dropped silently."""

    path: str
    line: int
    rule_id: str
    title: str
    reason: str  # short, countable: "regex: look-around", "placeholder without value" ...
    remedy: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything loaded, in the order of (pack, path, line)."""

    rules: tuple[Rule, ...]
    correlations: tuple[Correlation, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()
    digest: str = ""  # over the sources: another text, another digest
    packs: tuple[str, ...] = field(default=())


def leaves(node: Node) -> Iterator[Leaf]:
    """Every leaf of a condition, in reading order."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Not):
        yield from leaves(node.part)
    else:
        for part in node.parts:
            yield from leaves(part)
