"""How much an entity tells when two alerts share it: a rare one much, a domain controller or a proxy little.

What counts is with how many *other* entities it has been seen, not how often: an attacked workstation has many alerts
and few neighbours, a name server has few alerts and many neighbours. The weight is one minus the logarithm of the
neighbours over the logarithm of all entities, as inverse document frequency is (Spärck Jones 1972), scaled to 0 … 1.
"""

import math
from collections.abc import Collection

LEAST_ENTITIES = 32
"""With fewer entities in all, an entity with three neighbours would already count as common."""
MOST_NEIGHBOURS = 10_000
"""Neighbours remembered per entity; beyond it the entity is common whatever follows."""


class Rarity:
    """Learns as alerts come in; what it says of an entity only ever falls relative to the others."""

    def __init__(self) -> None:
        self._neighbours: dict[str, set[str]] = {}

    def see(self, entities: Collection[str]) -> None:
        """The entities of one alert were seen together."""
        for entity in entities:
            known = self._neighbours.setdefault(entity, set())
            if len(known) < MOST_NEIGHBOURS:
                known.update(entities)

    def of(self, entity: str) -> float:
        """Between 0 (seen with nearly everything) and 1 (seen with nothing else)."""
        total = max(LEAST_ENTITIES, len(self._neighbours))
        neighbours = max(1, len(self._neighbours.get(entity, ())) - 1)
        return max(0.0, 1 - math.log(neighbours) / math.log(total))
