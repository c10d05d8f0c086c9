r"""Paths into vendor records: ``a.b``, a literal dot as ``a\.b``, every element ``a[].b``, one ``a[0].b``,
by key ``a[Name=x].Value``."""

import re
from dataclasses import dataclass
from functools import lru_cache

from hodoscope.errors import MappingError

_PART = re.compile(r"((?:\\.|[^.\[\]\\])+)|\[(-?[0-9]+|[^\]]*=[^\]]*|)\]")


@dataclass(frozen=True, slots=True)
class ListStep:
    """Which elements of a list a path goes on with: all, one index, or those whose ``key`` equals ``value``."""

    index: int | None
    key: str
    value: str

    def pick(self, values: list[object]) -> list[object]:
        """The chosen elements, in order."""
        if self.key:
            return [item for item in values if type(item) is dict and item.get(self.key) == self.value]
        if self.index is None:
            return values
        return values[self.index : self.index + 1] if self.index >= 0 else values[self.index :][:1]


Step = str | ListStep


@lru_cache(maxsize=16384)
def parse_path(path: str) -> tuple[Step, ...]:
    """Steps of a path; :class:`MappingError` when it is malformed."""
    steps: list[Step] = []
    at = 0
    while at < len(path):
        if path[at] == "." and at:
            at += 1
        found = _PART.match(path, at)
        if found is None:
            raise MappingError(
                f"path {path!r} is malformed at character {at}; write a.b, a[0].b, a[].b or a[key=value].b"
            )
        at = found.end()
        if found[1] is not None:
            steps.append(re.sub(r"\\(.)", r"\1", found[1]))
        elif "=" in found[2]:
            key, value = found[2].split("=", 1)
            steps.append(ListStep(None, key, value))
        else:
            steps.append(ListStep(int(found[2]) if found[2] else None, "", ""))
    if not steps or type(steps[0]) is not str:
        raise MappingError(f"path {path!r} must begin with a field name")
    return tuple(steps)
