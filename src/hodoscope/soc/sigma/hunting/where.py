"""One rule as a plain ClickHouse condition over the ``events`` table, true for exactly the events that streaming hits.

Where a field is depends on the kind of event, so the condition is one alternative per set of kinds that keep the rule's
fields in the same places. It therefore belongs to the kinds it was made for: those of one store at one time.
"""

from collections import defaultdict
from collections.abc import Sequence

from hodoscope.soc.sigma.hunting.comparison import all_of, any_of
from hodoscope.soc.sigma.hunting.condition import condition
from hodoscope.soc.sigma.interface import FieldSource, KindKey, Router
from hodoscope.soc.sigma.routing.sql import kind_condition, value_expression
from hodoscope.soc.sigma.rule import Leaf, Match, Node, Rule, leaves

_OF_FIELD = frozenset((Match.EQUALS_FIELD, Match.CONTAINS_FIELD, Match.STARTSWITH_FIELD, Match.ENDSWITH_FIELD))


def where(rule: Rule, router: Router, kinds: Sequence[KindKey]) -> str:
    """The condition over events of these kinds; ``0`` when the rule applies to none of them."""
    names = fields_of(rule.condition)
    alike: dict[tuple[tuple[FieldSource, ...], ...], list[KindKey]] = defaultdict(list)
    for kind in kinds:
        if router.logsources(kind, (rule.logsource,)):
            alike[tuple(router.sources(kind, name) for name in names)].append(kind)
    alternatives = []
    for sources, members in alike.items():
        values = {name: value_expression(at) if at else None for name, at in zip(names, sources, strict=True)}
        alternatives.append(all_of([kind_condition(members), condition(rule.condition, values.__getitem__)]))
    return any_of(alternatives)


def fields_of(node: Node) -> tuple[str, ...]:
    """Every field a condition reads, the record itself left out."""
    return tuple(dict.fromkeys(name for leaf in leaves(node) for name in _fields(leaf) if name))


def _fields(leaf: Leaf) -> tuple[str, ...]:
    return (leaf.field, leaf.value) if leaf.match in _OF_FIELD else (leaf.field,)
