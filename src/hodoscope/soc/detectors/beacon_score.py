"""From connection times of a window to scored beacons: merge addresses behind one name, rate, explain."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hodoscope.soc.detectors.conclusion import Conclusion
from hodoscope.soc.detectors.connection_times import NOTES_PER_PAIR, Ints, Pane
from hodoscope.soc.detectors.evidence import Note, equal, ip_entity, sql_text, where_window
from hodoscope.soc.detectors.networks import Networks
from hodoscope.soc.detectors.periodicity import Rhythm, coverage, rhythm_of, sameness
from hodoscope.soc.finding import Severity

_GUESSED_DIRECTION = 0.8  # a source outside our networks is more often a scanner than a machine of ours
_LISTED_ADDRESSES = 500  # a name with more is recognised by the name alone
COUNTED_SQL = (
    "class_uid IN (4001, 4002) AND connection_info_direction_id != 1 "
    "AND lowerUTF8(connection_info_protocol_name) NOT IN ('icmp', 'ipv6-icmp', 'icmp6')"
)
_RAW_NAME_SQL = (
    "multiIf(tls_sni != '', tls_sni, http_request_url_hostname != '', http_request_url_hostname, dst_endpoint_hostname)"
)
_BARE_NAME_SQL = f"replaceRegexpOne(lowerUTF8({_RAW_NAME_SQL}), '[.]+$', '')"
_NAME_SQL = f"if(countSubstrings({_RAW_NAME_SQL}, ':') = 1, splitByChar(':', {_BARE_NAME_SQL})[1], {_BARE_NAME_SQL})"
Target = tuple[str, str, str]
"""Source address, destination (name, else address), port."""


@dataclass(frozen=True, slots=True)
class Beacon:
    """One source and destination with what its times say."""

    source: str
    destination: str
    port: str
    addresses: tuple[str, ...]
    rhythm: Rhythm
    equal_sizes: float | None  # None: no connection told its size
    covered: float
    known_to: int  # our machines that call the destination
    machines: int  # our machines that call anything
    outward: bool  # from an internal address; else the direction is a guess
    score: float
    connections: int
    first_us: int
    last_us: int
    seen_to_us: int  # the last moment looked at: a busy pair's last connections are counted but not kept
    notes: tuple[Note, ...]


def beacons_of(panes: Sequence[Pane], value: Mapping[str, float], networks: Networks) -> Iterator[Beacon]:
    """Beacons over the limits in ``value``, by (source, destination, port).

    A destination known by address only is left out when a named beacon of the same source, address and port
    explains it.
    """
    if not panes:
        return
    for pane in panes:
        pane.compact()
    members: dict[Target, list[tuple[int, int, str]]] = defaultdict(list)
    callers: dict[str, set[str]] = defaultdict(set)
    for place, pane in enumerate(panes):
        for (source, name, address, port), number in pane.pairs.items():
            members[source, name or address, port].append((place, number, address))
            if networks.is_internal(source):
                callers[name or address].add(source)
    machines = len(set().union(*callers.values()))
    rows = [_by_pair(pane) for pane in panes]
    first, last = min(pane.first_us for pane in panes), max(pane.last_us for pane in panes)
    explained: set[tuple[str, str, str]] = set()
    for target in sorted(members, key=lambda target: (target[1] in {m[2] for m in members[target]}, target)):
        parts = members[target]
        if sum(panes[place].counts[number] for place, number, _ in parts) < value["min_beats"] or target in explained:
            continue
        held = np.concatenate([rows[place][number] for place, number, _ in parts])
        held = held[np.argsort(held[:, 1], kind="stable")]
        beacon = _rate(target, parts, held, (first, last), (len(callers[target[1]]), machines), panes, value, networks)
        if beacon is not None:
            explained.update((target[0], address, target[2]) for _, _, address in parts)
            yield beacon


def _by_pair(pane: Pane) -> list[Ints]:
    """The pane's rows split by pair number."""
    order = np.argsort(pane.rows[:, 0], kind="stable")
    bounds = np.searchsorted(pane.rows[order, 0], np.arange(1, len(pane.pairs)))
    return list(np.split(pane.rows[order], bounds))


