"""The hits of a page as what correlations take, and what they tell as a finding.

An event travels through the correlator as ``id entity``: one event has one entity, so the text still stands for the
event, and a match knows whom it is about long after the page is gone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from itertools import pairwise

import pyarrow as pa

from hodoscope.soc.detectors.conclusion import Conclusion
from hodoscope.soc.detectors.evidence import Note, ip_entity, utc, where_events
from hodoscope.soc.sigma.account import SEVERITIES
from hodoscope.soc.sigma.correlation.interface import CorrelationHit, CorrelationMatch, Values
from hodoscope.soc.sigma.interface import KindKey, Router
from hodoscope.soc.sigma.routing.values import Distinct
from hodoscope.soc.sigma.routing.values import Values as FieldValues
from hodoscope.soc.sigma.rule import Correlation

NAMED_EVENTS = 1000
"""Events of a match that its WHERE names; of more the latest ones."""


def field_values(
    events: pa.Table, kinds: Sequence[KindKey], router: Router, fields: Sequence[str]
) -> Mapping[str, list[Values]]:
    """The values of fields in every row, wherever events of its kind have them."""
    found: dict[str, list[Values]] = {name: [()] * len(kinds) for name in fields}
    rows_of: dict[KindKey, list[int]] = {}
    for row, kind in enumerate(kinds):
        rows_of.setdefault(kind, []).append(row)
    for kind, rows in rows_of.items():
        values = FieldValues(events.take(pa.array(rows)))
        for name in fields:
            for row, held in zip(rows, _texts(values.distinct(router.sources(kind, name))), strict=True):
                found[name][row] = held
    return found


def _texts(found: Distinct) -> list[Values]:
    texts: list[str] = found.texts.to_pylist()
    if found.offsets is None:
        held: list[Values] = [(text,) for text in texts]
    else:
        ends = found.offsets.tolist()
        held = [tuple(texts[start:end]) for start, end in pairwise(ends)]
    return [held[code] if code >= 0 else () for code in found.codes.tolist()]


def event_token(event_id: bytes, entity: str) -> str:
    """How an event is called inside the correlator."""
    return f"{event_id.hex()} {entity}"


def conclusion(
    correlation: Correlation, match: CorrelationMatch, titles: Mapping[str, str], rule_hash: str
) -> Conclusion:
    """What a match says: how often which rule hit, about whom, and how to find the events again."""
    events = {event: hit for hit in match.hits for event in hit.events}
    entities = [event.partition(" ")[2] for event in events]
    entity = _subject(match, entities)
    group = ", ".join(f"{name} {value}" for name, value in match.group) or "all events together"
    first_us, last_us = min(hit.time_us for hit in match.hits), max(hit.time_us for hit in match.hits)
    ids = [bytes.fromhex(event.partition(" ")[0]) for event in list(events)[-NAMED_EVENTS:]]
    author = f" by {correlation.author}" if correlation.author else ""
    meaning = " ".join(correlation.description.split()) or "The correlation gives no description."
    return Conclusion(
        entity=entity,
        anchor=f"{correlation.rule_id}|{match.time_us}|{match.group!r}",
        severity=SEVERITIES[correlation.level],
        confidence=0.7,
        first_us=first_us,
        last_us=last_us,
        title=correlation.title,
        explanation=f"{meaning} Seen for {group}, in {len(events):,} events within "
        f"{correlation.timespan_seconds:,} s. Sigma correlation {correlation.title!r}{author} "
        f"({correlation.pack}: {correlation.path}).",
        reasons=_reasons(match.hits, titles),
        notes=_notes(match),
        event_count=len(events),
        where=where_events(ids),
        entities=dict.fromkeys(entities),
        attack=correlation.attack,
        how_to_check=f"Read the {len(match.hits):,} hits in order: do they belong to one story, and did {group} "
        "have a reason? Then look at what followed the last one.",
        rule_hash=rule_hash,
        features={
            "rule": correlation.rule_id,
            "rule_level": correlation.level,
            "rule_status": correlation.status,
            "rule_author": correlation.author,
            "pack": correlation.pack,
            "path": correlation.path,
            "measured": match.measured,
            "dropped": match.dropped,
        },
    )


def _subject(match: CorrelationMatch, entities: Sequence[str]) -> str:
    """The entity of most events; where they are of several and grouped by one address, the address.

    Password spraying is about where it comes from, not about the user that happened to be tried most.
    """
    if len(set(entities)) > 1 and len(match.group) == 1 and _is_address(match.group[0][1]):
        return ip_entity(match.group[0][1])
    return Counter(reversed(entities)).most_common(1)[0][0]


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _reasons(hits: Sequence[CorrelationHit], titles: Mapping[str, str]) -> list[tuple[str, float]]:
    counts = Counter(hit.rule_id for hit in hits)
    first = {hit.rule_id: hit.time_us for hit in reversed(hits)}
    return [
        (
            f"{counts[rule]:,} × {titles.get(rule, rule)}, first at {utc(first[rule]):%Y-%m-%d %H:%M:%S}",
            float(counts[rule]),
        )
        for rule in sorted(first, key=lambda rule: first[rule])
    ]


def _notes(match: CorrelationMatch) -> list[Note]:
    return [
        Note(bytes.fromhex(event.partition(" ")[0]), hit.time_us, name, value)
        for hit in match.hits
        for event in hit.events
        for name, value in match.group or (("rule", hit.rule_id),)
    ]
