"""Correlations over a store: the hits come from ClickHouse, what they add up to from the streaming correlator.

Not in SQL, on purpose. Windows slide, a told window silences the next until it is over, an event counts once per group
however many rules hit it, and matches feed further correlations: each is a statement about the order of all hits. In
SQL that is a fold over arrays per group, a second copy of the semantics to be kept equal, to save what the hits of a
hunt cost: they are few beside the events.
"""

from collections.abc import Callable, Sequence

import numpy as np

from hodoscope.soc.sigma.correlation.fields import needed_fields
from hodoscope.soc.sigma.correlation.interface import CorrelationMatch, HitBatch, Values
from hodoscope.soc.sigma.correlation.stream import Correlator
from hodoscope.soc.sigma.hunting.hunt import Hunt, HuntProgress, Scope
from hodoscope.soc.sigma.interface import Router
from hodoscope.soc.sigma.rule import Correlation, Rule
from hodoscope.soc.storage.interface import EventStore


def hunt_correlations(
    correlations: Sequence[Correlation],
    rules: Sequence[Rule],
    router: Router,
    store: EventStore,
    scope: Scope,
    progress: Callable[[HuntProgress], None] = lambda _: None,
) -> list[CorrelationMatch]:
    """What correlations tell of the stored events that have a time, as if these had been streamed and then ended.

    ``rules`` hold those referred to; others are not looked for. All their hits are kept while it runs (some hundred
    bytes each).
    """
    needed = needed_fields(correlations)
    referred = [rule for rule in rules if rule.rule_id in needed]
    names = sorted(set().union(*needed.values())) if needed else []
    hits: list[tuple[int, str, str, tuple[Values, ...]]] = []
    for page in Hunt(referred, router, names).run(store, scope.timed, progress):
        events = [event.hex() for event in page.event_id.to_pylist()]
        values = zip(*(page.fields[name] for name in names), strict=True) if names else [()] * len(page)
        found = [referred[number].rule_id for number in page.rule.tolist()]
        hits += zip(page.time_us.tolist(), found, events, values, strict=True)
    hits.sort()
    batch = HitBatch(
        np.array([hit[0] for hit in hits], np.int64),
        [hit[1] for hit in hits],
        [hit[2] for hit in hits],
        {name: [hit[3][at] for hit in hits] for at, name in enumerate(names)},
    )
    correlator = Correlator(correlations)
    return correlator.take(batch) + correlator.finish()
