"""The journal remembers across restarts, all or nothing, in a file as on a server."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.support.events import START

from hodoscope.errors import StoreError
from hodoscope.soc.storage import journal as journal_file
from hodoscope.soc.storage.interface import BatchIntent, Cursor, Journal, RuleUse, Run, SourceRecord

Opener = Callable[[], Journal]


def test_a_batch_is_pending_until_committed(journal: Journal, opener: Opener) -> None:
    """Its token is the same after a restart; the commit moves the checkpoint."""
    assert journal.checkpoint("t", "s").position == 0
    token = journal.begin_batch("t", "s", 0, 100)
    journal.close()
    again = opener()
    assert again.pending_batches("t") == [BatchIntent(token, "s", 0, 100)]
    assert again.begin_batch("t", "s", 0, 90) == token
    assert again.begin_batch("u", "s", 0, 90) != token
    again.commit_batch("t", "s", token, 90, 9, START, (80, "d"))
    again.commit_batch("t", "s", again.begin_batch("t", "s", 90, None), 95, 0, None)
    checkpoint = again.checkpoint("t", "s")
    assert (checkpoint.position, checkpoint.records, checkpoint.batches) == (95, 9, 2)
    assert again.pending_batches("t") == []
    assert again.checkpoint("u", "s").position == 0
    again.close()


def test_cursor_and_states_move_together(journal: Journal, opener: Opener) -> None:
    """After a restart both are the last committed ones; a detector that left is forgotten."""
    cursor = Cursor(START + timedelta(microseconds=1), b"\0" * 15 + b"\xff")
    journal.commit_detection("t", "set", Cursor(START, b"x" * 16), {"a": b"1", "b": b"2"})
    journal.commit_detection("t", "set", cursor, {"a": b"1", "c": b"3"})
    journal.close()
    again = opener()
    progress = again.detection("t", "set")
    assert (progress.after, progress.states) == (cursor, {"a": b"1", "c": b"3"})
    assert again.detection("t", "other").after is None
    again.reset_detection("t", "set")
    assert (again.detection("t", "set").after, again.detection("t", "set").states) == (None, {})
    again.commit_detection("t", "set", cursor, {"a": b"1"})
    assert again.detection("t", "set").states == {"a": b"1"}
    again.close()


def test_a_failed_commit_changes_nothing(journal: Journal) -> None:
    """A state that cannot be written leaves the cursor where it was."""
    cursor = Cursor(START, b"x" * 16)
    journal.commit_detection("t", "set", cursor, {"a": b"1"})
    bad: dict[str, bytes] = {"a": b"2", "b": bytearray(0)}  # type: ignore[dict-item]  # then made unwritable
    bad["b"] = object()  # type: ignore[assignment]  # what the test is about
    with pytest.raises(TypeError):
        journal.commit_detection("t", "set", Cursor(START + timedelta(1), b"y" * 16), bad)
    assert journal.detection("t", "set").after == cursor
    assert journal.detection("t", "set").states == {"a": b"1"}


def test_late_events_are_noticed_until_acknowledged(journal: Journal) -> None:
    """The smallest time of the batches a detector set has not seen; each set sees for itself."""
    for seconds in (50, 10, 90):
        token = journal.begin_batch("t", "s", seconds, None)
        journal.commit_batch("t", "s", token, seconds, 1, START + timedelta(seconds=seconds))
    new = journal.new_events("t", "set")
    assert new.earliest == START + timedelta(seconds=10)
    journal.acknowledge("t", "set", new)
    assert journal.new_events("t", "set").earliest is None
    assert journal.new_events("t", "other").earliest == new.earliest
    assert journal.new_events("u", "set").earliest is None
    journal.commit_batch("t", "s", journal.begin_batch("t", "s", 99, None), 99, 1, START)
    assert journal.new_events("t", "set").earliest == START


def test_runs_are_listed_newest_first(journal: Journal) -> None:
    """A run that was killed has no end."""
    first = journal.start_run("ingest", START)
    second = journal.start_run("detect", START)
    journal.finish_run(first, START + timedelta(seconds=1), {"events": 3})
    assert journal.runs() == [
        Run(second, "detect", START, None, {}),
        Run(first, "ingest", START, START + timedelta(seconds=1), {"events": 3}),
    ]


def test_rule_use_is_replaced_and_its_cost_added_up(journal: Journal) -> None:
    """Counts come from the detector's state and are whole; what was spent is spent."""
    journal.record_rule_use("t", {"a": RuleUse(0, None, None, 0.5)})
    journal.record_rule_use(
        "t", {"a": RuleUse(3, START, START + timedelta(hours=1), 0.25), "b": RuleUse(0, None, None, 0)}
    )
    assert journal.rule_use("t") == {
        "a": RuleUse(3, START, START + timedelta(hours=1), 0.75),
        "b": RuleUse(0, None, None, 0.0),
    }
    assert journal.rule_use("other") == {}


def test_sources_are_refreshed_not_doubled(journal: Journal) -> None:
    """What is known of a source is replaced under its id, for one tenant."""
    journal.record_source("t", SourceRecord("b", "/old", "zeek", 10, "d", None))
    journal.record_source("t", SourceRecord("b", "/new", "zeek", 20, "e", 99))
    journal.record_source("t", SourceRecord("a", "/a", "evtx", 1, "f", 1))
    journal.record_source("u", SourceRecord("c", "/c", "evtx", 1, "f", 1))
    assert [(source.source_id, source.path, source.size) for source in journal.sources("t")] == [
        ("a", "/a", 1),
        ("b", "/new", 99),
    ]


def test_steps_taken_together_are_kept_or_undone_together(journal: Journal) -> None:
    """An error inside the block undoes the steps before it."""
    with journal.together():
        token = journal.begin_batch("t", "s", 0, 10)
        journal.commit_batch("t", "s", token, 10, 1, None)

    def interrupted() -> None:
        with journal.together():
            journal.commit_batch("t", "s", journal.begin_batch("t", "s", 10, 20), 20, 1, None)
            raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        interrupted()
    assert journal.checkpoint("t", "s").position == 10
    assert journal.pending_batches("t") == []


def test_a_newer_journal_is_refused(opener: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to do."""
    opener().close()
    monkeypatch.setattr(journal_file, "MIGRATIONS", ())
    with pytest.raises(StoreError, match="use the newer program"):
        opener()


def test_a_second_process_sees_what_the_first_wrote(journal: Journal, opener: Opener) -> None:
    """Also when the first wrote the same states before: nothing is left out because this process once wrote it."""
    cursor = Cursor(START, b"x" * 16)
    journal.commit_detection("t", "set", cursor, {"a": b"1"})
    other = opener()
    other.detection("t", "set")
    other.commit_detection("t", "set", cursor, {"a": b"2"})
    assert journal.detection("t", "set").states == {"a": b"2"}
    journal.commit_detection("t", "set", cursor, {"a": b"1"})
    assert other.detection("t", "set").states == {"a": b"1"}
    other.close()
