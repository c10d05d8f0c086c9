"""Which code trained a model: the version and a hash of the source, the same in a checkout and an installation."""

import hashlib
from functools import cache
from pathlib import Path

from hodoscope import __version__


@cache
def code_version() -> str:
    """``VERSION+HASH``; the hash covers every Python file of the package, by name and content."""
    root = Path(__file__).resolve().parents[1]
    whole = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return f"{__version__}+{whole.hexdigest()[:12]}"
