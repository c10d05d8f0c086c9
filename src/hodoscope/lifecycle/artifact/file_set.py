"""Reads the files of an artifact from a folder or a zip into memory, and nothing else.

An artifact is flat and its file names are a closed set, so there is no path to traverse; sizes are bounded before
anything is unpacked. Nothing here trusts what it reads: signatures are checked on the result.
"""

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from hodoscope.errors import InputError, StoreError

MANIFEST, FEATURES, PREPROCESSING, EVALUATION, CARD, SIGNATURE = (
    "artifact.json", "features.json", "preprocessing.json", "evaluation.json", "card.md", "signature.json",
)  # fmt: skip
ONNX = "weights.onnx"
WEIGHTS = ("weights.json", "weights.bin", "weights.txt", ONNX)
NAMES = frozenset((MANIFEST, FEATURES, PREPROCESSING, EVALUATION, CARD, SIGNATURE, *WEIGHTS))
MOST_FILE_BYTES = 256 << 20
"""The largest file: some hundred times our largest model."""
_EXECUTABLE = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".npy", ".npz", ".h5", ".keras", ".so", ".py")
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError, ValueError,
    OverflowError,
)  # fmt: skip
"""What :mod:`zipfile` raises for a damaged or encrypted zip."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


def read(path: Path) -> dict[str, bytes]:
    """File name → content of the artifact at ``path``, a folder or a zip.

    ``InputError`` says which entry is not allowed: an unknown name, a pickle, a link, a folder, a file beyond
    ``MOST_FILE_BYTES``; also when nothing is there. ``StoreError`` when the disk cannot be read.
    """
    try:
        if path.is_dir():
            return _from_folder(path)
        if path.is_file():
            return from_zip(path.read_bytes(), str(path))
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror or error})") from None
    raise InputError(f"{path}: no artifact there; expected a folder or a .zip with {MANIFEST} in it")


def check_name(name: str, where: str) -> None:
    """``InputError`` unless an artifact may hold a file of this name."""
    if name in NAMES:
        return
    if name.lower().endswith(_EXECUTABLE):
        raise InputError(f"{where}: {name!r} refused: loading such a file can execute code; export the weights as data")
    raise InputError(f"{where}: {name!r} does not belong in an artifact; it holds {', '.join(sorted(NAMES))}")


def to_zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    """The files as a zip: sorted, stored, without times or owners, so that the same files give the same bytes."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, content)
    return target.getvalue()


def from_zip(content: bytes, where: str) -> dict[str, bytes]:
    """File name → content. What an entry claims about its size is checked, and then not believed."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            if len({entry.filename for entry in entries}) < len(entries):
                raise InputError(f"{where}: a name occurs twice; which file counts would depend on the reader")
            return {entry.filename: _member(archive, entry, where) for entry in entries}
    except _DAMAGED as error:
        raise InputError(f"{where}: not a readable zip ({error}); copy the artifact again") from None


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, where: str) -> bytes:
    check_name(entry.filename, where)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise InputError(f"{where}: {entry.filename} is a link; an artifact holds plain files")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InputError(f"{where}: {entry.filename} is packed in an uncommon way; use stored or deflated")
    _check_size(entry.file_size, f"{where}: {entry.filename}")
    with archive.open(entry) as file:
        found = file.read(MOST_FILE_BYTES + 1)
    _check_size(len(found), f"{where}: {entry.filename}")
    return found


def _from_folder(path: Path) -> dict[str, bytes]:
    found = {}
    for entry in sorted(path.iterdir()):
        check_name(entry.name, str(path))
        found[entry.name] = _plain_file(entry)
    return found


def _plain_file(path: Path) -> bytes:
    """The content of a regular file; a link, folder or pipe is refused by what was opened, not by what it was."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise InputError(f"{path}: not a plain file; an artifact holds no folders, links or pipes")
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        _check_size(os.fstat(descriptor).st_size, str(path))
        content = file.read(MOST_FILE_BYTES + 1)
    _check_size(len(content), str(path))
    return content


def _check_size(size: int, where: str) -> None:
    if size > MOST_FILE_BYTES:
        raise InputError(f"{where}: larger than {MOST_FILE_BYTES >> 20} MiB; no model of ours is, so it is not read")
