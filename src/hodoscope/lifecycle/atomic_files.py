"""Files and folders that are there whole or not at all: after a kill, on a full disk, beside a second writer.

Everything is written under a name that begins with a dot and is renamed when it is on the disk. Readers never look at
such names; what a killed writer left is removed by the next one.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hodoscope.errors import InputError, StoreError

_PARTIAL = re.compile(r"\.partial-(\d+)-")


def write_file(path: Path, content: bytes, *, private: bool = False, replace: bool = True) -> None:
    """Write ``content`` to ``path``, readable by its owner alone when ``private``.

    With ``replace`` false an existing file is an ``InputError`` (also when another process makes it meanwhile). A disk
    error is a :class:`StoreError`; ``path`` is then as it was.
    """
    with _partial(path) as place:
        fresh = place / path.name
        _write(fresh, content, 0o600 if private else 0o644)
        if replace:
            fresh.replace(path)
        else:
            _link(fresh, path)
    _sync_folder(path.parent)


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Make the folder ``path`` with ``files`` (plain names) in it.

    A folder that is already there is an ``InputError`` and stays as it is; a disk error is a :class:`StoreError`.
    """
    with _partial(path) as place:
        fresh = place / path.name
        fresh.mkdir()
        for name, content in files.items():
            _write(fresh / name, content, 0o644)
        _sync_folder(fresh)
        if path.exists():
            raise InputError(f"{path}: already there; nothing was written")
        fresh.rename(path)
    _sync_folder(path.parent)


@contextmanager
def _partial(path: Path) -> Iterator[Path]:
    """A scratch folder beside ``path``, gone afterwards; what dead processes left there goes first."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent)
        place = Path(tempfile.mkdtemp(prefix=f".partial-{os.getpid()}-", dir=path.parent))
    except OSError as error:
        raise _disk_error(path, error) from error
    try:
        yield place
    except OSError as error:
        raise _disk_error(path, error) from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _sweep(parent: Path) -> None:
    for entry in parent.iterdir():
        owner = _PARTIAL.match(entry.name)
        if owner and not _is_running(int(owner[1])):
            shutil.rmtree(entry, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _write(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _link(fresh: Path, path: Path) -> None:
    try:
        os.link(fresh, path)  # fails where the name exists, which a rename would not
    except FileExistsError:
        raise InputError(f"{path}: already there; nothing was written") from None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _disk_error(path: Path, error: OSError) -> StoreError:
    reason = error.strerror or type(error).__name__
    return StoreError(f"{path}: cannot be written ({reason}); nothing half-written is left, make room and try again")
