"""Events beside a rule that show when it fires: ``NAME.tests.yml`` next to ``NAME.yml``, in the vendor's own form.

::

    format: windows_json               # the mapping that reads the events
    shared: {Channel: Security, ...}   # fields of every event that is an object
    fires:
      what this shows: {EventID: 1102} # an event: an object, or a line of text
    silent:
      the other case: [{...}, {...}]   # or several, in time order; {repeat: 60, event: ...} counts {n} from 00

What one would get wrong: an event is read by the real normaliser, so a rule that cannot fire on the schema shows here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import pyarrow as pa

from hodoscope.errors import InputError
from hodoscope.soc.data_files import read_yaml
from hodoscope.soc.normalise.engine import Normaliser
from hodoscope.soc.normalise.mapping import FormatMapping
from hodoscope.soc.record import RawBatch

SUFFIX = ".tests.yml"
MOST_REPEATS = 10_000
_FILE_TIME = 1_772_409_600.0  # 2026-03-02T00:00Z: the year of stamps without one


@dataclass(frozen=True, slots=True)
class Case:
    """Events after which the rule has fired, or has not."""

    path: str  # the rule's file inside its folder
    name: str
    fires: bool
    format: str
    records: tuple[bytes, ...]


def cases_in(folder: Path) -> list[Case]:
    """Every case below a folder, by path; ``InputError`` with file and place for what is no case."""
    found: list[Case] = []
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        rule = path.with_name(path.name.removesuffix(SUFFIX) + ".yml")
        if not rule.is_file():
            raise InputError(f"{path}: there is no rule {rule.name} beside it; name the file after its rule")
        found.extend(_cases(path, rule.relative_to(folder).as_posix()))
    return found


def _cases(path: Path, rule: str) -> Iterator[Case]:
    document = read_yaml(path)
    if not isinstance(document, dict):
        raise InputError(f"{path}: expected a mapping with format, fires and silent; see docs/sigma.md")
    unknown = sorted(map(str, document.keys() - {"format", "shared", "fires", "silent"}))
    if unknown:
        raise InputError(f"{path}: unknown part {', '.join(unknown)}; known are format, shared, fires, silent")
    shared = document.get("shared") or {}
    if not isinstance(document.get("format"), str) or not isinstance(shared, dict):
        raise InputError(f"{path}: name the mapping in `format` and give `shared` fields as a mapping")
    for part in ("fires", "silent"):
        group = document.get(part)
        if not isinstance(group, dict) or not group:
            raise InputError(f"{path}: {part} needs at least one named case")
        for name, events in group.items():
            records = tuple(_records(events, shared, f"{path}: {part}: {name}"))
            yield Case(rule, str(name), part == "fires", document["format"], records)


def _records(events: object, shared: Mapping[str, object], where: str) -> Iterator[bytes]:
    for event in events if isinstance(events, list) else [events]:
        if isinstance(event, dict) and event.keys() == {"repeat", "event"}:
            times = event["repeat"]
            if not isinstance(times, int) or not 0 < times <= MOST_REPEATS:
                raise InputError(f"{where}: repeat must be a whole number from 1 to {MOST_REPEATS:,}")
            record = _record(event["event"], shared, where)
            yield from (record.replace(b"{n}", b"%02d" % number) for number in range(times))
        else:
            yield _record(event, shared, where)


def _record(event: object, shared: Mapping[str, object], where: str) -> bytes:
    if isinstance(event, dict):
        try:
            return orjson.dumps({**shared, **event})
        except TypeError as error:
            raise InputError(f"{where}: {error}; put dates in quotes and use text as field names") from error
    if isinstance(event, str):
        return event.encode()
    raise InputError(f"{where}: an event is an object or a line of text, found {type(event).__name__}")


def read_cases(cases: Sequence[Case], mappings: Mapping[str, FormatMapping]) -> Iterator[tuple[list[Case], pa.Table]]:
    """Cases of one format at a time with their events; ``source_position`` is the number of the case in the list.

    ``InputError`` when there is no such format or an event is not one of it.
    """
    by_format: dict[str, list[Case]] = {}
    for case in cases:
        by_format.setdefault(case.format, []).append(case)
    for name, group in by_format.items():
        if name not in mappings:
            raise InputError(f"{group[0].path}: no format {name!r}; use one of {', '.join(sorted(mappings))}")
        records = [record for case in group for record in case.records]
        positions = [number for number, case in enumerate(group) for _ in case.records]
        batch = RawBatch("0" * 32, "cases", name, records, positions, len(records), modified=_FILE_TIME)
        read = Normaliser(mappings[name], "cases").normalise(batch)
        if read.skipped:
            lost = read.skipped[0]
            case = group[lost.position]
            raise InputError(f"{case.path}: case {case.name!r}: not an event of {name} ({lost.reason}: {lost.detail})")
        yield group, read.events
