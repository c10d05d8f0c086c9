"""Text formats told by their lines."""

import pytest

from hodoscope.soc.sources.detect import detect_record
from hodoscope.soc.sources.detect_text import text_format

from .format_samples import LINES


@pytest.mark.parametrize("name", LINES)
def test_text_formats_are_told_by_their_lines(name: str) -> None:
    """One line each."""
    assert [detect_record(line.encode()) for line in LINES[name]] == [name] * len(LINES[name])


def test_giant_line_is_judged_by_its_start() -> None:
    """A line of megabytes costs no more than a long one."""
    assert text_format(LINES["syslog"][0].encode() + b"x" * 5_000_000) == "syslog"
    assert text_format(b'x "' * 2_000_000) == "text"
