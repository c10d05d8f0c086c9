"""Which fields a correlation reads from the hits, aliases resolved."""

from collections.abc import Mapping, Sequence
from itertools import product

from hodoscope.soc.sigma.correlation.interface import Values
from hodoscope.soc.sigma.rule import Correlation


def resolved(correlation: Correlation, names: Sequence[str], rule_id: str) -> tuple[str, ...]:
    """The fields behind group-by or counted names in the hits of one referred rule."""
    aliases = {alias: dict(fields) for alias, fields in correlation.aliases}
    return tuple(aliases.get(name, {}).get(rule_id, name) for name in names)


def needed_fields(correlations: Sequence[Correlation]) -> dict[str, frozenset[str]]:
    """Rule id → fields that must be known of its hits. Referred correlations are left out: they bring their own."""
    own = {correlation.rule_id for correlation in correlations}
    needed: dict[str, set[str]] = {}
    for correlation in correlations:
        for rule_id in correlation.rules:
            if rule_id not in own:
                names = (*correlation.group_by, *correlation.field)
                needed.setdefault(rule_id, set()).update(resolved(correlation, names, rule_id))
    return {rule_id: frozenset(fields) for rule_id, fields in needed.items()}


def quiet_rules(correlations: Sequence[Correlation]) -> frozenset[str]:
    """Rules that do not tell on their own: some correlation refers to them and none of these says ``generate``."""
    referred = {rule_id for correlation in correlations for rule_id in correlation.rules}
    told = {rule_id for correlation in correlations if correlation.generate for rule_id in correlation.rules}
    return frozenset(referred - told)


def groups(values: Mapping[str, Values], fields: Sequence[str]) -> list[Values]:
    """The groups of a hit: every combination of one value per field; none when a field has no value."""
    return list(dict.fromkeys(product(*(dict.fromkeys(values.get(field, ())) for field in fields))))


def counted(values: Mapping[str, Values], fields: Sequence[str]) -> Values:
    """The texts that a hit adds to a count: its values, or with several fields each combination as one text."""
    if len(fields) == 1:
        return tuple(text for text in values.get(fields[0], ()) if text)
    combinations = product(*(tuple(dict.fromkeys(values.get(field, ()))) or ("",) for field in fields))
    return tuple("\x1f".join(combination) for combination in combinations if any(combination))
