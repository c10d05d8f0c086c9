"""What has been seen, by whom it was first seen, and the windows in which new things are gathered into one finding.

Memory: 64-bit hashes only. ``seen`` holds one per (entity, value), ``spread`` counts the entities of each value,
``known_since`` the first event of each entity. Beyond ``limit`` pairs nothing more is learned and nothing new is
reported until ``forget`` halves the memory at an epoch boundary: values not seen during the whole previous epoch are
dropped. What one would get wrong: evicting by recency would make findings depend on batches, because a batch looks at
each pair once however often it occurs.
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
    """See the module. ``windows`` are keyed by (family, entity), per family in order of their start."""

    seen: set[int] = field(default_factory=set)
    spread: dict[int, int] = field(default_factory=dict)
    known_since: dict[int, int] = field(default_factory=dict)
    windows: dict[str, OrderedDict[str, Window]] = field(default_factory=dict)

    def to_plain(self) -> Plain:
        """For a snapshot; sets sorted, windows in order."""
        spread, known = sorted(self.spread.items()), sorted(self.known_since.items())
        windows: dict[str, Plain] = {
            family: [[entity, window.start_us, window.count, _items(window)] for entity, window in opened.items()]
            for family, opened in sorted(self.windows.items())
            if opened
        }
        return {
            "seen": hashes_to_plain(sorted(self.seen)),
            "spread": [hashes_to_plain(value for value, _ in spread), hashes_to_plain(count for _, count in spread)],
            "known": [hashes_to_plain(entity for entity, _ in known), hashes_to_plain(since for _, since in known)],
            "windows": windows,
        }


def _items(window: Window) -> Plain:
    return [[item.kind, str(item.value_hash), item.suspicious, notes_to_plain(item.notes)] for item in window.items]


def _pairs(plain: Plain) -> dict[int, int]:
    keys, values = cast("tuple[str, str]", plain)
    return dict(zip(hashes_from_plain(keys), hashes_from_plain(values), strict=True))


def from_plain(plain: Plain) -> State:
    """The inverse of :meth:`State.to_plain`."""
    parts = cast("dict[str, Plain]", plain)
    state = State(set(hashes_from_plain(parts["seen"])), _pairs(parts["spread"]), _pairs(parts["known"]))
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
