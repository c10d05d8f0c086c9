"""One comparison of a rule as SQL over one text expression. Never NULL, never an error, false for "" (no value).

What one would get wrong in ClickHouse: ``match`` lets ``.`` cross line ends, ``isIPAddressInRange`` throws on text that
is no address, its IPv6 reader takes more than the standard allows, ``nan`` is a number to it, and ``multiMatch*`` gives
wrong answers on negated classes, so regular expressions go through ``match`` alone.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, ip_network

from hodoscope.soc.sigma.hunting.time_part import time_part_is
from hodoscope.soc.sigma.rule import Match
from hodoscope.soc.sigma.sql_literal import quoted, quoted_list

TEXT = frozenset((Match.EQUALS, Match.CONTAINS, Match.STARTSWITH, Match.ENDSWITH))
ORDER = {Match.LESS: "<", Match.LESS_EQUAL: "<=", Match.GREATER: ">", Match.GREATER_EQUAL: ">="}
FILE_NAME = re.compile(r"\\[^\\]+")
"""An ending that is a whole file name: it equals what is behind the last backslash."""
TOGETHER = 250
"""Patterns searched for at once: compiling them costs ClickHouse .2 CPU-s for 300 and 12 for 3,000."""
NEEDLES = 255
"""The most literals ``multiSearchAny`` takes."""

NUMBER = r"\A[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\z"
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def folded(text: str) -> str:
    """ASCII letters in lower case, the rest as it is: what ``lower()`` does in ClickHouse."""
    return text.translate(_ASCII_LOWER)


def compare(match: Match, literals: Sequence[str], value: str, *, cased: bool = False, flags: str = "") -> str:
    """True when ``value`` (SQL, text) satisfies the comparison with any of the literals."""
    if match is Match.EXISTS:
        return f"{value} != ''"
    if match in TEXT:
        wanted = list(dict.fromkeys(literals if cased else map(folded, literals)))
        return _text(match, wanted, value if cased else f"lower({value})")
    return any_of([_single(match, literal, value, cased=cased, flags=flags) for literal in dict.fromkeys(literals)])


def compare_fields(match: Match, value: str, other: str, *, cased: bool = False) -> str:
    """``value`` against another field's ``other``; both SQL, an absent one ("") makes it false."""
    left, right = (value, other) if cased else (f"lower({value})", f"lower({other})")
    compared = {
        Match.EQUALS_FIELD: f"{left} = {right}",
        Match.CONTAINS_FIELD: f"position({left}, {right}) > 0",
        Match.STARTSWITH_FIELD: f"startsWith({left}, {right})",
        Match.ENDSWITH_FIELD: f"endsWith({left}, {right})",
    }[match]
    return f"({value} != '' AND {other} != '' AND {compared})"


def any_of(conditions: Sequence[str]) -> str:
    """At least one; ``0`` for none."""
    return _joined(" OR ", [each for each in conditions if each != "0"], "1", "0")


def all_of(conditions: Sequence[str]) -> str:
    """Every one; ``1`` for none."""
    return _joined(" AND ", [each for each in conditions if each != "1"], "0", "1")


def any_pattern(value: str, patterns: Sequence[str]) -> str:
    """At least one of these plain expressions (at least one of them) is found in the text."""
    parts = [patterns[begin : begin + TOGETHER] for begin in range(0, len(patterns), TOGETHER)]
    return any_of([f"multiMatchAny({value}, [{quoted_list(part)}])" for part in parts])


def _joined(operator: str, conditions: list[str], deciding: str, empty: str) -> str:
    if deciding in conditions:
        return deciding
    kept = list(dict.fromkeys(conditions))
    if len(kept) < 2:
        return kept[0] if kept else empty
    return f"({operator.join(kept)})"


