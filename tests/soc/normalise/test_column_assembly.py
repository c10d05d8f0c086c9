"""Columns of a batch do not depend on how its records fall under rules or into batches."""

import orjson
import pyarrow as pa

from hodoscope.soc.normalise.engine import Normaliser
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.record import RawBatch


def records() -> list[bytes]:
    made: list[dict[str, object]] = []
    for number in range(12):
        event: dict[str, object] = {
            "EventID": (1, 3, 4624, 7)[number % 4],
            "Channel": "Security" if number % 4 == 2 else "Microsoft-Windows-Sysmon/Operational",
            "EventRecordID": number,
            "Hostname": f"host{number % 3}.acme.example",
            "EventTime": "2026-01-02T03:04:05Z",
            "Image": rf"C:\Windows\tool{number}.exe",
            "ProcessId": number if number % 2 else str(number),
        }
        if number % 5 == 0:
            event["Extra"] = {"inner": {"deep": number}, "other": [1, 2]}
        if number % 3 == 0:
            event = dict(reversed(event.items()))
        made.append(event)
    return [orjson.dumps(event) for event in made]


def rows(sizes: int) -> list[dict[str, object]]:
    normaliser = Normaliser(shipped_mappings()["windows_json"], "default")
    found: list[dict[str, object]] = []
    everything = records()
    for begin in range(0, len(everything), sizes):
        part = everything[begin : begin + sizes]
        positions = list(range(begin, begin + len(part)))
        table = normaliser.normalise(RawBatch("0" * 32, "t", "windows_json", part, positions, begin + len(part))).events
        found += [_present(row) for row in table.to_pylist()]
    return sorted(found, key=lambda row: str(row["event_id"]))


def _present(row: dict[str, object]) -> dict[str, object]:
    """A row without empty values, the unmapped fields in one order: layouts may differ in theirs."""
    present = {name: value for name, value in row.items() if value not in ("", None, [], 0)}
    return present | {"unmapped": sorted(row["unmapped"])}  # type: ignore[call-overload]  # a list of pairs


def test_rows_do_not_depend_on_the_batch() -> None:
    """Twelve records of four rules and several layouts give the same rows together and one by one."""
    assert rows(12) == rows(5) == rows(1)


def test_a_word_from_two_expressions_is_in_the_dictionary_once() -> None:
    """A dictionary with equal entries would count one host as two."""
    normaliser = Normaliser(shipped_mappings()["windows_json"], "default")
    table = normaliser.normalise(RawBatch("0" * 32, "t", "windows_json", records(), list(range(12)), 12)).events
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_dictionary(column.type):
            words = column.chunk(0).dictionary.to_pylist()
            assert len(words) == len(set(words)), name
