"""Following a log: findings appear as lines are appended, once each, and it ends when told."""

import itertools
import json
from pathlib import Path

import pytest

from hodoscope.cli import following
from hodoscope.cli.following import follow
from tests.support.pipeline import detect, findings, fresh_pipeline, guessing, ingest


def test_findings_appear_as_the_log_grows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The attack is appended in rounds; each finding is printed once, and they are those of a single run."""
    log, whole = tmp_path / "auth.log", tmp_path / "whole.log"
    log.write_text("Mar  3 09:00:00 gate CRON[1]: (root) CMD (x)\n")
    appended = [guessing(range(1)), guessing(range(1, 4)), guessing(range(4, 5), ok_at=6), ""]
    rounds = itertools.count()

    def sleep(seconds: float) -> None:
        number = next(rounds)
        if number < len(appended):
            with log.open("a") as file:
                file.write(appended[number])

    clock = itertools.count(0, 100_000)  # each look at the clock is a day later: every round is a quiet one
    with fresh_pipeline() as pipeline:
        follow(
            [str(log)],
            None,
            pipeline,
            json=True,
            stop=lambda: next(stops) > 8,
            sleep=sleep,
            clock=lambda: float(next(clock)),
        )
        found = findings(pipeline)
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(item["finding_id"] for item in printed) == [identity for identity, _, _ in found]
    assert found
    whole.write_text(log.read_text())
    with fresh_pipeline() as pipeline:
        ingest(pipeline, whole)
        detect(pipeline)
        assert [title for _, title, _ in findings(pipeline)]


stops = itertools.count()


@pytest.mark.parametrize("enough", [True, False])
def test_late_events_are_looked_at_or_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, enough: bool
) -> None:
    """A small store is looked at again and ends at the findings of a single run; a large one says what to do."""
    monkeypatch.setattr(following, "REPLAY_EVENTS", 10_000 if enough else 10)
    newer, older = tmp_path / "newer.log", tmp_path / "older.log"
    newer.write_text(guessing(range(30, 34)))
    rounds, ends, days = itertools.count(), itertools.count(), itertools.count(0, 100_000)

    def sleep(seconds: float) -> None:
        if next(rounds) == 2:
            older.write_text(guessing(range(28, 30)))

    with fresh_pipeline() as pipeline:
        follow(
            [str(tmp_path)],
            None,
            pipeline,
            json=True,
            stop=lambda: next(ends) > 9,
            sleep=sleep,
            clock=lambda: float(next(days)),
        )
        found = findings(pipeline)
        events = pipeline.store.counts(tenant="default").events
    assert events == 120
    with fresh_pipeline() as pipeline:
        ingest(pipeline, older, newer)
        detect(pipeline)
        assert (findings(pipeline) == found) is enough
    errors = capsys.readouterr().err
    assert ("detect --replay" in errors) is not enough
    assert ("withdrawn" in errors) is enough
