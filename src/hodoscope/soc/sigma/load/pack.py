"""Rule packs: a folder, a file, a zip archive or an address, read into memory within bounds, licence kept."""

import hashlib
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from hodoscope.errors import InputError
from hodoscope.soc.sigma.load.fetch import fetch, is_address

MOST_FILES = 50_000
MOST_BYTES = 256 << 20
"""All rule files of a pack together, unpacked (SigmaHQ: 3,780 files, 6 MB)."""
RULE_SUFFIXES = (".yml", ".yaml")
CASE_SUFFIXES = (".tests.yml", ".tests.yaml")
"""Events that show when a rule fires lie beside it (``cases.py``); they are no rules."""
LICENCE_NAMES = ("license", "licence", "copying", "notice")


@dataclass(frozen=True, slots=True)
class Pack:
    """The rule files of a pack in path order, and its licence texts (path → text)."""

    name: str
    files: tuple[tuple[str, bytes], ...]
    licences: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PackSource:
    """A pack not unpacked yet: its digest is known before any document is read."""

    name: str
    digest: str
    data: bytes = b""  # an archive or a rule file
    found: Pack | None = None  # a folder, read already to know its digest

    def pack(self) -> Pack:
        """The files. InputError when the data is no archive and no rule file, or too much."""
        if self.found is not None:
            return self.found
        if zipfile.is_zipfile(BytesIO(self.data)):
            return _unpacked(self.name, self.data)
        if self.name.lower().endswith(RULE_SUFFIXES):
            return Pack(self.name, ((self.name, self.data),))
        raise InputError(f"{self.name}: no rule pack; give a folder, a .yml file, a .zip archive or an address")


def open_pack(location: str | Path, cache: Path | None = None) -> PackSource:
    """The pack at a path or an address (``https://…/pack.zip#sha256=…``, kept in ``cache``).

    Raises InputError when it cannot be read or exceeds the bounds.
    """
    if is_address(str(location)):
        name, data = fetch(str(location), cache)
        return PackSource(name, hashlib.sha256(data).hexdigest(), data)
    path = Path(location)
    try:
        if path.is_dir():
            pack = _packed(path.resolve().name, _in_folder(path), str(path))
            return PackSource(pack.name, _digest(pack), found=pack)
        data = _bounded(path) or b""
    except OSError as error:
        raise InputError(f"{path}: the rule pack cannot be read ({error.strerror or error}); check the path") from error
    if len(data) > MOST_BYTES:
        raise InputError(f"{path}: more than {MOST_BYTES >> 20} MB; take a smaller pack")
    return PackSource(path.name, hashlib.sha256(data).hexdigest(), data)


def _digest(pack: Pack) -> str:
    """Over every file's path and content, licences left out: they do not change a rule."""
    running = hashlib.sha256()
    for path, data in pack.files:
        running.update(f"{len(path)} {len(data)} {path}".encode("utf-8", "surrogateescape"))
        running.update(data)
    return running.hexdigest()


def _unpacked(name: str, data: bytes) -> Pack:
    """Nothing is written to disk, and a member is never trusted about its size."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _packed(name, _in_archive(archive, name), name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise InputError(f"{name}: not a readable zip archive ({error}); fetch or pack it again") from error


def _packed(name: str, found: Iterator[tuple[str, bytes]], where: str) -> Pack:
    rules: list[tuple[str, bytes]] = []
    licences: list[tuple[str, str]] = []
    total = 0
    for path, data in found:
        total += len(data)
        if len(rules) >= MOST_FILES or total > MOST_BYTES:
            raise InputError(f"{where}: more than {MOST_FILES:,} files or {MOST_BYTES >> 20} MB; take a smaller pack")
        if _is_licence(path):
            licences.append((path, data.decode("utf-8", "replace")))
        else:
            rules.append((path, data))
    return Pack(name, tuple(sorted(rules)), tuple(sorted(licences)))


def _is_licence(path: str) -> bool:
    return path.rpartition("/")[2].lower().startswith(LICENCE_NAMES)


def _is_wanted(path: str) -> bool:
    if f"/{path}".count("/.") or path.lower().endswith(CASE_SUFFIXES):
        return False
    return _is_licence(path) or path.lower().endswith(RULE_SUFFIXES)


def _in_folder(root: Path) -> Iterator[tuple[str, bytes]]:
    """Links to folders are not followed (they may form a circle); links to files are."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        below = Path(folder).relative_to(root).as_posix()
        for name in sorted(names):
            inside = name if below == "." else f"{below}/{name}"
            if _is_wanted(inside) and (data := _bounded(f"{folder}/{name}")) is not None:
                yield inside, data


def _bounded(path: str | Path) -> bytes | None:
    """The file's bytes, one more than :data:`MOST_BYTES` at most; None for a pipe or device, which might never end."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a buffered file costs three times as much
    try:
        found = os.fstat(handle)
        return os.read(handle, min(found.st_size, MOST_BYTES) + 1) if stat.S_ISREG(found.st_mode) else None
    finally:
        os.close(handle)


def _in_archive(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[str, bytes]]:
    left = MOST_BYTES
    for member in archive.infolist():
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise InputError(f"{name}: the member {member.filename!r} points outside the archive; do not use this pack")
        if member.is_dir() or not _is_wanted(path.as_posix()):
            continue
        with archive.open(member) as opened:
            data = opened.read(left + 1)
        left -= len(data)
        yield path.as_posix(), data
