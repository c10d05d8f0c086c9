"""Beaconing: a machine that calls the same outside destination by the clock, jitter, missed beats and all.

Windows of 24 hours start every 12; a pair is told again after ``repeat_hours`` at the earliest. The
score is regularity (:mod:`periodicity`) and equal sizes, times how much of the observed span the calls cover, times
how few of our machines know the destination. What one would get wrong: regular is not malicious. Update checks and
telemetry are beacons too; prevalence and the operator's knowledge of the destination tell them apart, not timing.

Not looked at: inbound traffic, records without a port (files seen in a connection), group addresses, and DNS, NTP,
DHCP, NetBIOS, SSDP and mDNS ports, which tick by design.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

import numpy as np
import pyarrow as pa

from hodoscope.soc.detectors.beacon_score import Beacon, beacons_of, conclusion_of
from hodoscope.soc.detectors.conclusion import conclude
from hodoscope.soc.detectors.connection_times import NOTES_PER_PAIR, UNKNOWN_SIZE, Pair, Pane
from hodoscope.soc.detectors.evidence import Note
from hodoscope.soc.detectors.examples import spaced
from hodoscope.soc.detectors.interface import DetectorSpec, Example, Parameter
from hodoscope.soc.detectors.networks import INTERNAL, Networks, is_group, stays_inside
from hodoscope.soc.detectors.rows import Rows, has_text, number_in, numbers
from hodoscope.soc.detectors.state import Plain, seal, unseal
from hodoscope.soc.detectors.window_tally import Groups
from hodoscope.soc.finding import Finding

PARAMETERS: Mapping[str, Parameter] = {
    "pane": Parameter(43_200, "s", "half a window; 24 h windows follow the practice of published beacon hunters"),
    "panes_per_window": Parameter(2, "panes", "hopping windows, so that no night is cut in two"),
    "min_beats": Parameter(12, "beats", "fewer carry less than 9 nats at ±50 % jitter (periodicity.py)"),
    "min_evidence": Parameter(9, "nats", "99.9 % quantile of simulated independent arrivals (periodicity.py)"),
    "min_regularity": Parameter(0.34, "0..1", "0.3 nats per interval: a clock with ±50 % jitter and 40 % missed beats"),
    "min_score": Parameter(0.5, "0..1", "just below the weakest labelled beacon of benchmarks/beaconing.py (0.53)"),
    "min_period": Parameter(1, "s", "own choice: faster is a burst, and stamps rounded to a second look regular"),
    "repeat_hours": Parameter(168, "h", "benchmarks/detectors.py: daily repeats were half of all findings"),
    "max_known_share": Parameter(
        0.25, "share", "own choice: what a quarter of ten or more machines call is ours; benchmarks/detectors.py"
    ),
    "popular": Parameter(0.6, "share", "how far a destination known to all machines lowers the score"),
    "kept_per_hour": Parameter(128, "connections", "10 hours of 5-minute beats in one; bounds memory per pair"),
    "max_pairs": Parameter(200_000, "pairs", "bounds memory to about 100 MB of single connections"),
}

_SILENT_PORTS = frozenset({"0", "53", "67", "68", "123", "137", "138", "546", "547", "1900", "5353", "5355"})
_COLUMNS = (
    "class_uid",
    "src_endpoint_ip",
    "dst_endpoint_ip",
    "dst_endpoint_port",
    "dst_endpoint_hostname",
    "tls_sni",
    "http_request_url_hostname",
    "connection_info_protocol_name",
    "connection_info_direction_id",
    "traffic_bytes_out",
)
_NETWORK, _HTTP, _INBOUND = 4001, 4002, 1


@dataclass(slots=True)
class BeaconState:
    """Panes not yet dropped, the next window to close, and who was reported in which window."""

    tenant: str = ""
    panes: dict[int, Pane] = field(default_factory=dict)
    next_window: int | None = None
    reported: dict[str, int] = field(default_factory=dict)


class Beaconing:
    """The detector; ``networks`` are the operator's own address ranges."""

    def __init__(self, parameters: Mapping[str, Parameter] = PARAMETERS, networks: Sequence[str] = INTERNAL) -> None:
        self.spec = DetectorSpec(
            name="beaconing",
            version="1",
            title="Regular calls to one outside destination (possible command and control)",
            attack=("T1071", "T1573", "T1029"),
            columns=_COLUMNS,
            where=f"class_uid IN ({_NETWORK}, {_HTTP}) AND src_endpoint_ip != '' AND dst_endpoint_ip != ''",
            lateness_seconds=3600,
            parameters=parameters,
            how_to_check="Which program on the source owns these connections, is it signed and expected "
            "there? When did the "
            "calls begin, and what ran on the machine just before? Is the destination's name or address new to us?",
        )
        self._value = {name: parameter.value for name, parameter in parameters.items()}
        self._pane_us = int(self._value["pane"] * 1e6)
        self._span = int(self._value["panes_per_window"])
        self._repeat = max(self._span, round(self._value["repeat_hours"] * 3600 / self._value["pane"]))
        self._networks = Networks(networks)
        self._pair = lru_cache(maxsize=65536)(self._pair_of)  # the same pairs come again in every page

    def initial(self) -> BeaconState:
        return BeaconState()

    def detect(self, events: pa.Table, state: BeaconState) -> Iterator[Finding]:
        wanted = number_in(events, "class_uid", (_NETWORK, _HTTP))
        wanted &= has_text(events, "src_endpoint_ip") & has_text(events, "dst_endpoint_ip")
        if not wanted.any():
            return
        rows = Rows(events, wanted)
        state.tenant = rows.tenant
        panes = numbers(rows.table, "time") // self._pane_us
        starts = np.flatnonzero(np.r_[True, panes[1:] != panes[:-1]])
        for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(rows)], strict=True):
            number = int(panes[start])
            yield from self._close_before(number, state)
            self._collect(Rows(rows.table.slice(start, end - start)), number, state)

    def finish(self, state: BeaconState) -> Iterator[Finding]:
        reported = dict(state.reported)
        if state.next_window is not None:
            for window in range(state.next_window, max(state.panes, default=state.next_window) + 1):
                yield from self._evaluate(window, state, reported)

    def _close_before(self, pane: int, state: BeaconState) -> Iterator[Finding]:
        """Evaluate and drop every window that ends at or before the start of ``pane``."""
        while state.next_window is not None and state.next_window + self._span <= pane:
            window = state.next_window
            yield from self._evaluate(window, state, state.reported)
            state.panes.pop(window, None)
            state.next_window = min(state.panes, default=None)
            state.reported = {key: last for key, last in state.reported.items() if last > window - self._repeat}
        if state.next_window is None:
            state.next_window = pane

    def _collect(self, rows: Rows, pane_number: int, state: BeaconState) -> None:
        value = self._value
        pane = state.panes.get(pane_number)
        if pane is None:
            pane = state.panes[pane_number] = Pane(int(value["kept_per_hour"]), int(value["max_pairs"]))
        times = numbers(rows.table, "time")
        pane.observe(int(times[0]), int(times[-1]))
        codes, pairs = self._pairs_of(rows)
        groups = Groups(codes)
        numbers_of = np.full(len(pairs), -1, dtype=np.int64)
        for group, code in enumerate(groups.codes):
            pair = pairs[code]
            if pair is None or (number := pane.number_of(pair)) < 0:
                continue
            numbers_of[code] = number
            pane.counts[number] += groups.counts[group]
            notes = pane.notes[number]
            if len(notes) < NOTES_PER_PAIR:
                for row in groups.members(group)[: NOTES_PER_PAIR - len(notes)]:
                    notes.append(Note(rows.event_ids[row], rows.times_us[row], "dst_endpoint_ip", pair[2]))
        number_of_row = numbers_of[codes]
        kept = number_of_row >= 0
        if kept.any():
            sizes = numbers(rows.table, "traffic_bytes_out", missing=UNKNOWN_SIZE)
            pane.add(np.stack([number_of_row[kept], times[kept], sizes[kept]], axis=1))

    def _pairs_of(self, rows: Rows) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], list[Pair | None]]:
        """(row → code, code → pair or None when the pair is not looked at)."""
        names = (
            "src_endpoint_ip",
            "dst_endpoint_ip",
            "tls_sni",
            "http_request_url_hostname",
            "dst_endpoint_hostname",
            "connection_info_protocol_name",
        )
        codes, labels = rows.combinations(names)
        ports = numbers(rows.table, "dst_endpoint_port")
        inbound = number_in(rows.table, "connection_info_direction_id", (_INBOUND,))
        merged, first, dense = np.unique((codes << 17) | (ports << 1) | inbound, return_index=True, return_inverse=True)
        pairs: list[Pair | None] = []
        for key, row in zip(merged.tolist(), first.tolist(), strict=True):
            src, dst, sni, host, name, protocol = labels[codes[row]]
            outward = not key & 1 and protocol.lower() not in ("icmp", "ipv6-icmp", "icmp6")
            pairs.append(self._pair(src, dst, sni or host or name, str((key >> 1) & 0xFFFF)) if outward else None)
        return dense.astype(np.int64), pairs

    def _pair_of(self, src: str, dst: str, name: str, port: str) -> Pair | None:
        name = name.lower().rstrip(".").partition(":")[0] if name.count(":") == 1 else name.lower().rstrip(".")
        if port in _SILENT_PORTS or is_group(dst):
            return None
        name = "" if name == "-" else name
        if self._networks.is_internal(dst):
            outside = name and name != dst and not stays_inside(name) and not name.replace(".", "").isdigit()
            return (src, name, dst, port) if outside and self._networks.is_internal(src) else None
        return (src, "" if name == dst else name, dst, port)

    def _evaluate(self, window: int, state: BeaconState, reported: dict[str, int]) -> Iterator[Finding]:
        panes = [state.panes[number] for number in range(window, window + self._span) if number in state.panes]
        for beacon in beacons_of(panes, self._value, self._networks):
            key = f"{beacon.source}\0{beacon.destination}\0{beacon.port}"
            if reported.get(key, window - self._repeat) > window - self._repeat:
                continue
            reported[key] = window
            yield conclude(self.spec, state.tenant, conclusion_of(beacon, window * self._pane_us))

    def ranking(self, state: BeaconState) -> list[Beacon]:
        """Every scored pair over all panes held, best first, the threshold aside: for benchmarks and hunting."""
        panes = [state.panes[number] for number in sorted(state.panes)]
        found = beacons_of(panes, {**self._value, "min_score": 0.0, "min_evidence": 0.0}, self._networks)
        return sorted(found, key=lambda beacon: -beacon.score)

    def dump(self, state: BeaconState) -> bytes:
        panes: Plain = {str(number): state.panes[number].to_plain() for number in sorted(state.panes)}
        reported: Plain = dict(sorted(state.reported.items()))
        return seal(self.spec, [state.tenant, state.next_window, panes, reported])

    def load(self, data: bytes) -> BeaconState:
        tenant, next_window, panes, reported = cast("list[Plain]", unseal(self.spec, data))
        state = BeaconState(str(tenant), {}, cast("int | None", next_window), cast("dict[str, int]", reported))
        for number, saved in cast("dict[str, Plain]", panes).items():
            pane = state.panes[int(number)] = Pane(int(self._value["kept_per_hour"]), int(self._value["max_pairs"]))
            pane.restore(saved)
        return state


