"""Read an operator's file as rows of named text: CSV with any delimiter, a JSON array, or JSON lines."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orjson

from hodoscope.errors import InputError


class Row(NamedTuple):
    """One row: where it stands (``file:line``, or ``file[index]`` in a JSON array) and its fields by tidy name."""

    where: str
    fields: dict[str, str]


class BadRow(NamedTuple):
    """A row that cannot be read, and why."""

    where: str
    what: str


def tidy(name: str) -> str:
    """A column name without case, blanks, dashes and dots: ``Display Name`` and ``display-name`` are
    ``display_name``."""
    return re.sub(r"[\s\-.]+", "_", name.strip().strip("#").strip().lower())


def read_rows(path: Path) -> Iterator[Row | BadRow]:
    """Rows in file order. ``InputError`` when the file cannot be opened at all or is no CSV or JSON."""
    text = _decode(path)
    start = text.lstrip()[:1]
    if start == "[" or (start == "{" and path.suffix.lower() == ".json"):
        yield from _json(path, text)
    elif start == "{":
        yield from _json_lines(path, text)
    else:
        yield from _csv(path, text)


def _decode(path: Path) -> str:
    """File as text; bytes that are no UTF-8 become surrogates, so that only their row is lost."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path and its permissions") from error
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")


def _csv(path: Path, text: str) -> Iterator[Row | BadRow]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header: list[str] = []
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadRow(f"{path.name}:{reader.line_num}", f"not CSV: {error}")
            continue
        where = f"{path.name}:{reader.line_num}"
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            header = [tidy(cell) for cell in cells]
        elif cells[0].startswith("#"):
            continue
        elif len(cells) > len(header):
            yield BadRow(where, f"{len(cells)} cells under {len(header)} columns; quote cells that hold '{delimiter}'")
        else:
            yield _row(where, dict(zip(header, cells, strict=False)))


def _json(path: Path, text: str) -> Iterator[Row | BadRow]:
    try:
        value = orjson.loads(text.encode("utf-8", "replace"))
    except orjson.JSONDecodeError as error:
        if text.lstrip().startswith("{"):  # several objects: JSON lines under a .json name
            yield from _json_lines(path, text)
            return
        raise InputError(f"{path}:{error.lineno}: not JSON ({error.msg}); write an array of objects") from error
    if isinstance(value, dict):
        lists = [inner for inner in value.values() if isinstance(inner, list)]
        value = lists[0] if len(lists) == 1 else [value]
    for index, item in enumerate(value):
        yield _object(f"{path.name}[{index}]", item)


def _json_lines(path: Path, text: str) -> Iterator[Row | BadRow]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            item = orjson.loads(line.encode("utf-8", "replace"))
        except orjson.JSONDecodeError as error:
            yield BadRow(f"{path.name}:{number}", f"not JSON: {error.msg}")
            continue
        yield _object(f"{path.name}:{number}", item)


def _object(where: str, item: object) -> Row | BadRow:
    if not isinstance(item, dict):
        return BadRow(where, "not an object of named values")
    fields: dict[str, str] = {}
    for name, value in item.items():
        if isinstance(value, bool):
            fields[tidy(name)] = str(value).lower()
        elif value is None or isinstance(value, (str, int, float)):
            fields[tidy(name)] = "" if value is None else str(value)
        else:
            return BadRow(where, f"'{name}' is a {type(value).__name__}; write one plain value")
    return _row(where, fields)


def _row(where: str, fields: dict[str, str]) -> Row | BadRow:
    for name, value in fields.items():
        if not (value.isascii() or value.isprintable()) and any("\ud800" <= char <= "\udfff" for char in value):
            return BadRow(where, f"'{name}' is not UTF-8; save the file as UTF-8")
    return Row(where, {name: value.strip() for name, value in fields.items()})
