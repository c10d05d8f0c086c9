"""Ingestion stores every record once, whatever files, batches and formats it came in."""

import contextlib
import gc
import io
import sys
from pathlib import Path

import pytest
from tests.support.pipeline import Silent, detect, fresh_pipeline, guessing, ingest, with_batches

from hodoscope.cli.sources import open_sources
from hodoscope.soc.collector import collector_paused
from hodoscope.soc.pipeline import Pipeline

TRAIL = (
    '{"eventVersion":"1.08","eventTime":"2024-05-01T10:00:%02dZ","eventSource":"s3.amazonaws.com","eventName":"GetObject",'
    '"awsRegion":"eu-west-1","userIdentity":{"type":"IAMUser","userName":"ann"},"sourceIPAddress":"192.0.2.9","eventID":"%s"}\n'
)  # fmt: skip


def stored(pipeline: Pipeline, columns: str = "raw") -> list[object]:
    """One column of all events, sorted."""
    table = pipeline.store.query(f"SELECT {columns} AS value FROM events ORDER BY value")
    return list(table.column("value").to_pylist())


def test_small_sources_are_stored_together(tmp_path: Path) -> None:
    """Twenty small files are one insert, and every file keeps its own checkpoint."""
    for number in range(20):
        (tmp_path / f"{number:02}.log").write_text(guessing(range(1), address=f"192.0.2.{number}"))
    with fresh_pipeline() as pipeline:
        assert ingest(pipeline, tmp_path).stored == 400
        blocks = pipeline.store.query("SELECT uniqExact(ingested_at) AS n FROM events").column("n")[0].as_py()
        assert blocks == 1
        checkpoints = [pipeline.journal.checkpoint("default", s.source_id) for s in pipeline.journal.sources("default")]
        assert [checkpoint.records for checkpoint in checkpoints] == [20] * 20
        assert ingest(pipeline, tmp_path).records == 0


@pytest.mark.parametrize("records", [3, 17, 100_000])
def test_what_is_stored_does_not_depend_on_the_batch_size(tmp_path: Path, records: int) -> None:
    """The same events in batches of three as all at once."""
    (tmp_path / "auth.log").write_text(guessing(range(2), ok_at=3))
    (tmp_path / "trail.json").write_text("".join(TRAIL % (n, f"e{n}") for n in range(9)))
    with fresh_pipeline(records=records) as pipeline:
        summary = ingest(pipeline, tmp_path)
        assert (summary.stored, summary.duplicates, summary.dead_letters.total()) == (50, 0, 0)
        assert summary.formats == {"syslog": 41, "cloudtrail": 9}
        assert len(set(stored(pipeline, "hex(event_id)"))) == 50


def test_the_vendors_own_id_makes_a_duplicate(tmp_path: Path) -> None:
    """The same event delivered in two files is stored once; without an id of its own it is two events."""
    (tmp_path / "a.json").write_text(TRAIL % (1, "same") + TRAIL % (2, "a"))
    (tmp_path / "b.json").write_text(TRAIL % (3, "b") + TRAIL % (1, "same"))
    (tmp_path / "a.log").write_text(guessing(range(1)))
    (tmp_path / "b.log").write_text("Mar  3 09:00:00 gate CRON[1]: x\n" + guessing(range(1)))
    with fresh_pipeline() as pipeline:
        summary = ingest(pipeline, tmp_path)
        assert summary.duplicates == 1
        assert summary.formats == {"cloudtrail": 3, "syslog": 41}


def test_a_changed_record_with_a_known_id_is_kept(tmp_path: Path) -> None:
    """Who forges a vendor id must not make an event disappear: the content is part of the identity."""
    (tmp_path / "a.json").write_text(TRAIL % (1, "same"))
    (tmp_path / "b.json").write_text((TRAIL % (1, "same")).replace("GetObject", "DeleteTrail"))
    with fresh_pipeline() as pipeline:
        assert ingest(pipeline, tmp_path).stored == 2


def test_a_format_that_changes_midway_is_read_as_both(tmp_path: Path) -> None:
    """Records of another format inside a file go to their own mapping; what fits none is a dead letter."""
    text = TRAIL % (1, "x") + TRAIL % (2, "y") + "no format at all\n" + guessing(range(5, 6))
    (tmp_path / "mixed.log").write_text(text)
    with fresh_pipeline() as pipeline:
        summary = ingest(pipeline, tmp_path)
        assert summary.formats == {"syslog": 20, "cloudtrail": 2}
        letter = pipeline.store.query("SELECT position, reason, raw, path FROM dead_letters").to_pylist()
        assert [(row["position"], row["reason"]) for row in letter] == [(text.index("no format"), "not valid JSON")]
        assert letter[0]["path"].endswith("mixed.log")


