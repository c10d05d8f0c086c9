"""Which rules run: the shipped detections, packs of the operator's, and tuning; and whether their files changed since.

A change is seen by names, sizes and modification times, so that following logs can look every few seconds.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from hodoscope.soc.data_files import data_dir
from hodoscope.soc.sigma.load.reload import Reloaded, reload_rules
from hodoscope.soc.sigma.load.rules import load_rules
from hodoscope.soc.sigma.rule import RuleSet
from hodoscope.soc.sigma.tuning import Tuned, read_tuning, tuned

SHIPPED = "detections"
Stamp = frozenset[tuple[str, int, int]]
"""Path, size and modification time (ns) of every file."""


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """Where rules come from. ``packs`` are folders, files, archives or addresses with a checksum, beside the shipped
    detections (unless ``shipped`` is false); ``tuning`` a file of changes; ``cache`` a folder for compiled rules."""

    packs: tuple[str, ...] = ()
    tuning: Path | None = None
    cache: Path | None = None
    shipped: bool = True

    @property
    def _packs(self) -> list[str | Path]:
        return [*([data_dir(SHIPPED)] if self.shipped else []), *self.packs]

    def load(self) -> RuleSet:
        """Everything, compiled; ``InputError`` when a pack cannot be read at all."""
        return load_rules(self._packs, cache=self.cache)

    def reload(self, current: RuleSet) -> Reloaded:
        """The rules as their files are now; a rule that is broken now keeps its last working version."""
        return reload_rules(current, self._packs, cache=self.cache)

    def tune(self, rules: RuleSet) -> Tuned:
        """The rules as the operator wants them; ``InputError`` when the tuning cannot be read."""
        return tuned(rules, read_tuning(self.tuning) if self.tuning else [])

    def stamp(self) -> Stamp:
        """What the files look like now; equal while nothing changed. Addresses are not asked again."""
        found: set[tuple[str, int, int]] = set()
        roots = [*(Path(pack) for pack in self.packs if "://" not in pack), *([self.tuning] if self.tuning else [])]
        for root in roots:
            for path in _files(root):
                try:
                    state = path.stat()
                except OSError:
                    continue  # removed while we look: the next look sees it gone
                found.add((str(path), state.st_size, state.st_mtime_ns))
        return frozenset(found)


def _files(root: Path) -> list[Path]:
    if not root.is_dir():
        return [root]
    return [Path(folder) / name for folder, _, names in os.walk(root) for name in names]
