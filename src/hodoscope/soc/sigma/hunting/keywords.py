"""Rules that search whole records: decided in ClickHouse, because no two records are alike.

What one would get wrong: ``multiSearchAny`` over 148 literals takes fifteen times as long as ``multiMatchAny`` over the
same literals (3.3 and 0.22 CPU-s for 150 MB). The latter is not to be trusted with expressions (see
:mod:`hodoscope.soc.sigma.hunting.comparison`), so it only chooses the records that the plain condition then judges.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Container, Mapping
from functools import partial

from hodoscope.soc.sigma.hunting.comparison import all_of, any_of, any_pattern, folded
from hodoscope.soc.sigma.hunting.condition import condition
from hodoscope.soc.sigma.hunting.reads import SMALL, KindSize, Needs, Read, among, plan_needs, total
from hodoscope.soc.sigma.interface import KindKey
from hodoscope.soc.sigma.routing.sql import value_expression
from hodoscope.soc.sigma.rule import Leaf, Match, leaves
from hodoscope.soc.sigma.streaming.plan import Plan
from hodoscope.soc.sigma.streaming.simplify import FALSE, simplify
from hodoscope.soc.sigma.streaming.triggers import glob_parts

_PLAIN = re.compile(r"[ !#-\[\]-~]+")
"""Runs of characters that stand in JSON as they stand anywhere: printable ASCII without quote and backslash."""
_SHORTEST = 3


def keyword_reads(
    plans: Mapping[KindKey, Plan],
    sizes: Mapping[KindKey, KindSize],
    told: Callable[[KindKey], Needs] = lambda _: Needs(),
) -> list[Read]:
    """Reads of the records that any of the plans' rules hits: one for each set of conditions.

    ``told`` is what must be read of a kind besides what its rules read.
    """
    alike: dict[str, list[KindKey]] = defaultdict(list)
    for kind, plan in plans.items():
        alike[_hit(plan)].append(kind)
    least = SMALL * sum(size.events for size in sizes.values())
    large = {hit: kinds for hit, kinds in alike.items() if total(sizes[kind] for kind in kinds).events >= least}
    small = {hit: kinds for hit, kinds in alike.items() if hit not in large}
    needs = {kind: Needs(record=True) | plan_needs(plan) | told(kind) for kind, plan in plans.items()}
    return [_read(part, needs, sizes) for part in (*({hit: kinds} for hit, kinds in large.items()), small) if part]


def _read(hits: Mapping[str, list[KindKey]], needs: Mapping[KindKey, Needs], sizes: Mapping[KindKey, KindSize]) -> Read:
    """Some conditions in one pass over the records of their kinds."""
    kinds = [kind for each in hits.values() for kind in each]
    together = Needs()
    for kind in kinds:
        together |= needs[kind]
    any_hit = any_of([all_of([among(each, kinds), hit]) for hit, each in hits.items()])
    return Read(among(kinds, sizes), together, total(sizes[kind] for kind in kinds), any_hit)


def _hit(plan: Plan) -> str:
    values = {name: value_expression(sources) if sources else None for name, sources in plan.sources.items()}
    hit = any_of([condition(rule.rest, values.get) for rule in plan.rules])
    needles: set[str] = set()
    for rule in plan.rules:
        own = {leaf: text for leaf in leaves(rule.rest) if not leaf.field and (text := needle(leaf))}
        if simplify(rule.rest, partial(_false_of, own)) is not FALSE:
            return hit  # some record may be hit without any of them
        needles.update(own.values())
    patterns = sorted("(?i)" + "".join(f"\\x{ord(character):02x}" for character in text) for text in needles)
    return all_of([any_pattern("raw", patterns), hit])


def needle(keyword: Leaf) -> str | None:
    """Folded text that every record with the keyword holds, however it is spelled; None when too short to help."""
    if keyword.match is Match.REGEX:
        return None
    texts = glob_parts(keyword.value)[::2] if keyword.match is Match.GLOB else [keyword.value]
    longest = max((run for text in texts for run in _PLAIN.findall(text)), key=len, default="")
    return folded(longest) if len(longest) >= _SHORTEST else None


def _false_of(leaves_with_needle: Container[Leaf], leaf: Leaf) -> bool | None:
    return False if leaf in leaves_with_needle else None
