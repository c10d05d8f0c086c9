"""The laws of the detector port as functions that raise ``AssertionError``; see ``soc/detectors/interface.py``."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pyarrow as pa

from hodoscope.soc.columns import BY_NAME
from hodoscope.soc.detectors.examples import events_for
from hodoscope.soc.detectors.interface import Example
from hodoscope.soc.detectors.registry import AnyDetector
from hodoscope.soc.finding import MAX_EVIDENCE, Evidence, Finding

ATTACK_ID = re.compile(r"T\d{4}(\.\d{3})?\Z")


def slices(events: pa.Table, cuts: Sequence[int]) -> list[pa.Table]:
    """The table cut at the given row numbers (taken modulo its length)."""
    edges = sorted({0, events.num_rows, *(cut % (events.num_rows + 1) for cut in cuts)})
    return [events.slice(start, end - start) for start, end in pairwise(edges)]


def told(detector: AnyDetector, batches: Sequence[pa.Table], restart: bool = False) -> tuple[list[Finding], bytes]:
    """Every version of every finding as told, and the final state; with ``restart`` the state is dumped and loaded at
    every boundary."""
    state, found = detector.initial(), list[Finding]()
    for batch in batches:
        found.extend(detector.detect(batch, state))
        if restart:
            state = detector.load(detector.dump(state))
    last = detector.dump(state)
    found.extend(detector.finish(state))
    return found, last


def run(detector: AnyDetector, batches: Sequence[pa.Table], restart: bool = False) -> tuple[list[Finding], bytes]:
    """What readers get, the fullest version of each finding in id order, and the final state."""
    found, last = told(detector, batches, restart)
    fullest: dict[str, Finding] = {}
    for finding in found:
        former = fullest.get(finding.finding_id)
        if former is None or former.event_count < finding.event_count:
            fullest[finding.finding_id] = finding
    return [fullest[finding_id] for finding_id in sorted(fullest)], last


def cuts_do_not_matter(detector: AnyDetector, events: pa.Table, cuts: Sequence[int]) -> None:
    """Findings and state are the same however the stream is cut."""
    assert run(detector, slices(events, cuts)) == run(detector, [events])


def restarts_do_not_matter(detector: AnyDetector, events: pa.Table, cuts: Sequence[int]) -> None:
    """Findings and state are the same after a stop and restart at any boundary."""
    assert run(detector, slices(events, cuts), restart=True) == run(detector, slices(events, cuts))


def state_survives(detector: AnyDetector, events: pa.Table) -> None:
    """``dump(load(dump(state))) == dump(state)``, empty and full."""
    state = detector.initial()
    for batch in (events.slice(0, 0), events):
        list(detector.detect(batch, state))
        dumped = detector.dump(state)
        assert detector.dump(detector.load(dumped)) == dumped


def finish_changes_nothing(detector: AnyDetector, events: pa.Table) -> None:
    """``finish`` leaves the state as it was and says the same when asked twice."""
    state = detector.initial()
    list(detector.detect(events, state))
    before = detector.dump(state)
    first = list(detector.finish(state))
    assert detector.dump(state) == before
    assert list(detector.finish(state)) == first


def replay_gives_the_same(detector: AnyDetector, events: pa.Table) -> None:
    """A second run tells the same; what is told under an id again has grown, it is never another finding."""
    first, again = told(detector, [events])[0], told(detector, [events])[0]
    assert first == again
    versions: dict[str, Finding] = {}
    for finding in first:
        former = versions.setdefault(finding.finding_id, finding)
        assert finding == former or finding.event_count > former.event_count
        versions[finding.finding_id] = finding


def example_holds(detector: AnyDetector, example: Example) -> None:
    """A positive example fires and a negative one does not."""
    found, _ = run(detector, [events_for(detector.spec, example.events)])
    assert bool(found) == example.fires, f"{example.name}: {[finding.explanation for finding in found]}"


def card_is_complete(detector: AnyDetector, examples: Sequence[Example]) -> None:
    """ATT&CK ids, known columns, sourced parameters, a way to check, examples of both kinds."""
    spec = detector.spec
    assert re.fullmatch(r"[a-z][a-z0-9_]*", spec.name)
    assert spec.version
    assert spec.title
    assert spec.where
    assert spec.lateness_seconds >= 0
    assert spec.attack
    assert all(ATTACK_ID.match(technique) for technique in spec.attack)
    assert set(spec.columns) <= {*BY_NAME, "indicator_ids"}
    assert spec.parameters
    assert all(p.unit and p.source and math.isfinite(p.value) for p in spec.parameters.values())
    assert len(spec.how_to_check) > 40
    assert {example.fires for example in examples} == {True, False}


def quotes_a_column(event: Mapping[str, Any], row: Evidence) -> bool:
    """The evidence names a column of the event and quotes its value, one of its list, or its beginning."""
    quoted = event[row.field]
    return row.value in quoted if isinstance(quoted, list) else row.value == str(quoted)[: len(row.value)]


def findings_are_explained(
    detector: AnyDetector,
    events: pa.Table,
    quotes: Callable[[Mapping[str, Any], Evidence], bool] = quotes_a_column,
) -> None:
    """Each finding is complete, and its evidence quotes its events verbatim."""
    spec = detector.spec
    by_id = {event["event_id"].hex(): event for event in events.to_pylist()}
    for finding in run(detector, [events])[0]:
        assert (finding.detector, finding.detector_version) == (spec.name, spec.version)
        assert re.fullmatch(r"[0-9a-f]{32}", finding.finding_id)
        assert re.fullmatch(r"[a-z]+:.+", finding.entity, re.DOTALL)
        assert finding.entity in finding.entity_ids
        assert finding.first_time <= finding.last_time
        assert finding.first_time.utcoffset() is not None
        assert all(ATTACK_ID.match(technique) for technique in finding.attack)
        assert finding.attack
        assert finding.title
        assert len(finding.explanation) > 40
        assert finding.how_to_check
        assert finding.where
        assert 0 < finding.confidence <= 1
        assert math.isclose(sum(reason.weight for reason in finding.contributions), 1)
        assert 0 < len(finding.evidence) <= MAX_EVIDENCE
        assert finding.event_count >= len({row.event_id for row in finding.evidence})
        for row in finding.evidence:
            event = by_id[row.event_id]
            assert row.time == event["time"]
            assert quotes(event, row), f"{row.field}: {row.value!r} is not in {event}"


def where_counts_the_events(detector: AnyDetector, events: pa.Table, count: Callable[[str], int]) -> None:
    """``count`` (rows of the stored events under a condition) of a finding's WHERE is its ``event_count``."""
    for finding in run(detector, [events])[0]:
        found = count(finding.where)
        assert found == finding.event_count, f"{finding.title}: {finding.event_count} counted, {found} found again"
