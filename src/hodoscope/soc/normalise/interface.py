"""The normaliser's two ports: fields of vendor records, and a parser that produces them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hodoscope.soc.record import RawBatch, SkippedRecord

Kind = Literal["text", "int", "float", "bool", "list"]


class Readable(Protocol):
    """Vendor fields of n records, addressed by path (``a.b.c``; a literal dot in a key is written ``a\\.b``)."""

    def __len__(self) -> int: ...

    def get(self, path: str, kind: Kind) -> pa.Array:
        """The field as text/int/float/bool/list array of length n; null where absent, null or not convertible.

        Text is verbatim: numbers as written, booleans ``true``/``false``, nested values as JSON text.
        """


class Fields(Readable, Protocol):
    """Fields whose records can be chosen and joined."""

    def take(self, rows: npt.NDArray[np.int64]) -> Self:
        """The same fields for some of the records."""

    def followed_by(self, others: Sequence[Self]) -> Self:
        """These records, then those of ``others``, as one."""

    def rest(self, used: frozenset[str], keys: frozenset[str] | None = None) -> pa.Array:
        """``UNMAPPED`` map array of every leaf outside ``used`` paths; empty and null values are left out.

        With ``keys`` others may be left out; one that ends in ``*`` stands for all that begin so.
        """


@dataclass(frozen=True, slots=True)
class Parsed:
    """Records that parsed: ``rows[i]`` is the record index of field row i; the others are in ``skipped``."""

    fields: Fields
    rows: npt.NDArray[np.int64]
    skipped: Sequence[SkippedRecord] = ()


class Parser(Protocol):
    """Raw records of one format → fields. Never raises for a bad record."""

    def parse(self, batch: RawBatch, options: Mapping[str, str]) -> Parsed:
        """Parse the records of a batch."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The part of some events that is wanted: columns, keys of ``unmapped`` (see :meth:`Fields.rest`), the record."""

    columns: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    record: bool = False

    def __or__(self, other: "Selection") -> "Selection":
        return Selection(self.columns | other.columns, self.keys | other.keys, self.record or other.record)


@dataclass(frozen=True, slots=True)
class Selector:
    """Chooses, batch by batch, which part of its events is worth working out."""

    columns: frozenset[str]
    """Columns that ``choose`` looks at."""
    choose: Callable[[pa.Table], Selection]


@dataclass(frozen=True, slots=True)
class Normalised:
    """Events of a batch (table as :mod:`hodoscope.soc.event` says, without enrichment) and its dead letters."""

    events: pa.Table
    skipped: tuple[SkippedRecord, ...]