def _rate(
    target: Target,
    parts: Sequence[tuple[int, int, str]],
    held: Ints,
    span_us: tuple[int, int],
    known: tuple[int, int],
    panes: Sequence[Pane],
    value: Mapping[str, float],
    networks: Networks,
) -> Beacon | None:
    """The beacon, or None below the limits."""
    outward = networks.is_internal(target[0])
    counted = outward and known[1] >= 10  # fewer machines say nothing about popularity
    share = (known[0] - 1) / (known[1] - 1) if counted else 0.0
    if share > value["max_known_share"]:
        return None  # before the costly part: most pairs of a company end here
    times = held[:, 1] / 1e6
    rhythm = rhythm_of(times)
    too_weak = rhythm.evidence_nats < value["min_evidence"] or rhythm.regularity < value["min_regularity"]
    if rhythm.beats < value["min_beats"] or too_weak or rhythm.period_seconds < value["min_period"]:
        return None
    sizes = held[held[:, 2] >= 0, 2].astype(np.float64)
    alike = sameness(sizes) if len(sizes) else None
    covered = coverage(times, span_us[0] / 1e6, span_us[1] / 1e6)
    steady = rhythm.regularity if alike is None else 0.75 * rhythm.regularity + 0.25 * alike
    score = steady * (0.4 + 0.6 * covered) * (1 - value["popular"] * share) * (1.0 if outward else _GUESSED_DIRECTION)
    if score < value["min_score"]:
        return None
    notes = sorted(
        (note for place, number, _ in parts for note in panes[place].notes[number]),
        key=lambda n: (n.time_us, n.event_id),
    )
    return Beacon(
        *target,
        addresses=tuple(sorted({address for _, _, address in parts})),
        rhythm=rhythm,
        equal_sizes=alike,
        covered=covered,
        known_to=known[0],
        machines=known[1],
        outward=outward,
        score=score,
        connections=sum(panes[place].counts[number] for place, number, _ in parts),
        first_us=int(held[0, 1]),
        last_us=int(held[-1, 1]),
        seen_to_us=span_us[1],
        notes=tuple(notes[: 4 * NOTES_PER_PAIR]),
    )


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def _counted(beacon: Beacon) -> str:
    """The connections of a beacon as SQL; the destination is read from each event as ``Beaconing._pair`` reads it."""
    addresses = ", ".join(sql_text(address) for address in beacon.addresses[:_LISTED_ADDRESSES])
    listed = len(beacon.addresses) <= _LISTED_ADDRESSES
    return where_window(
        beacon.first_us,
        beacon.seen_to_us,
        COUNTED_SQL,
        equal("src_endpoint_ip", beacon.source),
        equal("dst_endpoint_port", int(beacon.port)),
        *([f"dst_endpoint_ip IN ({addresses})"] if listed else ["dst_endpoint_ip != ''"]),
        f"if({_NAME_SQL} IN ('', '-'), dst_endpoint_ip, {_NAME_SQL}) = {sql_text(beacon.destination)}",
    )


def conclusion_of(beacon: Beacon, window_us: int) -> Conclusion:
    """The beacon in words."""
    rhythm = beacon.rhythm
    where = f"{beacon.destination} port {beacon.port}"
    beat = f"about every {_span(rhythm.period_seconds)}, give or take {round(100 * rhythm.jitter)} %"
    missed = f", with about {round(100 * rhythm.miss_rate)} % of the beats missing" if rhythm.miss_rate > 0.1 else ""
    others = beacon.known_to - 1
    known = (
        f"{others} of our {beacon.machines - 1} other machines call it too"
        if others > 0
        else "no other machine of ours calls it"
    )
    alike = 0.0 if beacon.equal_sizes is None else beacon.equal_sizes
    return Conclusion(
        entity=ip_entity(beacon.source),
        anchor=f"{window_us}|{beacon.destination}|{beacon.port}",
        title=f"Regular calls from {beacon.source} to {where}: command and control, or an update check",
        severity=Severity.MEDIUM if beacon.outward and beacon.known_to <= 2 else Severity.LOW,
        confidence=beacon.score,
        first_us=beacon.first_us,
        last_us=beacon.last_us,
        explanation=f"{beacon.source} called {where} {beacon.connections} times, {beat}{missed}; {known}. "
        "Implants call home "
        "like this, and so do update checks and telemetry: what matters is whether this destination is expected.",
        reasons=(
            (f"the calls keep time: {beat}{missed}", 0.75 * rhythm.regularity),
            (f"each sends nearly the same amount ({round(100 * alike)} % alike)", 0.25 * alike),
            (f"they cover {round(100 * beacon.covered)} % of the time observed", 0.3 * beacon.covered),
        ),
        notes=beacon.notes,
        event_count=beacon.connections,
        where=_counted(beacon),
        entities=[ip_entity(address) for address in beacon.addresses[:20]],
        features={
            "period_seconds": round(rhythm.period_seconds, 3),
            "jitter": rhythm.jitter,
            "miss_rate": rhythm.miss_rate,
            "beats": rhythm.beats,
            "nats_per_interval": round(rhythm.nats_per_interval, 4),
            "equal_sizes": round(alike, 4),
            "covered": round(beacon.covered, 4),
            "known_to": beacon.known_to,
            "machines": beacon.machines,
            "score": round(beacon.score, 4),
            "destination": beacon.destination,
            "port": beacon.port,
        },
    )
