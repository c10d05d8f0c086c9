"""Where a mapping keeps a vendor field as the vendor wrote it: in a column, in ``unmapped``, or only in the raw record.

What one would get wrong: a column with several alternatives (``[SubStatus, Status]``) is not one field. It counts as
its first one: where that is absent, the column's value is the next best, which is how analysts read it too. For the
others it counts only where all before them are the same thing spelt otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from hodoscope.errors import MappingError
from hodoscope.soc.columns import BY_NAME
from hodoscope.soc.normalise.expressions import Expression, FirstOf
from hodoscope.soc.normalise.expressions import Path as FieldPath
from hodoscope.soc.normalise.json_rest import UsedTree, used_tree
from hodoscope.soc.normalise.mapping import FormatMapping, Rule
from hodoscope.soc.normalise.paths import Step, parse_path
from hodoscope.soc.sigma.interface import FieldSource
from hodoscope.soc.sigma.routing.json_values import ELEMENTS

VERBATIM_KINDS = frozenset(("lc", "text", "list", "port"))
"""Kinds of columns that keep a copied value as it was written (a port is a decimal number either way)."""
NESTED_PARSERS = frozenset(("json", "ecs"))
"""Parsers whose fields lie in the raw record under the same path."""
TREE_PARSERS = NESTED_PARSERS | {"windows", "auditd", "journald"}
"""Parsers of records that may hold objects; the others give plain columns."""
LIST_PARSERS = NESTED_PARSERS | {"zeek"}
"""Parsers that keep a list as JSON text."""
CLOSED_PARSERS = frozenset(("regex", "syslog"))
"""Parsers that find named fields only: a name they do not know is nowhere."""
WINDOWS_RAW = (("Event", "EventData"), ("Event", "System"), ("winlog", "event_data"), ("EventData",), ())
"""Where the shapes of Windows events in JSON keep a field (windows_parser.py reads them)."""


class Column(NamedTuple):
    """A column that copies a field, and the paths it takes before it and after it."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def is_number(self) -> bool:
        """It has no value for a text that is no number."""
        return BY_NAME[self.name].kind == "port"


@dataclass(slots=True)
class Holding:
    """Field places of the events that one rule of a mapping read."""

    mapping: FormatMapping
    rule: Rule
    _columns: dict[str, Column] = field(default_factory=dict)
    _tree: UsedTree = field(default_factory=dict)
    _first: frozenset[object] = frozenset()

    def __post_init__(self) -> None:
        self._columns = copies(self.rule.columns)
        self._tree = used_tree(self.rule.used)
        self._first = frozenset(parse_path(path)[0] for path in self.rule.used)

    def sources(self, path: str, same: frozenset[str] = frozenset()) -> tuple[FieldSource, ...]:
        """Where the field at a vendor path is, best first; ``same``: paths that mean the same field."""
        steps = parse_path(path)
        kept = self._unmapped(steps)
        held = self._is_held(_names(steps))
        column = self._columns.get(path)
        copied = () if column is None else (FieldSource(column.name, path=self._opened()),)
        if column is not None and self._leads(column.before if held else column.before + column.after, path, same):
            return copied if held or not column.is_number else (*kept, *copied)
        return (*kept, *self._raw(steps)) if held else kept

    def is_lost(self, path: str, same: frozenset[str] = frozenset()) -> bool:
        """Only the raw record has this field: no key of ``unmapped``, and no column that it leads."""
        column = self._columns.get(path)
        if column is not None and self._leads(column.before, path, same):
            return False
        return self._is_held(_names(parse_path(path)))

    def _leads(self, rivals: tuple[str, ...], path: str, same: frozenset[str]) -> bool:
        """None of these paths is another field."""
        return all(
            rival.lower() == path.lower() or rival in same or (self.mapping.parser == "windows" and _of_ecs(rival))
            for rival in rivals
        )

    def _unmapped(self, steps: tuple[Step, ...]) -> tuple[FieldSource, ...]:
        """Keys of ``unmapped``: the path itself, and where a list lies on it, the list and the rest of the path."""
        nested = self.mapping.parser in NESTED_PARSERS
        names = _names(steps)
        found = []
        for length in range(len(names), 0 if nested else len(names) - 1, -1):
            if not self._is_held(names[:length]):
                rest = written((*names[length:], *steps[len(names) :]))
                found.append(FieldSource("unmapped", ".".join(names[:length]), rest or self._opened()))
        return tuple(found)

    def _opened(self) -> tuple[str, ...]:
        return (ELEMENTS,) if self.mapping.parser in LIST_PARSERS else ()

    def _is_held(self, names: tuple[str, ...]) -> bool:
        """The normaliser leaves the value at this path out of ``unmapped``."""
        if self.mapping.parser not in TREE_PARSERS:
            return names[0] in self._first
        tree: UsedTree = self._tree
        for name in names:
            if name not in tree:
                return False
            below = tree[name]
            if below is None:
                return True
            tree = below
        return "" in tree

    def _raw(self, steps: tuple[Step, ...]) -> tuple[FieldSource, ...]:
        path = written(steps)
        if self.mapping.parser in NESTED_PARSERS:
            return (FieldSource("raw", path=path),)
        if self.mapping.parser == "windows":
            return tuple(FieldSource("raw", path=(*shape, *path)) for shape in WINDOWS_RAW)
        return ()


def copies(columns: Mapping[str, Expression]) -> dict[str, Column]:
    """Vendor path → the column that copies it; of several the one that takes fewest others, before it above all."""
    found: dict[str, Column] = {}
    for name, expression in columns.items():
        if BY_NAME[name].kind not in VERBATIM_KINDS:
            continue
        choices = expression.choices if isinstance(expression, FirstOf) else (expression,)
        for place, choice in enumerate(choices):
            if not isinstance(choice, FieldPath):
                continue
            column = Column(name, _paths(choices[:place]), _paths(choices[place + 1 :]))
            known = found.get(choice.path)
            if known is None or _rank(column) < _rank(known):
                found[choice.path] = column
    return found


def _rank(column: Column) -> tuple[int, int]:
    return len(column.before), len(column.after)


def _paths(choices: Sequence[Expression]) -> tuple[str, ...]:
    return tuple(path for choice in choices for path in sorted(choice.paths()) or ("(constant)",))


def path_of(field_name: str, parser: str) -> str:
    """A field name of a rule as a path of the mapping grammar."""
    if parser == "zeek":
        return field_name.replace(".", "\\.")
    try:
        parse_path(field_name)
    except MappingError:
        return "".join(f"\\{letter}" if letter in "\\.[]" else letter for letter in field_name)
    return field_name


def _names(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The keys before the first step into a list."""
    return tuple(str(step) for step in takewhile(lambda step: isinstance(step, str), steps))


def written(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Steps as :class:`FieldSource` writes them; all elements of a list need no step but the last one."""
    texts: list[str] = []
    for number, step in enumerate(steps):
        if isinstance(step, str):
            texts.append(step)
        elif step.key:
            texts.append(f"[{step.key}={step.value}]")
        elif step.index is not None:
            texts.append(f"[{step.index}]")
        elif number == len(steps) - 1 and not texts:
            texts.append(ELEMENTS)
    return tuple(texts)


def _of_ecs(path: str) -> bool:
    """``process.executable``: what shippers with an ECS module write for the same field."""
    return "." in path and path == path.lower()
