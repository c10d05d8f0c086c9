"""From what the operator typed to candidates: files, directories, globs, standard input. Sorted, each file once, no
loops."""

import glob
import io
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.fingerprint import WINDOW_BYTES
from hodoscope.soc.sources.stream import RawFile
from hodoscope.soc.sources.stream_source import Candidate

OpenFile = Callable[[str], RawFile]

_LEFTOVERS = ("~", ".swp", ".swo", ".swx", ".tmp", ".part", ".crdownload", ".filepart")


def open_file(path: str) -> RawFile:
    """The operating system's own file, unbuffered: blocks are large."""
    return Path(path).open("rb", buffering=0)


def walk(paths: Sequence[str], open_path: OpenFile = open_file) -> Iterator[Candidate | SkippedRecord]:
    """Candidates in a fixed order: as named, then by name inside directories. Explicitly named hidden files are
    read."""
    walker = _Walker(open_path)
    for path in paths:
        yield from walker.named(path)


class _Walker:
    def __init__(self, open_path: OpenFile) -> None:
        self._open = open_path
        self._seen: dict[tuple[int, int], str] = {}

    def named(self, path: str) -> Iterator[Candidate | SkippedRecord]:
        if path == "-":
            yield _standard_input() if sys.stdin else not_read("-", "unreadable", "standard input is closed")
        elif os.path.lexists(path) or not glob.has_magic(path):
            yield from self._entry(path)
        else:
            matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 -- keeps the spelling
            if not matches:
                yield not_read(path, "not found", "no file matches this pattern")
            for match in matches:
                yield from self._entry(match, named=False)

    def _entry(self, path: str, *, named: bool = True) -> Iterator[Candidate | SkippedRecord]:
        try:
            status = os.stat(path)  # noqa: PTH116 -- a string path stays as the operator wrote it, "./" and all
        except OSError as error:
            reason = "unreadable"
            if isinstance(error, FileNotFoundError):
                # Only what the operator typed can be a mistake; a directory may hold dead links and rotate meanwhile.
                reason = "not found" if named else "dangling link" if Path(path).is_symlink() else "vanished"
            yield not_read(path, reason, error.strerror or str(error))
            return
        if stat.S_ISFIFO(status.st_mode):
            try:
                yield _once(path, self._open(path))
            except OSError as error:
                yield not_read(path, "unreadable", error.strerror or str(error))
            return
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            yield not_read(path, "not a file", "a device or socket")
            return
        key = (status.st_dev, status.st_ino)
        if key in self._seen:
            reason = "directory loop" if stat.S_ISDIR(status.st_mode) else "duplicate"
            yield not_read(path, reason, f"the same as {self._seen[key]}")
            return
        self._seen[key] = path
        if stat.S_ISDIR(status.st_mode):
            yield from self._directory(path)
        else:
            yield self._file(path, status)

    def _directory(self, path: str) -> Iterator[Candidate | SkippedRecord]:
        try:
            names = sorted(os.listdir(path))  # noqa: PTH208 -- only names are needed
        except OSError as error:
            yield not_read(path, "unreadable", error.strerror or str(error))
            return
        for name in names:
            inner = os.path.join(path, name)  # noqa: PTH118 -- keeps the operator's spelling of the directory
            left_out = leftover(name)
            if left_out:
                yield not_read(inner, left_out, "name it explicitly to read it")
            elif Path(inner).is_fifo():
                yield not_read(inner, "not a file", "a pipe; name it explicitly to read it")
            else:
                yield from self._entry(inner, named=False)

    def _file(self, path: str, status: os.stat_result) -> Candidate:
        def opened() -> RawFile:
            return self._open(path)

        return Candidate(path, opened, opened, status.st_size, status.st_mtime, status.st_ino)


def not_read(path: str, reason: str, detail: str) -> SkippedRecord:
    """Says that something the operator named, or that lies in a directory or archive, is not read at all."""
    return SkippedRecord("", path, 0, reason, detail, b"")


def leftover(name: str) -> str | None:
    """Why a file of this name inside a directory or archive is not read, if it is not."""
    if name.startswith("."):
        return "hidden file"
    if name.endswith(_LEFTOVERS) or (name.startswith("#") and name.endswith("#")):
        return "editor leftover"
    return None


def _standard_input() -> Candidate:
    return _once("-", sys.stdin.buffer)


def _once(path: str, raw: RawFile) -> Candidate:
    """A pipe: its first bytes are kept for detection, and read again when the records are."""
    start = b""
    while len(start) < WINDOW_BYTES and (data := raw.read(WINDOW_BYTES - len(start))):
        start += data
    return Candidate(path, lambda: _Resumed(start, raw), lambda: io.BytesIO(start), once=True)


class _Resumed:
    """What was read of a pipe already, then the rest of it."""

    def __init__(self, start: bytes, raw: RawFile) -> None:
        self._start = start
        self._raw = raw

    def read(self, size: int, /) -> bytes | None:
        if self._start:
            data, self._start = self._start[:size], self._start[size:]
            return data
        return self._raw.read(size)

    def close(self) -> None:
        pass  # standard input belongs to the process
