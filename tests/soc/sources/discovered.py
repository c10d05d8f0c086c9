"""What discovery makes of some paths, for tests."""

from pathlib import Path

from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.discover import discover
from hodoscope.soc.sources.fingerprint import Known
from hodoscope.soc.sources.stream_source import StreamSource


def text(first: int, count: int) -> bytes:
    """Syslog lines."""
    return b"".join(b"Mar 27 13:06:56 host sshd[%d]: message\n" % number for number in range(first, first + count))


def found(*paths: Path | str, known: tuple[Known, ...] = ()) -> tuple[list[StreamSource], list[SkippedRecord]]:
    """Sources and what is not read."""
    entries = list(discover([str(path) for path in paths], known=known))
    sources = [entry for entry in entries if isinstance(entry, StreamSource)]
    return sources, [entry for entry in entries if isinstance(entry, SkippedRecord)]
