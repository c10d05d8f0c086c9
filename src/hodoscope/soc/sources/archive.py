"""Zip archives: each member is a source of its own. Bounded in members, size, ratio and nesting."""

import io
import os
import time
import weakref
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import IO, cast

from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.limits import Limits
from hodoscope.soc.sources.stream import RawFile
from hodoscope.soc.sources.stream_source import Candidate
from hodoscope.soc.sources.walk import leftover, not_read

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_DOCUMENT_PARTS = ("[Content_Types].xml", "META-INF/MANIFEST.MF", "mimetype", "AndroidManifest.xml")
_OPEN_ARCHIVES = 16
_ENCRYPTED = 0x1

Found = Iterator[Candidate | SkippedRecord]


class Archives:
    """Opens archives when a member is read and keeps the last few open: a central directory takes long to parse."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: OrderedDict[str, zipfile.ZipFile] = OrderedDict()

    def members(self, candidate: Candidate) -> Found:
        """The archive's members, sorted by name; a broken archive or member is reported."""
        return self._members(
            candidate.path, lambda: cast("IO[bytes]", candidate.open()), candidate.size or 0, nested=False
        )

    def _members(self, path: str, open_file: Callable[[], IO[bytes]], size: int, *, nested: bool) -> Found:
        try:
            infos = [info for info in self._archive(path, open_file).infolist() if not info.is_dir()]
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            yield not_read(path, "broken archive", str(error))
            return
        reason = self._refusal(infos, size)
        if reason:
            yield not_read(path, *reason)
            return
        for info in sorted(infos, key=lambda info: info.filename):
            yield from self._member(path, open_file, info, nested=nested)

    def _refusal(self, infos: list[zipfile.ZipInfo], size: int) -> tuple[str, str] | None:
        limits = self._limits
        if len(infos) > limits.max_archive_members:
            return "too many archive members", f"{len(infos)}; the limit is {limits.max_archive_members}"
        # Overlapping members share compressed bytes: only the sum shows such a bomb.
        total = sum(info.file_size for info in infos)
        if total > limits.ratio_free_bytes and total > limits.max_ratio * max(size, 1):
            return "compression ratio above the limit", f"{total} bytes from {size}; the limit is {limits.max_ratio}:1"
        if any(info.filename in _DOCUMENT_PARTS for info in infos):
            return "not a log", "an office document or program package"
        return None

    def _member(self, path: str, open_file: Callable[[], IO[bytes]], info: zipfile.ZipInfo, *, nested: bool) -> Found:
        inner = f"{path}!{info.filename}"
        left_out = leftover(os.path.basename(info.filename))  # noqa: PTH119 -- a name inside an archive, not a path
        if info.filename.startswith("__MACOSX/"):
            left_out = "hidden file"
        if left_out:
            yield not_read(inner, left_out, "unpack it to read it")
            return
        if info.flag_bits & _ENCRYPTED:
            yield not_read(inner, "encrypted archive member", "unpack it with its password first")
            return

        def opened() -> RawFile:
            try:
                return self._archive(path, open_file).open(info)
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
                raise OSError(f"archive member cannot be opened: {error}") from error

        if _is_zip(opened):
            if nested:
                yield not_read(inner, "nested too deep", "an archive in an archive in an archive; unpack it first")
            elif info.file_size > self._limits.max_nested_bytes:
                yield not_read(inner, "nested archive too large", f"{info.file_size} bytes; unpack it first")
            else:
                yield from self._members(inner, lambda: _in_memory(opened), info.file_size, nested=True)
            return
        yield Candidate(inner, opened, opened, info.compress_size, _modified(info))

    def _archive(self, path: str, open_file: Callable[[], IO[bytes]]) -> zipfile.ZipFile:
        if path in self._open:
            self._open.move_to_end(path)
            return self._open[path]
        file = open_file()
        try:
            archive = zipfile.ZipFile(file)
        except BaseException:
            file.close()
            raise
        # Members being read keep the archive alive; the file is closed when the last of them is done with it.
        weakref.finalize(archive, file.close)
        self._open[path] = archive
        if len(self._open) > _OPEN_ARCHIVES:
            self._open.popitem(last=False)
        return archive


def _is_zip(opened: Callable[[], RawFile]) -> bool:
    try:
        file = opened()
    except OSError:
        return False
    try:
        return (file.read(4) or b"").startswith(ZIP_MAGIC)
    except Exception:
        return False
    finally:
        file.close()


def _in_memory(opened: Callable[[], RawFile]) -> IO[bytes]:
    file = opened()
    try:
        return io.BytesIO(file.read(-1) or b"")
    finally:
        file.close()


def _modified(info: zipfile.ZipInfo) -> float | None:
    try:
        return time.mktime((*info.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        return None
