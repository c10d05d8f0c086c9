"""Whether the embedded engine wrote all of what it says is stored.

A write that fails in the middle of an insert or a merge (disk full, quota, file-size limit) is swallowed by the engine:
the part is committed cut short, and only the next opening would set it aside. So each new part's files are measured
after an insert. Measured with chDB 4.4: twelve writes refused with EFBIG, no error told.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Part(NamedTuple):
    """A part as the engine believes it to be; ``size_bytes`` of its column data, ``level`` 0 before any merge."""

    name: str
    folder: Path
    size_bytes: int
    level: int


PARTS = (
    "SELECT name, path, data_compressed_bytes, level FROM system.parts "
    "WHERE active AND database = currentDatabase() AND table = {table:String}"
)


def cut_short(parts: Iterable[Part]) -> list[Part]:
    """Those whose column files hold fewer bytes than the engine wrote; a part that a merge just removed is none."""
    return [part for part in parts if _held(part) < part.size_bytes]


def _held(part: Part) -> int:
    try:
        held = sum(file.stat().st_size for file in part.folder.glob("*.bin"))
    except FileNotFoundError:
        return part.size_bytes
    return held if part.folder.exists() else part.size_bytes
