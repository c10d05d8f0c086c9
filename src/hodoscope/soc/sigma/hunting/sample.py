"""How common a rule's literals are, told from some events of a kind."""

from itertools import pairwise

import numpy as np
import pyarrow as pa

from hodoscope.soc.sigma.routing.values import Values
from hodoscope.soc.sigma.rule import Leaf
from hodoscope.soc.sigma.streaming.plan import Sources
from hodoscope.soc.sigma.streaming.triggers import END, START, fold, literals


class Sample:
    """Some events. What is asked for twice is worked out once."""

    def __init__(self, events: pa.Table) -> None:
        self._rows = events.num_rows
        self._values = Values(events)
        self._texts: dict[Sources, list[tuple[str, int]]] = {}
        self._shares: dict[tuple[Leaf, Sources], float] = {}

    def share(self, leaf: Leaf, sources: Sources) -> float:
        """How many of the events have a value that holds a literal of the leaf, 0 to 1."""
        known = self._shares.get((leaf, sources))
        if known is None:
            wanted = literals(leaf)
            found = sum(rows for text, rows in self._of(sources) if any(literal in text for literal in wanted))
            known = self._shares[leaf, sources] = found / self._rows if self._rows else 0.0
        return known

    def _of(self, sources: Sources) -> list[tuple[str, int]]:
        """The field's distinct values, folded and with their edges, and in how many rows each is."""
        found = self._texts.get(sources)
        if found is None:
            distinct = self._values.distinct(sources)
            rows = np.bincount(distinct.codes[distinct.codes >= 0]).tolist()
            texts = [fold(text) for text in distinct.texts.to_pylist()]
            if distinct.offsets is not None:
                texts = [END.join(texts[begin:end]) for begin, end in pairwise(distinct.offsets.tolist())]
            found = self._texts[sources] = [
                (f"{START}{text}{END}", count) for text, count in zip(texts, rows, strict=True)
            ]
        return found
