"""Detection gives the same findings whatever the order of arrival, the page size and the number of passes."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.pipeline import detect, findings, fresh_pipeline, guessing, ingest

from hodoscope.soc.detection import Detection, DetectSummary
from hodoscope.soc.detectors.registry import build_all

EARLY = guessing(range(5), ok_at=5)
LATE = guessing(range(30, 34), address="198.51.100.7")


def whole(tmp_path: Path, page_rows: int) -> list[tuple[str, str, int]]:
    """Findings of everything at once."""
    log = tmp_path / "auth.log"
    log.write_text(EARLY + LATE)
    with fresh_pipeline(page_rows=page_rows) as pipeline:
        ingest(pipeline, log)
        summary = detect(pipeline)
        found = findings(pipeline)
        assert summary.findings == len(found) > 1
        assert not summary.replayed
        return found


def told(found: list[tuple[str, str, int]]) -> list[tuple[str, int]]:
    """Titles with event counts, sorted."""
    return sorted((title, count) for _, title, count in found)


@pytest.mark.parametrize("page_rows", [13, 101])
def test_findings_are_equal_whatever_the_page_size(tmp_path: Path, page_rows: int) -> None:
    """Many pages, or all in one."""
    assert whole(tmp_path, page_rows) == whole(tmp_path, 100_000)


def test_a_second_pass_finds_nothing_new(tmp_path: Path) -> None:
    """The cursor stands at the end, and what is still open is reported under the same id."""
    log = tmp_path / "auth.log"
    log.write_text(EARLY)
    with fresh_pipeline() as pipeline:
        ingest(pipeline, log)
        first = detect(pipeline)
        second = detect(pipeline)
        assert first.findings > 0
        assert (second.events, second.findings, second.replayed) == (0, 0, False)


def test_replay_gives_the_same_findings_and_none_new(tmp_path: Path) -> None:
    """On request everything is looked at again."""
    log = tmp_path / "auth.log"
    log.write_text(EARLY)
    with fresh_pipeline() as pipeline:
        ingest(pipeline, log)
        before = detect(pipeline)
        found = findings(pipeline)
        again = detect(pipeline, replay=True)
        assert (again.events, again.findings, again.replayed) == (before.events, 0, True)
        assert findings(pipeline) == found


def test_late_events_cause_a_replay_that_ends_at_the_same_findings(tmp_path: Path) -> None:
    """A file with older events comes in after the newer ones were looked at: as if all had come in order."""
    expected = whole(tmp_path, 100_000)
    newer, older = tmp_path / "newer.log", tmp_path / "older.log"
    newer.write_text(LATE)
    older.write_text(EARLY)
    with fresh_pipeline() as pipeline:
        ingest(pipeline, newer)
        assert not detect(pipeline).late
        ingest(pipeline, older)
        summary = detect(pipeline)
        assert (summary.late, summary.replayed) == (True, True)
        # Ids differ because the events came from other files; what was found does not.
        assert told(findings(pipeline)) == told(expected)


def test_newer_events_continue_without_a_replay(tmp_path: Path) -> None:
    """State carries over: only the new events are read."""
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    first.write_text(EARLY)
    second.write_text(LATE)
    with fresh_pipeline() as pipeline:
        ingest(pipeline, first)
        seen = detect(pipeline).events
        ingest(pipeline, second)
        summary = detect(pipeline)
        assert (summary.replayed, summary.late) == (False, False)
        assert 0 < summary.events <= 80 < seen


def test_progress_hears_of_every_page(tmp_path: Path) -> None:
    """Counts grow to the number of events that detectors read."""
    log = tmp_path / "auth.log"
    log.write_text(EARLY)
    with fresh_pipeline(page_rows=10) as pipeline:
        ingest(pipeline, log)
        counts: list[int] = []
        summary = pipeline.detect(lambda told: counts.append(told.events))
        assert counts == sorted(counts)
        assert counts[-1] == summary.events
        assert len(counts) >= summary.events // 10


def test_other_parameters_have_progress_of_their_own(tmp_path: Path) -> None:
    """The set's identity is its names, versions and parameter values."""
    with fresh_pipeline() as pipeline:
        same = Detection(pipeline.store, pipeline.journal, build_all(), "default")
        again = Detection(pipeline.store, pipeline.journal, build_all(), "default")
        fewer = Detection(pipeline.store, pipeline.journal, build_all()[1:], "default")
        assert same.set_id == again.set_id != fewer.set_id


def test_findings_that_a_replay_no_longer_supports_are_withdrawn(tmp_path: Path) -> None:
    """Older events show that the attack began earlier: it is another finding now, and the former one is kept aside."""
    newer, older = tmp_path / "newer.log", tmp_path / "older.log"
    newer.write_text(guessing(range(30, 34)))
    older.write_text(guessing(range(28, 30)))
    with fresh_pipeline() as pipeline:
        ingest(pipeline, newer)
        detect(pipeline)
        former = {finding.finding_id for finding in pipeline.store.findings(tenant="default")}
        ingest(pipeline, older)
        summary = detect(pipeline)
        now = {finding.finding_id for finding in pipeline.store.findings(tenant="default")}
        everything = pipeline.store.findings(tenant="default", withdrawn=True)
        assert former
        assert former & now == set()
        assert {finding.finding_id for finding in everything if finding.withdrawn} == former
        assert (summary.withdrawn, summary.findings) == (len(former), len(now))
        assert detect(pipeline, replay=True).withdrawn == 0


@pytest.mark.parametrize("page_rows", [7, 50])
def test_a_replay_cut_short_withdraws_nothing_it_found_before(tmp_path: Path, page_rows: int) -> None:
    """What was found before the stop is remembered with the cursor."""
    log = tmp_path / "auth.log"
    log.write_text(EARLY + LATE)
    with fresh_pipeline(page_rows=page_rows) as pipeline:
        ingest(pipeline, log)
        detect(pipeline)
        found = findings(pipeline)
        pages = itertools.count()

        def stop(summary: DetectSummary) -> None:
            if next(pages) == 110 // page_rows:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            pipeline.detect(stop, replay=True)
        summary = detect(pipeline)
        assert 0 < summary.events < 100
        assert summary.withdrawn == 0
        assert findings(pipeline) == found


def test_findings_of_other_detectors_are_not_withdrawn(tmp_path: Path) -> None:
    """A look by some detectors says nothing about what others, or the same with other values, found."""
    log = tmp_path / "auth.log"
    log.write_text(EARLY)
    with fresh_pipeline() as pipeline:
        ingest(pipeline, log)
        detect(pipeline)
        found = findings(pipeline)
        deaf = build_all({"brute_force": {"failures": 10_000}})
        assert replace(pipeline, detectors=deaf).detect(lambda _: None).withdrawn == 0
        assert findings(pipeline) == found