def test_every_record_is_counted_once(tmp_path: Path) -> None:
    """Records read = stored + duplicates + dead letters; an empty file is named but is no dead letter."""
    (tmp_path / "a.json").write_text(TRAIL % (1, "a") + '{"broken\n' + TRAIL % (1, "a") + TRAIL % (2, "b"))
    (tmp_path / "empty.json").touch()
    with fresh_pipeline() as pipeline:
        summary = ingest(pipeline, tmp_path)
        assert summary.records == 4 == summary.stored + summary.duplicates + summary.dead_letters.total()
        assert summary.skipped_sources == {"empty": 1}
        assert summary.as_counts()["dead_letters"] == 1


def test_an_event_without_a_time_is_kept_and_stays_out_of_windows(tmp_path: Path) -> None:
    """It is counted; detectors never see it."""
    (tmp_path / "a.json").write_text((TRAIL % (1, "a")).replace("2024-05-01T10:00:01Z", "soon"))
    with fresh_pipeline() as pipeline:
        summary = ingest(pipeline, tmp_path)
        assert (summary.stored, summary.without_time) == (1, 1)
        assert detect(pipeline).events == 0


def test_a_source_that_grew_is_read_from_where_it_ended(tmp_path: Path) -> None:
    """Only what was appended is read again, with any batch size."""
    log = tmp_path / "auth.log"
    log.write_text(guessing(range(1)))
    with fresh_pipeline() as pipeline:
        ingest(pipeline, log)
        log.write_text(log.read_text() + guessing(range(1, 2)))
        summary = ingest(with_batches(pipeline, 3), log)
        assert (summary.records, summary.stored) == (20, 20)


def test_progress_counts_what_was_read(tmp_path: Path) -> None:
    """The watcher hears of each source once and of a growing number of records that ends at all of them."""
    (tmp_path / "a.log").write_text(guessing(range(2)))
    (tmp_path / "b.json").write_text(TRAIL % (1, "a"))
    with fresh_pipeline(records=15) as pipeline:
        watcher = Silent()
        pipeline.ingest(open_sources([str(tmp_path)], None, pipeline.journal, "default"), watcher)
    assert [Path(path).name for path in watcher.opened] == ["a.log", "b.json"]
    assert watcher.records == sorted(watcher.records)
    assert watcher.records[-1] == 41
    assert len(watcher.records) >= 4


def test_a_format_without_mapping_is_dead_letters_not_a_crash(tmp_path: Path) -> None:
    """A forced name nobody knows."""
    (tmp_path / "a.log").write_text("x\ny\n")
    with fresh_pipeline() as pipeline:
        summary = ingest(pipeline, tmp_path / "a.log", log_format="nonsense")
        assert summary.dead_letters == {"no mapping for this format": 2}


def test_the_collector_is_on_again_after_a_pause() -> None:
    """Also when the batch failed."""
    assert gc.isenabled()
    seen = []
    with contextlib.suppress(ZeroDivisionError), collector_paused():
        seen.append(gc.isenabled())
        seen.append(bool(1 / 0))
    assert seen == [False]
    assert gc.isenabled()


def test_a_line_that_was_half_written_is_read_again_and_nothing_is_doubled(tmp_path: Path) -> None:
    """A run may meet its log in the middle of a line; the next one stores the whole line and no other line twice."""
    log = tmp_path / "auth.log"
    whole = guessing(range(1))
    log.write_text(whole[:-30])
    with fresh_pipeline() as pipeline:
        assert ingest(pipeline, log).stored == 20
        log.write_text(whole)
        assert ingest(pipeline, log).stored == 1
        assert whole.splitlines()[-1] in stored(pipeline)


def test_files_never_opened_are_dead_letters_of_their_own(tmp_path: Path) -> None:
    """They share an empty source id and the position 0; the path tells them apart."""
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"\x7fELF" + name.encode())
    with fresh_pipeline() as pipeline:
        for _ in range(2):
            ingest(pipeline, tmp_path)
        assert sum(pipeline.store.counts(tenant="default").dead_letters.values()) == 2


def test_hidden_files_and_leftovers_are_counted_and_no_dead_letters(tmp_path: Path) -> None:
    """Nothing of the operator's is lost when an editor's file is passed over."""
    (tmp_path / "a.log").write_text(guessing(range(1)))
    for name in (".hidden", "a.log~"):
        (tmp_path / name).write_text("x")
    with fresh_pipeline() as pipeline:
        summary = ingest(pipeline, tmp_path)
    assert summary.skipped_sources.total() == 2
    assert not summary.dead_letters


def test_a_pipe_that_begins_like_an_earlier_one_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two streams may share their first 64 KiB: the second one's own events are stored, the shared ones not again."""
    shared = guessing(range(60))
    ends = [guessing(range(1), address=address) for address in ("192.0.2.1", "192.0.2.2")]
    assert len(shared) > 1 << 16
    with fresh_pipeline() as pipeline:
        for end, expected in zip(ends, (1220, 20), strict=True):
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((shared + end).encode())))
            assert ingest(pipeline, Path("-")).stored == expected
