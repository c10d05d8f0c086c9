"""What all rules of a mapping have in common: evaluated once per batch instead of once per rule."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hodoscope.soc.normalise.expressions import Expression
from hodoscope.soc.normalise.mapping import Rule
from hodoscope.soc.normalise.timestamps import TimeSpec

_GROUP = re.compile(r"\(\?P<(\w+)>")


@dataclass(frozen=True, slots=True)
class Shared:
    """Columns every rule takes from the base part, and the time when every rule reads it alike (else empty)."""

    columns: Mapping[str, Expression]
    time: tuple[TimeSpec, ...]


def shared_by(rules: Sequence[Rule]) -> Shared:
    """What the rules share. A field that some rule's pattern finds can differ by rule, so nothing that reads it is
    shared."""
    found = {name for rule in rules for name in _GROUP.findall(rule.pattern)}
    base = rules[-1]
    columns = {
        name: expression
        for name, expression in base.columns.items()
        if found.isdisjoint(expression.paths()) and all(rule.columns.get(name) is expression for rule in rules)
    }
    alike = all(rule.time is base.time for rule in rules)
    if not alike or any(not found.isdisjoint(spec.source.paths()) for spec in base.time):
        return Shared(columns, ())
    return Shared(columns, base.time)
