"""Conditions of mapping rules, and the choice of a rule per record on distinct values only.

``field: value`` · ``field: [a, b]`` · ``field: {prefix: …}`` ``{suffix: …}`` ``{contains: …}`` ``{regex: …}``
``{exists: true}`` ``{not: value}``. Comparison is on verbatim text, case-sensitive; ``null`` in a list is "absent".
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from hodoscope.errors import MappingError
from hodoscope.soc.normalise.interface import Fields
from hodoscope.soc.normalise.values import text_of

Test = Callable[[str | None], bool]
CACHED_VALUES = 20_000
"""Distinct values remembered per field; past it the memory is emptied (time stays bounded, so does space)."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A test on the text of one field; absent and empty are both None."""

    path: str
    test: Test


def compile_condition(path: str, node: object, where: str) -> Condition:
    """The condition a mapping file's node describes."""
    if isinstance(node, dict):
        if len(node) != 1:
            raise MappingError(f"{where}: expected exactly one of prefix, suffix, contains, regex, exists, not")
        ((operator, operand),) = node.items()
        return Condition(path, _operator(str(operator), operand, where))
    wanted = frozenset(None if item is None else text_of(item) for item in (node if isinstance(node, list) else [node]))
    return Condition(path, lambda value: value in wanted)


def _operator(operator: str, operand: object, where: str) -> Test:
    options = tuple(text_of(item) for item in (operand if isinstance(operand, list) else [operand]))
    if operator == "exists":
        return lambda value: (value is not None) == bool(operand)
    if operator == "not":
        return lambda value: value not in options
    if operator == "prefix":
        return lambda value: value is not None and value.startswith(options)
    if operator == "suffix":
        return lambda value: value is not None and value.endswith(options)
    if operator == "contains":
        return lambda value: value is not None and any(option in value for option in options)
    if operator == "regex":
        try:
            compiled = re.compile(str(operand))
        except re.error as error:
            raise MappingError(f"{where}: regex {operand!r}: {error}") from error
        return lambda value: value is not None and compiled.search(value) is not None
    raise MappingError(f"{where}: unknown operator {operator!r}; use prefix, suffix, contains, regex, exists or not")


@dataclass(slots=True)
class Chooser:
    """For each record, the rules whose conditions hold, in order. Keeps what it learned about distinct values."""

    rules: Sequence[tuple[Condition, ...]]
    _paths: tuple[str, ...] = ()
    _bits: dict[str, dict[str | None, int]] = field(default_factory=dict)
    _chains: dict[tuple[int, ...], tuple[int, ...]] = field(default_factory=dict)
    _tests: dict[str, list[tuple[int, Test]]] = field(default_factory=dict)
    _needs: list[dict[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._paths = tuple(dict.fromkeys(condition.path for rule in self.rules for condition in rule))
        for rule in self.rules:
            needs: dict[str, int] = {}
            for condition in rule:
                tests = self._tests.setdefault(condition.path, [])
                needs[condition.path] = needs.get(condition.path, 0) | (1 << len(tests))
                tests.append((1 << len(tests), condition.test))
            self._needs.append(needs)
        self._bits = {path: {} for path in self._paths}

    def choose(self, fields: Fields) -> list[tuple[tuple[int, ...], npt.NDArray[np.int64]]]:
        """Groups of records that satisfy the same rules: (rule indexes in order, record rows)."""
        count = len(fields)
        if not count:
            return []
        codes = np.zeros(count, dtype=np.int64)
        masks: list[npt.NDArray[np.object_]] = []
        for path in self._paths:
            encoded = pc.dictionary_encode(fields.get(path, "text"), null_encoding="encode")
            bits = [self._bits_of(path, value or None) for value in encoded.dictionary.to_pylist()]
            rank = {mask: position for position, mask in enumerate(sorted(set(bits)))}
            local = np.array([rank[mask] for mask in bits], dtype=np.int64)[encoded.indices.to_numpy()]
            # Re-ranked at every step so that the combined code cannot overflow.
            codes = np.unique(codes * len(rank) + local, return_inverse=True)[1]
            masks.append(np.array(bits, dtype=object)[encoded.indices.to_numpy()])
        groups = []
        order = np.argsort(codes, kind="stable")
        starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
        for begin, end in zip(starts, [*starts[1:], count], strict=True):
            rows = order[begin:end]
            groups.append((self._chain(tuple(mask[rows[0]] for mask in masks)), rows))
        return groups

    def _bits_of(self, path: str, value: str | None) -> int:
        known = self._bits[path]
        found = known.get(value)
        if found is None:
            if len(known) >= CACHED_VALUES:
                known.clear()
            found = known[value] = sum(bit for bit, test in self._tests[path] if test(value))
        return found

    def _chain(self, key: tuple[int, ...]) -> tuple[int, ...]:
        found = self._chains.get(key)
        if found is None:
            held = dict(zip(self._paths, key, strict=True))
            found = tuple(
                index
                for index, needs in enumerate(self._needs)
                if all(held[p] & mask == mask for p, mask in needs.items())
            )
            self._chains[key] = found
        return found
