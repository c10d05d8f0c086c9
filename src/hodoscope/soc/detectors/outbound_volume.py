"""Unusual outbound volume: a machine that sends far more to the outside in a day than it, or its peers, usually do.

Bytes from internal to external addresses are summed per machine and day and compared, on a log scale, with the
machine's own last days (median and median absolute deviation); a machine with fewer than ``own_days`` of history is
compared with all machines of the same day. An absolute floor comes first: below it nothing is said. What one would get
wrong: a connection reported twice (flow sensor and proxy) would count twice, so only network activity (class 4001)
counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
import pyarrow as pa

from hodoscope.soc.detectors.address_sql import outside
from hodoscope.soc.detectors.conclusion import Conclusion
from hodoscope.soc.detectors.evidence import Note, equal, ip_entity, keep, where_window
from hodoscope.soc.detectors.interface import DetectorSpec, Example, Parameter
from hodoscope.soc.detectors.networks import INTERNAL, Networks, is_group
from hodoscope.soc.detectors.rows import Mask, Rows, has_text, number_in, numbers
from hodoscope.soc.detectors.state import Plain, notes_from_plain, notes_to_plain
from hodoscope.soc.detectors.window_tally import Groups, Key, Memory, WindowTally
from hodoscope.soc.finding import Severity

PARAMETERS: Mapping[str, Parameter] = {
    "window": Parameter(86_400, "s", "a day, so that working hours compare with working hours"),
    "floor": Parameter(500_000_000, "B", "own choice: less than an hour of video calls is never worth an alert"),
    "min_deviation": Parameter(
        6, "deviations", "robust z of 6 on the log scale; 3.5 is usual for one series, we test thousands"
    ),
    "min_factor": Parameter(5, "times", "own choice: at least this many times the usual volume, however steady it was"),
    "own_days": Parameter(5, "days", "a week of work before a machine's own history is trusted"),
    "kept_days": Parameter(30, "days", "a month of history"),
    "min_peers": Parameter(10, "machines", "fewer do not make a distribution"),
    "max_keys": Parameter(200_000, "machines", "bounds memory; about 500 B per machine and day"),
}
_LEAST_DEVIATION = 0.15  # natural log: steadier machines are held to ±15 %


@dataclass(slots=True)
class Sent:
    """What one machine sent outside in one window; the largest receivers are kept exactly up to 200, then merged."""

    bytes_out: int = 0
    connections: int = 0
    first_us: int = 0
    last_us: int = 0
    receivers: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


class OutboundVolume(WindowTally[Sent]):
    """The detector; ``networks`` are the operator's own address ranges."""

    def __init__(self, parameters: Mapping[str, Parameter] = PARAMETERS, networks: Sequence[str] = INTERNAL) -> None:
        self.value = {name: parameter.value for name, parameter in parameters.items()}
        self.window_us = int(self.value["window"] * 1e6)
        self.max_keys = int(self.value["max_keys"])
        self.networks = Networks(networks)
        self.spec = DetectorSpec(
            name="outbound_volume",
            version="1",
            title="Unusual volume sent outside (possible exfiltration)",
            attack=("T1048", "T1567", "T1030"),
            columns=("class_uid", "src_endpoint_ip", "dst_endpoint_ip", "traffic_bytes_out"),
            where="class_uid = 4001 AND src_endpoint_ip != '' AND dst_endpoint_ip != '' AND traffic_bytes_out > 0",
            lateness_seconds=3600,
            parameters=parameters,
            how_to_check="Who received most of it: a backup or meeting service you use, or an address nobody "
            "knows? Was "
            "someone working at the machine then, and which program sent? Ask the owner before anything else.",
        )

    def wanted(self, events: pa.Table) -> Mask:
        known = (
            number_in(events, "class_uid", (4001,))
            & has_text(events, "src_endpoint_ip")
            & has_text(events, "dst_endpoint_ip")
        )
        return known & (numbers(events, "traffic_bytes_out") > 0)

    def collect(self, rows: Rows, records: dict[Key, Sent]) -> None:
        source_codes, sources = rows.codes("src_endpoint_ip")
        target_codes, targets = rows.codes("dst_endpoint_ip")
        inside = np.array([self.networks.is_internal(source) for source in sources])[source_codes]
        outside = np.array([not self.networks.is_internal(t) and not is_group(t) for t in targets])[target_codes]
        places = np.flatnonzero(inside & outside)
        sizes, times = numbers(rows.table, "traffic_bytes_out")[places], numbers(rows.table, "time")[places]
        groups = Groups((source_codes * len(targets) + target_codes)[places])
        totals, when, at = groups.sums(sizes), times.tolist(), places.tolist()
        for group, key in enumerate(groups.codes):
            record = self.record(records, (sources[key // len(targets)],))
            if record is None:
                continue
            target, total = targets[key % len(targets)], totals[group]
            first, last = when[groups.first[group]], when[groups.last[group]]
            record.bytes_out += total
            record.connections += groups.counts[group]
            record.first_us, record.last_us = min(record.first_us or first, first), max(record.last_us, last)
            # evidence of new receivers only: anything told per batch would show how the stream was cut
            if target not in record.receivers and len(record.notes) < 20:
                event_id = rows.table.column("event_id")[at[groups.first[group]]].as_py()
                keep(record.notes, event_id, first, {"dst_endpoint_ip": target}, 20)
            slot = target if target in record.receivers or len(record.receivers) < 200 else "others"
            record.receivers[slot] = record.receivers.get(slot, 0) + total

    def _counted(self, source: str, record: Sent) -> str:
        """The connections of a record as SQL."""
        target = "dst_endpoint_ip"
        conditions = (self.spec.where, equal("src_endpoint_ip", source), outside(target, self.networks.ranges))
        return where_window(record.first_us, record.last_us, *conditions)

    def judge(self, records: dict[Key, Sent], memory: Memory, window_us: int) -> Iterator[Conclusion]:
        value = self.value
        today = {key[0]: record.bytes_out for key, record in records.items()}
        logs = np.log(np.array(list(today.values()), dtype=np.float64)) if today else np.empty(0)
        for place, ((source,), record) in enumerate(records.items()):
            own = memory.get(source, [])
            against_own = len(own) >= value["own_days"]
            repeated = own and not against_own
            if repeated and record.bytes_out < value["min_factor"] * float(np.exp(max(own))):
                # Told on the first such day, or known from it: a nightly backup is no news the night after.
                continue
            usual = np.array(own) if against_own else np.delete(logs, place)
            if record.bytes_out >= value["floor"] and (against_own or len(usual) >= value["min_peers"]):
                middle = float(np.median(usual))
                spread = max(1.4826 * float(np.median(np.abs(usual - middle))), _LEAST_DEVIATION)
                deviation = (float(np.log(record.bytes_out)) - middle) / spread
                factor = record.bytes_out / float(np.exp(middle))
                if deviation >= value["min_deviation"] and factor >= value["min_factor"]:
                    told = _conclusion(
                        source, record, float(np.exp(middle)), deviation, len(usual), against_own, window_us
                    )
                    yield replace(told, where=self._counted(source, record))
        for source, sent in today.items():
            if source in memory or len(memory) < self.max_keys:
                memory[source] = [*memory.get(source, []), float(np.log(sent))][-int(value["kept_days"]) :]

    def new_record(self) -> Sent:
        return Sent()

    def to_plain(self, record: Sent) -> Plain:
        return [
            record.bytes_out,
            record.connections,
            record.first_us,
            record.last_us,
            dict(record.receivers),
            notes_to_plain(record.notes),
        ]

    def from_plain(self, plain: Plain) -> Sent:
        size, count, first, last, receivers, notes = cast("list[int]", plain)
        return Sent(size, count, first, last, cast("dict[str, int]", receivers), notes_from_plain(cast("Plain", notes)))


def _size(count: float) -> str:
    return (
        f"{count / 1e9:.1f} GB"
        if count >= 1e9
        else f"{count / 1e6:.0f} MB"
        if count >= 1e6
        else f"{count / 1e3:.0f} kB"
    )


def _conclusion(
    source: str, record: Sent, usual: float, deviation: float, compared: int, against_own: bool, window_us: int
) -> Conclusion:
    top = sorted(record.receivers.items(), key=lambda item: (-item[1], item[0]))[:3]
    versus = (
        f"its median over {compared} earlier days"
        if against_own
        else f"the median of {compared} other machines that day"
    )
    factor = record.bytes_out / usual
    return Conclusion(
        entity=ip_entity(source),
        anchor=str(window_us),
        severity=Severity.HIGH if factor >= 50 and top[0][1] >= 0.8 * record.bytes_out else Severity.MEDIUM,
        confidence=min(0.95, 0.4 + deviation / 40 + (0.1 if against_own else 0.0)),
        first_us=record.first_us,
        last_us=record.last_us,
        explanation=f"{source} sent {_size(record.bytes_out)} outside in a day, {factor:.0f} times {versus} "
        f"({_size(usual)}). "
        f"Most went to {', '.join(f'{target} ({_size(size)})' for target, size in top)}.",
        reasons=(
            (f"{factor:.0f} times {versus}", 0.6),
            (f"{deviation:.1f} robust deviations above it", 0.2),
            (f"{round(100 * top[0][1] / record.bytes_out)} % went to one receiver", 0.2 * top[0][1] / record.bytes_out),
        ),
        notes=record.notes,
        event_count=record.connections,
        where="",  # the caller knows which networks are ours
        entities=[ip_entity(target) for target, _ in top if target != "others"],
        features={
            "bytes_out": record.bytes_out,
            "usual_bytes": round(usual),
            "factor": round(factor, 2),
            "deviation": round(deviation, 2),
            "compared": compared,
            "against": "own" if against_own else "peers",
        },
    )


def _day(day: int, source: str, megabytes: float, receiver: str = "198.51.100.20") -> dict[str, object]:
    return {
        "time": f"2024-03-{day:02d}T14:00:00+00:00",
        "class_uid": 4001,
        "src_endpoint_ip": source,
        "dst_endpoint_ip": receiver,
        "traffic_bytes_out": int(megabytes * 1e6),
    }


_WEEK = [_day(day, "10.1.0.5", 40 + 7 * (day % 3)) for day in range(1, 8)]
_PEERS = [_day(1, f"10.1.0.{host}", 30 + host) for host in range(10, 30)]
EXAMPLES: tuple[Example, ...] = (
    Example("fifty times its own usual day", True, (*_WEEK, _day(8, "10.1.0.5", 3000, "203.0.113.77"))),
    Example("a first day far above all peers", True, (*_PEERS, _day(1, "10.1.0.5", 20_000, "203.0.113.77"))),
    Example("three times the usual, as on a busy day", False, (*_WEEK, _day(8, "10.1.0.5", 140))),
    Example("a backup inside the company", False, (*_WEEK, _day(8, "10.1.0.5", 9000, "10.9.0.4"))),
    Example(
        "a server that always sends much",
        False,
        tuple(_day(day, "10.1.0.8", 4000 + 300 * (day % 4)) for day in range(1, 9)),
    ),
)
