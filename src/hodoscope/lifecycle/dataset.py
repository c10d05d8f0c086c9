"""A table with its datasheet and content hash, kept as Parquet with a TOML sheet beside it."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hodoscope.errors import InputError, StoreError
from hodoscope.lifecycle.atomic_files import write_file
from hodoscope.lifecycle.content_hash import content_hash
from hodoscope.lifecycle.datasheet import Datasheet, Purpose, merge_sheets

ORIGIN = "_dataset"
"""Column that :func:`combine` adds: the name of the data set a row came from. For slices, never a feature."""
HASH_KEY = "content_hash"
"""Key of the sheet's file that holds the content hash of the table it was written for."""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Rows to learn from or to score on. ``content_hash`` identifies what the table says (see ``content_hash.py``).

    Raises ``InputError`` when the sheet names a label, group or time column that the table lacks.
    """

    table: pa.Table
    sheet: Datasheet
    content_hash: str = field(init=False)

    def __post_init__(self) -> None:
        for role in ("label", "group", "time"):
            name = getattr(self.sheet, role)
            if name and name not in self.table.column_names:
                raise InputError(
                    f"dataset {self.sheet.name!r}: the {role} column {name!r} is not among {self.table.column_names}"
                )
        object.__setattr__(self, "content_hash", content_hash(self.table))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads ``path`` (Parquet) and the sheet beside it (same name, ``.toml``).

        Raises ``InputError`` when the sheet is missing or wrong, or when the content is not what it was when the sheet
        was written; ``StoreError`` when the file cannot be read.
        """
        beside = path.with_suffix(".toml")
        if not beside.is_file():
            raise InputError(f"{path}: no datasheet {beside.name} beside it; data is not used without one")
        text = beside.read_text(encoding="utf-8")
        try:
            table = pq.read_table(path)
        except (OSError, pa.ArrowException) as error:
            raise StoreError(f"{path}: cannot be read as Parquet ({error})") from None
        dataset = cls(table, Datasheet.from_toml(text, str(beside)))
        promised = tomllib.loads(text).get(HASH_KEY)
        if promised not in (None, dataset.content_hash):
            raise InputError(
                f"{path}: the content hash is {dataset.content_hash[:12]}, the datasheet was written for"
                f" {str(promised)[:12]}; restore the file, or save the changed data as a new dataset"
            )
        return dataset

    def save(self, path: Path) -> None:
        """Writes ``path`` (Parquet) and the sheet beside it, each whole or not at all.

        Raises ``StoreError`` when the disk does not take it. Stopped between the two files, the old sheet refuses the
        new table by its hash: they are never silently mixed.
        """
        table = pa.BufferOutputStream()
        pq.write_table(self.table, table, compression="zstd")
        write_file(path, table.getvalue())
        text = self.sheet.to_toml() + f'{HASH_KEY} = "{self.content_hash}"\n'
        write_file(path.with_suffix(".toml"), text.encode())

    def take(self, indices: NDArray[np.int64]) -> Self:
        """The rows at ``indices``, in that order."""
        return type(self)(self.table.take(pa.array(indices, pa.int64())), self.sheet)

    def labels(self) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Class index per row (rows,) and the class names, sorted. Raises ``InputError`` when a row has no label."""
        return self._codes(self.sheet.label, "label")

    def groups(self) -> NDArray[np.int64]:
        """Group index per row (rows,). Raises ``InputError`` without a group column, or when a row has no group."""
        if not self.sheet.group:
            raise InputError(f"dataset {self.sheet.name!r}: its datasheet names no group column")
        return self._codes(self.sheet.group, "group")[0]

    def _codes(self, name: str, role: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        column = self.table.column(name)
        if column.null_count:
            raise InputError(f"dataset {self.sheet.name!r}: {column.null_count} rows have no {role} in {name!r}")
        values = column.cast(pa.string())
        names = sorted(pc.unique(values).to_pylist())
        return np.asarray(pc.index_in(values, value_set=pa.array(names, pa.string())), np.int64), tuple(names)


def combine(datasets: Sequence[Dataset], purpose: Purpose) -> Dataset:
    """The rows of all, in order, with the column ``_dataset`` saying whose they are, under the strictest sheet.

    Raises ``InputError`` when one of them may not be used for ``purpose``, or when names or types of columns differ.
    """
    if not datasets:
        raise InputError("combine: no datasets given")
    for dataset in datasets:
        dataset.sheet.require(purpose)
    first = datasets[0].table.schema
    for dataset in datasets[1:]:
        if not dataset.table.schema.equals(first):
            differing = set(first).symmetric_difference(set(dataset.table.schema))
            raise InputError(
                f"combine: {dataset.sheet.name!r} and {datasets[0].sheet.name!r} differ in the columns"
                f" {sorted(f'{column.name}: {column.type}' for column in differing)}; select and cast them first"
            )
    named = [
        dataset.table.append_column(ORIGIN, pa.array([dataset.sheet.name] * dataset.table.num_rows, pa.string()))
        for dataset in datasets
    ]
    return Dataset(pa.concat_tables(named), merge_sheets([dataset.sheet for dataset in datasets]))
