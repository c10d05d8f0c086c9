"""Leaf by leaf: thousands of leaves over hundreds of adversarial values, always the same ones.

Rules are single leaves, so two engines that agree here agree on what every comparison means. Literals are cut from the
values themselves: nearly every one is somewhere.
"""

import random
import re
from functools import cache

from hodoscope.soc.sigma.rule import Leaf, Match
from tests.support.sigma_conditions import (
    FIELD_KINDS,
    FLAGS,
    NUMERALS,
    ORDER_KINDS,
    REGEXES,
    TEXT_KINDS,
    TIME_KINDS,
    TIME_LITERALS,
)
from tests.support.sigma_events import PLACES, MadeUp
from tests.support.sigma_values import ADDRESSES, FRAGMENTS, NETWORKS, NUMBERS, TIMES

SEED = 20_240_501
_PATTERNS = ("*", "*", "?", "\\*", "\\?", "\\\\")


@cache
def grid_values() -> tuple[str, ...]:
    """Every fragment alone, what looks like an address, number or time, and joins of up to four."""
    dice = random.Random(SEED)
    joined = ["".join(dice.choices(FRAGMENTS, k=dice.randint(2, 4))) for _ in range(160)]
    return tuple(dict.fromkeys((*FRAGMENTS, *ADDRESSES, *NUMBERS, *TIMES, *joined)))


@cache
def grid_events() -> tuple[MadeUp, ...]:
    """One event per value; the other fields hold values from elsewhere in the list, or none."""
    values, dice = grid_values(), random.Random(SEED + 1)

    def other() -> str:
        return dice.choice(values) if dice.random() < 0.7 else ""

    return tuple(
        MadeUp(
            command_line=value,
            image=value if index % 5 == 0 else other(),
            privileges=tuple(other() for _ in range(dice.randint(0, 3))),
            extra=other(),
            document={"a": [{"b": other()}, {"b": [other(), other()], "c": "1"}]} if index % 3 else other(),
            in_record=other() if index % 2 else {"k": other()},
            user_name=other() if index % 4 == 0 else "",
            either=other(),
            user_domain=other(),
            raw=None if index % 3 else f"{value} {other()} {other()}".encode(),
        )
        for index, value in enumerate(values)
    )


@cache
def grid_leaves(per_kind: int = 120) -> tuple[Leaf, ...]:
    """Every kind of comparison; the field that holds each value comes most often."""
    dice = random.Random(SEED + 2)
    values = grid_values()
    places = [place for place in PLACES if place != "CommandLine"]
    fields = (*["CommandLine"] * 6, *places)
    each = sorted(set(fields))

    def field() -> str:
        return dice.choice(fields)

    def cased() -> bool:
        return dice.random() < 0.3

    few = range(2)
    found = [Leaf(field(), kind, _cut(dice, kind), cased()) for kind in TEXT_KINDS for _ in range(per_kind)]
    found += [Leaf(field(), Match.GLOB, _glob(dice), cased()) for _ in range(2 * per_kind)]
    found += [Leaf(field(), Match.REGEX, regex, False, flags) for regex in REGEXES for flags in sorted(set(FLAGS))]
    escaped = [re.escape(value) for value in dice.choices(values, k=per_kind)]
    found += [Leaf("CommandLine", Match.REGEX, regex, False, dice.choice(FLAGS)) for regex in escaped]
    found += [Leaf(name, Match.CIDR, network) for network in NETWORKS for name in each]
    found += [Leaf(field(), kind, numeral) for kind in ORDER_KINDS for numeral in NUMERALS for _ in few]
    found += [Leaf(field(), kind, part) for kind in TIME_KINDS for part in TIME_LITERALS for _ in few]
    found += [Leaf(field(), kind, field(), cased()) for kind in FIELD_KINDS for _ in range(per_kind // 6)]
    found += [Leaf(name, Match.EXISTS) for name in each]
    found += [Leaf("", Match.CONTAINS, _cut(dice, Match.CONTAINS) or "a", cased()) for _ in range(per_kind)]
    found += [Leaf("", Match.GLOB, _glob(dice), cased()) for _ in range(per_kind // 2)]
    found += [Leaf("", Match.REGEX, regex, False, dice.choice(("", "i"))) for regex in REGEXES]
    return tuple(dict.fromkeys(found))


def _cut(dice: random.Random, kind: Match) -> str:
    """A part of a value where the kind looks for it, its ASCII case sometimes turned."""
    value = dice.choice(grid_values())
    size = dice.randint(0, len(value))
    begin = {Match.STARTSWITH: 0, Match.ENDSWITH: len(value) - size}.get(kind, dice.randint(0, len(value)))
    part = value if kind is Match.EQUALS else value[begin : begin + size]
    return dice.choice((part, part, part.swapcase() if part.isascii() else part))


def _glob(dice: random.Random) -> str:
    """A value with some characters turned into wildcards, or random pieces."""
    if dice.random() < 0.3:
        return "".join(dice.choices((*FRAGMENTS, *_PATTERNS), k=dice.randint(1, 5)))
    value = dice.choice(grid_values())
    spelled = [re.sub(r"([*?\\])", r"\\\1", character) for character in value] or ["*"]
    for _ in range(dice.randint(1, 2)):
        at = dice.randrange(len(spelled))
        spelled[at] = dice.choice(("*", "?", spelled[at], f"*{spelled[at]}", f"{spelled[at]}*"))
    return "".join(spelled)
