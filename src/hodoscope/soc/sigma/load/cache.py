"""Compiled rule sets on disk, by what they were made from: same sources and same program, same rules."""

import hashlib
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from hodoscope.soc.sigma.load.fetch import write_atomically
from hodoscope.soc.sigma.load.stored import StoredError, from_bytes, to_bytes
from hodoscope.soc.sigma.rule import RuleSet

KEPT = 8
"""Rule sets kept in a cache folder; the ones written longest ago are removed."""


def cached(folder: Path, digest: str) -> RuleSet | None:
    """The rule set made from these sources by this program; None when there is none or it is damaged."""
    try:
        return from_bytes(_path(folder, digest).read_bytes())
    except (OSError, StoredError):
        return None


def keep(folder: Path, rules: RuleSet) -> None:
    """Store a rule set under its digest. A folder that cannot be written is no error: the next start is slower."""
    write_atomically(_path(folder, rules.digest), to_bytes(rules))
    try:
        found = sorted(folder.glob("*.rules"), key=lambda path: path.stat().st_mtime)
        for path in found[:-KEPT]:
            path.unlink(missing_ok=True)
    except OSError:
        return


def _path(folder: Path, digest: str) -> Path:
    return folder / f"{hashlib.sha256(f'{digest} {_program()}'.encode()).hexdigest()[:40]}.rules"


@lru_cache(maxsize=1)
def _program() -> str:
    """What of the program decides the result: the loader's own text and pySigma's version."""
    running = hashlib.sha256(metadata.version("pysigma").encode())
    here = Path(__file__).resolve().parent
    for path in (*sorted(here.glob("*.py")), here.parent / "rule.py", here.parent / "patterns.py"):
        running.update(path.read_bytes())
    return running.hexdigest()
