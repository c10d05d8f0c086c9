"""What one rule has seen of one entity in one window: the unit that becomes a finding.

A rule that hits a thousand times an hour is one finding with a count. It is told at the first hit, again when it has
grown tenfold, and when the window closes: an analyst neither waits an hour nor reads a thousand lines. All versions
have one id, and readers get the fullest. When it is due depends on the count alone; of one page the fullest is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from hodoscope.soc.detectors.evidence import Note
from hodoscope.soc.detectors.state import Plain, notes_from_plain, notes_to_plain
from hodoscope.soc.finding import MAX_EVIDENCE
from hodoscope.soc.sigma.interface import KindKey

NAMED_EVENTS = 50
"""Events kept by id; a finding of more is found again by the rule's own condition."""


@dataclass(slots=True)
class Told:
    """Counts and evidence of one (rule, entity, window); times in microseconds UTC."""

    count: int = 0
    first_us: int = 0
    last_us: int = 0
    told: int = 0  # the count that was last due
    ids: list[bytes] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    reasons: list[tuple[str, float]] = field(default_factory=list)  # of the first hit
    entities: dict[str, None] = field(default_factory=dict)  # insertion order; values unused
    kinds: dict[KindKey, None] = field(default_factory=dict)

    def add(self, event_id: bytes, time_us: int, notes: Sequence[Note]) -> None:
        """One more hit, later than all before."""
        self.first_us = self.first_us if self.count else time_us
        self.last_us = time_us
        self.count += 1
        if len(self.ids) < NAMED_EVENTS:
            self.ids.append(event_id)
        self.notes.extend(notes[: MAX_EVIDENCE - len(self.notes)])

    def keep(self, entities: Sequence[str]) -> None:
        """Remember who else was there, as many as a finding names."""
        for entity in entities:
            if len(self.entities) < MAX_EVIDENCE:
                self.entities[entity] = None

    @property
    def due(self) -> bool:
        """Whether this count is told at once: 1, 10, 100 and so on."""
        return self.count == 1 or (self.count % 10 == 0 and str(self.count).strip("0") == "1")

    def to_plain(self) -> Plain:
        """For a snapshot."""
        numbers: list[Plain] = [self.count, self.first_us, self.last_us, self.told]
        reasons: list[Plain] = [[text, weight] for text, weight in self.reasons]
        kinds: list[Plain] = [list(kind) for kind in self.kinds]
        ids = b"".join(self.ids).hex()
        return [numbers, ids, notes_to_plain(self.notes), reasons, list(self.entities), kinds]


_Stored = tuple[list[int], str, Plain, list[tuple[str, float]], list[str], list[list[str]]]


def from_plain(plain: Plain) -> Told:
    """The inverse of :meth:`Told.to_plain`."""
    numbers, ids, notes, reasons, entities, kinds = cast("_Stored", plain)
    packed = bytes.fromhex(ids)
    return Told(
        count=numbers[0],
        first_us=numbers[1],
        last_us=numbers[2],
        told=numbers[3],
        ids=[packed[at : at + 16] for at in range(0, len(packed), 16)],
        notes=notes_from_plain(notes),
        reasons=[(text, weight) for text, weight in reasons],
        entities=dict.fromkeys(entities),
        kinds={cast("KindKey", tuple(kind)): None for kind in kinds},
    )
