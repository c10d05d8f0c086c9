"""Where a mapping keeps a vendor field as the vendor wrote it: in a column, in ``unmapped``, or only in the raw record.

What one would get wrong: a column with several alternatives (``[SubjectUserName, AccountName]``) is not one field. It
counts as the field only where the others are the same thing spelt otherwise; else a kept copy in ``unmapped`` goes
first, and without one the column is the best there is.
"""

from collections.abc import Mapping
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
    """A column that copies a field; ``rivals``: the paths it copies as well."""

    name: str
    place: int
    rivals: tuple[str, ...]


@dataclass(slots=True)
class Holding:
    """Field places of the events that one rule of a mapping read."""

    mapping: FormatMapping
    rule: Rule
    _columns: dict[str, Column] = field(default_factory=dict)
    _tree: UsedTree = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._columns = copies(self.rule.columns)
        self._tree = used_tree(self.rule.used)

    def sources(self, path: str, same: frozenset[str] = frozenset()) -> tuple[FieldSource, ...]:
        """Where the field at a vendor path is, best first; ``same``: paths that mean the same field."""
        steps = parse_path(path)
        kept = self._unmapped(steps)
        column = self._columns.get(path)
        if column is None:
            return (*kept, *self._raw(steps)) if self._is_held(_names(steps)) else kept
        copied = FieldSource(column.name, path=self._opened())
        if self._is_one_field(column, path, same) or self._is_held(_names(steps)):
            return (copied,)
        return (*kept, copied)

    def is_lost(self, path: str, same: frozenset[str] = frozenset()) -> bool:
        """No column and no key of ``unmapped`` is this field: only the raw record, or a column shared with others."""
        column = self._columns.get(path)
        if column is not None and self._is_one_field(column, path, same):
            return False
        return self._is_held(_names(parse_path(path)))

    def _is_one_field(self, column: Column, path: str, same: frozenset[str]) -> bool:
        return all(
            rival.lower() == path.lower() or rival in same or (self.mapping.parser == "windows" and _of_ecs(rival))
            for rival in column.rivals
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
            return names[0] in {parse_path(path)[0] for path in self.rule.used}
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
    """Vendor path → the column that copies it; a column of its own before one that others share."""
    found: dict[str, Column] = {}
    for name, expression in columns.items():
        if BY_NAME[name].kind not in VERBATIM_KINDS:
            continue
        choices = expression.choices if isinstance(expression, FirstOf) else (expression,)
        paths = [choice.path if isinstance(choice, FieldPath) else "" for choice in choices]
        for place, path in enumerate(paths):
            if not path:
                continue
            rivals = [
                other
                for at, choice in enumerate(choices)
                if at != place
                for other in ([paths[at]] if paths[at] else sorted(choice.paths()) or ["(constant)"])
            ]
            column = Column(name, place, tuple(rivals))
            known = found.get(path)
            if known is None or (len(column.rivals), column.place) < (len(known.rivals), known.place):
                found[path] = column
    return found


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
