"""Following a log: findings appear as lines are appended, once each, and it ends when told."""

import itertools
import json
from pathlib import Path

import pytest

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
