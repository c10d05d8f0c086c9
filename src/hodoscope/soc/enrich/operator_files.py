"""Load what the operator knows from a folder or single files: assets, identities, leases, scanners, indicators."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from hodoscope.errors import InputError
from hodoscope.soc.enrich.knowledge import Knowledge, build_knowledge
from hodoscope.soc.enrich.parse_rows import FILE_KINDS, FileKind, Record
from hodoscope.soc.enrich.records import Asset, Identity, Indicator, Lease, Records, Scanner
from hodoscope.soc.enrich.rows import BadRow, Row, read_rows

SUFFIXES = frozenset({".csv", ".tsv", ".json", ".ndjson", ".jsonl"})
MAX_PROBLEMS = 100
"""Problems kept in full; the rest are counted."""

_OTHER_STEMS: Mapping[str, str] = {
    "asset": "assets", "hosts": "assets", "inventory": "assets", "identity": "identities", "users": "identities",
    "lease": "leases", "dhcp": "leases", "scanner": "scanners", "indicator": "indicators", "iocs": "indicators",
}  # fmt: skip
_UNTOLD = "neither its name nor its columns say what it is"
_RENAME = "name it assets, identities, leases, scanners or indicators"


class Problem(NamedTuple):
    """A row or file that was not used: where, what is wrong, what to do."""

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.remedy}"


@dataclass(slots=True)
class LoadReport:
    """Rows used and skipped per kind of file, and the first problems."""

    used: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    def note(self, where: str, what: str, remedy: str) -> None:
        """Count a problem and keep it while there is room."""
        self.problem_count += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(where, what, remedy))


def load_operator_files(paths: Iterable[Path]) -> tuple[Knowledge, LoadReport]:
    """Read every file (folders: their files with a known suffix) and join them.

    A row that cannot be used is reported and skipped; ``InputError`` is raised only for a path that is not there, a
    file named by the caller that fits no kind, or a header without a needed column. Times without a zone are taken as
    UTC.
    """
    report = LoadReport()
    found: dict[str, list[Record]] = {kind.name: [] for kind in FILE_KINDS}
    for path, named in _files(paths):
        _load(path, named, found, report)
    records = Records(
        assets=[row for row in found["assets"] if isinstance(row, Asset)],
        identities=[row for row in found["identities"] if isinstance(row, Identity)],
        leases=[row for row in found["leases"] if isinstance(row, Lease)],
        scanners=[row for row in found["scanners"] if isinstance(row, Scanner)],
        indicators=[row for row in found["indicators"] if isinstance(row, Indicator)],
    )
    knowledge, conflicts = build_knowledge(records)
    for first, second in conflicts:
        what = f"the lease overlaps the one of another machine at {first.where}"
        report.note(second.where, what, "the later start was taken to end the earlier lease; correct the times")
    return knowledge, report


def _files(paths: Iterable[Path]) -> Iterable[tuple[Path, bool]]:
    """Each file with whether the caller named it."""
    for path in paths:
        if path.is_dir():
            yield from ((inner, False) for inner in sorted(path.iterdir()) if inner.suffix.lower() in SUFFIXES)
        elif path.exists():
            yield path, True
        else:
            raise InputError(
                f"{path}: no such file or folder; name the folder that holds assets.csv, identities.csv ..."
            )


def _load(path: Path, named: bool, found: dict[str, list[Record]], report: LoadReport) -> None:
    kind: FileKind | None = None
    columns: dict[str, str] = {}
    header: frozenset[str] = frozenset()
    for row in read_rows(path):
        if isinstance(row, BadRow):
            report.skipped[kind.name if kind else path.name] += 1
            report.note(row.where, row.what, "the row was skipped; correct it")
            continue
        kind = kind or _kind_of(path, row, named)
        if kind is None:
            names = ", ".join(entry.name for entry in FILE_KINDS)
            report.note(
                path.name,
                f"neither its name nor its columns say which of {names} it is",
                "the file was not used; rename it",
            )
            return
        if row.fields.keys() != header:
            header, columns = frozenset(row.fields), kind.columns(row.fields)
        try:
            found[kind.name].append(kind.record(row, columns))
        except ValueError as error:
            report.skipped[kind.name] += 1
            report.note(row.where, str(error), "the row was skipped; correct it")
        else:
            report.used[kind.name] += 1
    if kind is None:
        report.note(path.name, "the file holds no rows", "nothing was loaded from it; fill or remove it")


def _kind_of(path: Path, row: Row, named: bool) -> FileKind | None:
    """The kind by file name, else by columns. ``InputError`` when the name says one thing and the columns cannot be
    it."""
    stem = path.stem.lower()
    by_name = {kind.name: kind for kind in FILE_KINDS}.get(_OTHER_STEMS.get(stem, stem))
    columns = frozenset(row.fields)
    if by_name is not None:
        missing = [name for name in by_name.required if name not in by_name.columns(columns)]
        if missing:
            raise InputError(
                f"{row.where.partition(':')[0]}:1: {by_name.name} need a column '{missing[0]}'; the file has "
                f"{', '.join(sorted(columns)) or 'none'}; rename one of them or add it"
            )
        return by_name
    for kind in FILE_KINDS:
        if all(name in kind.columns(columns) for name in kind.required) and len(kind.columns(columns)) >= 2:
            return kind
    if named:
        raise InputError(f"{path}: {_UNTOLD}; {_RENAME}")
    return None