def _text(match: Match, literals: list[str], value: str) -> str:
    anything = "" in literals and match is not Match.EQUALS  # no value equals "": empty text is no value
    wanted = [literal for literal in literals if literal]
    if anything:
        return f"{value} != ''"
    if not wanted:
        return "0"
    if match is Match.EQUALS:
        return f"{value} = {quoted(wanted[0])}" if len(wanted) == 1 else f"{value} IN ({quoted_list(wanted)})"
    if match is Match.CONTAINS:
        if len(wanted) == 1:
            return f"position({value}, {quoted(wanted[0])}) > 0"
        parts = [wanted[start : start + NEEDLES] for start in range(0, len(wanted), NEEDLES)]
        return any_of([f"multiSearchAny({value}, [{quoted_list(part)}])" for part in parts])
    if match is Match.ENDSWITH and len(wanted) > 1 and all(map(FILE_NAME.fullmatch, wanted)):
        names = quoted_list(literal[1:] for literal in wanted)
        return f"(position({value}, '\\\\') > 0 AND substringIndex({value}, '\\\\', -1) IN ({names}))"
    name = "startsWith" if match is Match.STARTSWITH else "endsWith"
    return any_of([f"{name}({value}, {quoted(literal)})" for literal in wanted])


def _single(match: Match, literal: str, value: str, *, cased: bool, flags: str) -> str:
    if match is Match.GLOB:
        pattern, subject = (literal, value) if cased else (folded(literal), f"lower({value})")
        whole = quoted(rf"\A(?s:{glob_pattern(pattern)})\z")
        return f"({value} != '' AND match({subject}, {whole}))"
    if match is Match.REGEX:
        return f"({value} != '' AND match({value}, {quoted(regex_pattern(literal, flags))}))"
    if match is Match.CIDR:
        return _in_network(literal, value)
    number = number_of(literal)
    if number is None:
        return "0"
    if match in ORDER:
        return f"(match({value}, {quoted(NUMBER)}) AND ifNull(toFloat64OrNull({value}) {ORDER[match]} {number!r}, 0))"
    return time_part_is(match, value, number)


def number_of(text: str) -> float | None:
    """A decimal number as its nearest double, None for other text."""
    return float(text) if re.fullmatch(NUMBER[2:-2], text, re.ASCII) else None


def regex_pattern(pattern: str, flags: str) -> str:
    """A rule's expression with RE2's own meaning of ``.``, which ClickHouse changes."""
    return f"(?{flags}{'' if 's' in flags else '-s'}:{_without_nul(pattern)})"


def glob_pattern(pattern: str) -> str:
    r"""The expression of a wildcard pattern: ``*`` any run, ``?`` one code point, ``\`` escapes these and itself."""
    found = ""
    characters = iter(enumerate(pattern))
    for position, character in characters:
        if character == "\\" and pattern[position + 1 : position + 2] in ("*", "?", "\\"):
            found += _escaped(next(characters)[1])
        else:
            found += {"*": ".*", "?": "."}.get(character) or _escaped(character)
    return found


def _escaped(character: str) -> str:
    if character == "\0":
        return r"\x00"
    return character if character.isalnum() or character == "_" or not character.isascii() else f"\\{character}"


def _without_nul(pattern: str) -> str:
    return pattern.replace("\0", r"\x00")


def _in_network(literal: str, value: str) -> str:
    """Compared as numbers, in the network's own family; of an IPv4 network also the addresses mapped into IPv6."""
    try:
        network = ip_network(literal, strict=False)
    except ValueError:
        return "0"
    if isinstance(network, IPv4Network):
        low, high = int(network.network_address), int(network.broadcast_address)
        plain = f"ifNull(IPv4StringToNumOrNull({value}) BETWEEN {low} AND {high}, 0)"
        return f"({plain} OR {_in_ipv6(_MAPPED | low, _MAPPED | high, value)})"
    return _in_ipv6(int(network.network_address), int(network.broadcast_address), value)


_MAPPED = 0xFFFF << 32
"""The beginning of ``::ffff:0:0/96``, which holds every IPv4 address."""


def _in_ipv6(low: int, high: int, value: str) -> str:
    number = f"hex(IPv6StringToNumOrNull({value}))"
    return (
        f"(position({value}, ':') > 0 AND NOT match({value}, {quoted(_BAD)}) "
        f"AND (position({value}, '::') = 0 OR length(extractAll({value}, {quoted(_GROUP)})) <= 7) "
        f"AND ifNull({number} BETWEEN '{low:032X}' AND '{high:032X}', 0))"
    )


_BAD = r":::|:0[0-9]+\.|\.0[0-9]"  # ClickHouse lets ":::" pass, and leading zeros in a decimal tail
_GROUP = r"[0-9A-Fa-f]+\.[0-9]+|[0-9A-Fa-f]+"  # a dotted tail counts two; with "::" at most seven are written out
