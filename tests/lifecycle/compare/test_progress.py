"""Progress is told on standard error: a line now and then where nobody watches, nothing when quiet."""

import pytest

from hodoscope.lifecycle.compare import progress
from hodoscope.lifecycle.compare.progress import ProgressBar


def test_without_a_terminal_a_line_is_printed_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one per cell: every so many seconds."""
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", -1)
    with ProgressBar(2) as bar:
        bar("svm, seed 1, fold 1")
        monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 1000)
        bar("svm, seed 1, fold 2")
    assert capsys.readouterr().err == "comparing: 1 of 2 (svm, seed 1, fold 1)\n"


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """No line at all."""
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", -1)
    with ProgressBar(1, quiet=True) as bar:
        bar("prior, seed 1, fold 1")
    assert capsys.readouterr().err == ""
