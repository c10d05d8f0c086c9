"""The detector port and its laws.

Laws (``tests/laws``): findings do not depend on how the event stream is cut into batches, nor on a stop and restart
from a state snapshot at any batch boundary; each detector has a positive and a negative example, an ATT&CK id, an
explanation and a "how to check" line; ``state`` survives ``load(dump(state))`` unchanged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

import pyarrow as pa

from hodoscope.soc.finding import Finding


@dataclass(frozen=True, slots=True)
class Parameter:
    """A tunable number with its unit and where the default comes from."""

    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class DetectorSpec:
    """What a detector is, for people and for the pipeline."""

    name: str  # snake_case, stable: part of finding ids
    version: str
    title: str
    attack: tuple[str, ...]
    columns: tuple[str, ...]  # event columns it reads beside event_id, tenant_id, time and entity_ids
    where: str  # SQL prefilter over the events table; rows outside may or may not be passed
    lateness_seconds: int  # how long to wait for late events; later ones only count after a replay
    parameters: Mapping[str, Parameter]
    how_to_check: str
    rule_hashes: tuple[str, ...] = ()  # of the rules it carries, when its findings name those and not this card


S = TypeVar("S")


class Detector(Protocol[S]):
    """A pure step: ``detect`` may change ``state`` and nothing else; no clock, no I/O, no randomness."""

    @property
    def spec(self) -> DetectorSpec:
        """The detector's card."""

    def initial(self) -> S:
        """State before the first event."""

    def detect(self, events: pa.Table, state: S) -> Iterable[Finding]:
        """Findings of the next events.

        ``events`` holds ``event_id``, ``tenant_id``, ``time``, ``entity_ids`` and ``spec.columns``, one tenant, sorted
        by (time, event_id), never without a time. Successive calls continue the same sorted stream.
        """

    def finish(self, state: S) -> Iterable[Finding]:
        """Findings of windows still open at the end of the input; must not change ``state``."""

    def dump(self, state: S) -> bytes:
        """State as bytes that execute nothing when loaded (JSON, Arrow IPC)."""

    def load(self, data: bytes) -> S:
        """The inverse of ``dump``."""


@dataclass(frozen=True, slots=True)
class Example:
    """Events (rows of column → value, with at least ``time``) that must or must not fire a detector."""

    name: str
    fires: bool
    events: tuple[Mapping[str, object], ...]
