"""What one cloud actor has done before, bounded: regions, operations, the last events of each watched kind."""

from dataclasses import dataclass, field
from typing import cast

from hodoscope.soc.detectors.state import Plain

MAX_NAMES = 3000
"""Operations or regions remembered per actor; AWS has about 15,000 operations, a busy actor uses hundreds."""


@dataclass(slots=True)
class History:
    """Sets are kept as dictionaries, whose order is that of first use, so that snapshots of equal streams are equal."""

    first_us: int
    regions: dict[str, None] = field(default_factory=lambda: {"": None})
    operations: dict[str, None] = field(default_factory=dict)
    recent: dict[str, list[tuple[int, bytes, str]]] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    def add(self, names: dict[str, None], name: str) -> None:
        """Remember a name while there is room."""
        if len(names) < MAX_NAMES:
            names[name] = None

    def remember(
        self, kind: str, event: tuple[int, bytes, str], window_us: int, limit: int
    ) -> list[tuple[int, bytes, str]]:
        """The events of a kind within the window, this one included, the latest ``limit`` of them."""
        kept = [known for known in self.recent.get(kind, []) if known[0] > event[0] - window_us]
        self.recent[kind] = [*kept, event][-limit:]
        return list(self.recent[kind])

    def may_tell(self, kind: str, time_us: int, rearm_us: int) -> bool:
        """True, and noted, when the kind was not told within ``rearm_us``."""
        last = self.told.get(kind)
        if last is not None and time_us - last < rearm_us:
            return False
        if len(self.told) < MAX_NAMES:
            self.told[kind] = time_us
        return True

    def to_plain(self) -> Plain:
        """As plain lists, order kept."""
        recent: Plain = {
            kind: [[time_us, event_id.hex(), name] for time_us, event_id, name in events]
            for kind, events in self.recent.items()
        }
        return [self.first_us, list(self.regions), list(self.operations), recent, dict(self.told)]

    @classmethod
    def from_plain(cls, plain: Plain) -> "History":
        """The inverse of :meth:`to_plain`."""
        first, regions, operations, recent, told = cast("list[Plain]", plain)
        events = {
            kind: [(time_us, bytes.fromhex(event_id), name) for time_us, event_id, name in rows]
            for kind, rows in cast("dict[str, list[tuple[int, str, str]]]", recent).items()
        }
        return cls(
            cast("int", first),
            dict.fromkeys(cast("list[str]", regions)),
            dict.fromkeys(cast("list[str]", operations)),
            events,
            cast("dict[str, int]", told),
        )
