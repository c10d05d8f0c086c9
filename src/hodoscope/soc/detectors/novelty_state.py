"""What has been seen, by whom it was first seen, and the windows in which new things are gathered into one finding.

Memory: 64-bit hashes only, in two epochs of event time. A pair (entity, value) is known when it was seen in this epoch
or the one before; at an epoch's end the older half is dropped, so that memory is bounded without blindness. Beyond
``limit`` pairs in one epoch nothing more is learned or reported. What one would get wrong: evicting by recency would
make findings depend on batches, because a batch looks at each pair once, however often it occurs.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from hodoscope.soc.detectors.evidence import Note
from hodoscope.soc.detectors.state import (
    Plain,
    hashes_from_plain,
    hashes_to_plain,
    notes_from_plain,
    notes_to_plain,
)

FAMILIES = ("persistence", "program", "logon")


class Item(NamedTuple):
    """One new thing in a window."""

    kind: str
    value_hash: int
    suspicious: bool
    notes: tuple[Note, ...]


@dataclass(slots=True)
class Window:
    """New things about one entity since ``start_us``; ``count`` includes those beyond the kept ones."""

    start_us: int
    count: int
    items: list[Item]


@dataclass(slots=True)
class State:
    """See the module. ``windows`` are keyed by family and entity, per family in order of their start."""

    tenant: str = ""
    epoch: int = 0
    started_us: int = -1  # first sighting of all
    seen: set[int] = field(default_factory=set)
    seen_before: set[int] = field(default_factory=set)
    spread: dict[int, int] = field(default_factory=dict)  # value hash → entities that have it, this epoch
    spread_before: dict[int, int] = field(default_factory=dict)
    known_since: dict[int, int] = field(default_factory=dict)  # entity hash → time of its first sighting
    windows: dict[str, OrderedDict[str, Window]] = field(
        default_factory=lambda: {family: OrderedDict() for family in FAMILIES}
    )

    def enter(self, epoch: int) -> None:
        """Begin an epoch: what was not seen in the one just ended is forgotten."""
        if epoch != self.epoch:
            recent = epoch == self.epoch + 1
            self.seen_before, self.spread_before = (self.seen, self.spread) if recent else (set(), {})
            self.seen, self.spread, self.epoch = set(), {}, epoch

    def entities_with(self, value_hash: int) -> int:
        """How many entities have the value."""
        return max(self.spread.get(value_hash, 0), self.spread_before.get(value_hash, 0))

    def to_plain(self) -> Plain:
        """For a snapshot; sets sorted, windows in order."""
        windows: dict[str, Plain] = {
            family: [[entity, window.start_us, window.count, _items(window)] for entity, window in opened.items()]
            for family, opened in self.windows.items()
        }
        return {
            "tenant": self.tenant,
            "epoch": self.epoch,
            "started": self.started_us,
            "seen": [hashes_to_plain(sorted(self.seen)), hashes_to_plain(sorted(self.seen_before))],
            "spread": [_columns(self.spread), _columns(self.spread_before)],
            "known": _columns(self.known_since),
            "windows": windows,
        }


def _columns(numbers: dict[int, int]) -> Plain:
    ordered = sorted(numbers.items())
    return [hashes_to_plain(key for key, _ in ordered), hashes_to_plain(value for _, value in ordered)]


def _items(window: Window) -> Plain:
    return [[item.kind, str(item.value_hash), item.suspicious, notes_to_plain(item.notes)] for item in window.items]


def _pairs(plain: Plain) -> dict[int, int]:
    keys, values = cast("tuple[str, str]", plain)
    return dict(zip(hashes_from_plain(keys), hashes_from_plain(values), strict=True))


def from_plain(plain: Plain) -> State:
    """The inverse of :meth:`State.to_plain`."""
    parts = cast("dict[str, Plain]", plain)
    seen, seen_before = (set(hashes_from_plain(part)) for part in cast("list[Plain]", parts["seen"]))
    spread, spread_before = (_pairs(part) for part in cast("list[Plain]", parts["spread"]))
    tenant, epoch, started = cast("tuple[str, int, int]", (parts["tenant"], parts["epoch"], parts["started"]))
    state = State(tenant, epoch, started, seen, seen_before, spread, spread_before, _pairs(parts["known"]))
    families = cast("dict[str, list[tuple[str, int, int, list[tuple[str, str, bool, Plain]]]]]", parts["windows"])
    for family, opened in families.items():
        state.windows[family] = OrderedDict(
            (entity, Window(start_us, count, [
                Item(kind, int(value), suspicious, tuple(notes_from_plain(notes)))
                for kind, value, suspicious, notes in items
            ]))
            for entity, start_us, count, items in opened
        )  # fmt: skip
    return state