def _calls(
    destination: str, every_seconds: float, offsets: Iterable[float], size: int = 512
) -> list[dict[str, object]]:
    """Connections at multiples of ``every_seconds``, each moved by its offset (seconds)."""
    base = {
        "class_uid": _NETWORK,
        "src_endpoint_ip": "10.1.0.5",
        "dst_endpoint_ip": destination,
        "dst_endpoint_port": 443,
        "traffic_bytes_out": size,
    }
    return [
        {**base, **spaced("2024-03-04T00:10:00+00:00", i * every_seconds + offset, [{}, {}])[1]}
        for i, offset in enumerate(offsets)
    ]


_JITTER = tuple((i * 7919 % 241) - 120.0 for i in range(60))
_BROWSING = tuple(float(i * i * 37 % 2903) - 900.0 for i in range(40))

EXAMPLES: tuple[Example, ...] = (
    Example("ten-minute calls with 20 % jitter", True, tuple(_calls("198.51.100.7", 600, _JITTER))),
    Example(
        "five-minute calls, every third missed",
        True,
        tuple(row for i, row in enumerate(_calls("198.51.100.7", 300, [0.0] * 90)) if i % 3),
    ),
    Example(
        "a person who browses",
        False,
        tuple(_calls("198.51.100.8", 60, [o * i / 9 + 900 for i, o in enumerate(_BROWSING)])),
    ),
    Example("regular calls between our own machines", False, tuple(_calls("10.1.0.9", 600, _JITTER))),
    Example("ten regular calls are too few", False, tuple(_calls("198.51.100.7", 600, _JITTER[:10]))),
)
