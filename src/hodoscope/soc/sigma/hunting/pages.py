"""Cutting a read into pages of bounded size along the store's order, so that each page touches its part only."""

from collections import Counter
from collections.abc import Sequence

from hodoscope.soc.sigma.hunting.reads import KindSize

PAGE_EVENTS = 500_000
PAGE_BYTES = 600_000_000  # of raw records: an upper bound of what their fields may take
_MICROSECONDS = "fromUnixTimestamp64Micro({at}, 'UTC')"


def page_count(size: KindSize, most_events: int = PAGE_EVENTS) -> int:
    """How many pages a read is cut into."""
    return max(1, -(-size.events // most_events), -(-size.record_bytes // PAGE_BYTES))


def levels(pages: int) -> list[float]:
    """Quantiles of time at which ``pages`` pages meet."""
    return [number / pages for number in range(1, pages)]


def page_conditions(edges: Sequence[int]) -> list[str]:
    """Conditions of the pages between edges (microseconds since 1970); every event is in exactly one.

    An edge that comes more than once is an instant that fills pages by itself (a bulk import, events without time): it
    is cut by event id, whose bytes are spread evenly.
    """
    found: list[str] = []
    after: list[str] = []
    for edge, times in sorted(Counter(edges).items()):
        place = _MICROSECONDS.format(at=edge)
        found.append(" AND ".join([*after, f"time < {place}"]))
        if times > 1:
            found += [f"time = {place} AND {part}" for part in _id_parts(times)]
            after = [f"time > {place}"]
        else:
            after = [f"time >= {place}"]
    return [*found, " AND ".join(after) or "1"]


def _id_parts(parts: int) -> list[str]:
    bounds = [f"unhex('{number * 65536 // parts:04X}')" for number in range(1, parts)]
    lower = ["1", *(f"event_id >= {bound}" for bound in bounds)]
    upper = [*(f"event_id < {bound}" for bound in bounds), "1"]
    return [f"{low} AND {high}" for low, high in zip(lower, upper, strict=True)]
