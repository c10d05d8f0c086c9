"""Finds a stream's format and framing by content, from its first 64 KiB. The vote of its records decides, not the
first one."""

import csv
from collections import Counter
from dataclasses import dataclass
from typing import Literal

import orjson

from hodoscope.soc.sources.detect_json import JSON_FORMATS, json_format
from hodoscope.soc.sources.detect_text import TEXT_FORMATS, text_format
from hodoscope.soc.sources.fingerprint import EVTX_MAGIC
from hodoscope.soc.sources.json_scan import CLOSE, COMMA, JsonScanner
from hodoscope.soc.sources.json_shape import Shape, json_shape
from hodoscope.soc.sources.lines import UTF8_BOM

Framing = Literal["lines", "json_lines", "json_values", "evtx", "csv_rows", "zeek_tsv", "auditd"]

JSON_NAMES = frozenset(name for name, _ in JSON_FORMATS) | {"json"}
FORMATS = JSON_NAMES | {name for name, _ in TEXT_FORMATS} | {"evtx", "csv", "text"}
_OWN_FRAMING: dict[str, Framing] = {"evtx": "evtx", "csv": "csv_rows", "zeek_tsv": "zeek_tsv", "auditd": "auditd"}
_VOTERS = 50

# Files that are certainly not logs: better a word to the operator than a thousand dead letters.
_CAPTURE = "a packet capture: run Zeek or Suricata on it"
_BINARY: tuple[tuple[bytes, str], ...] = (
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\xd4\xc3\xb2\xa1", _CAPTURE),
    (b"\xa1\xb2\xc3\xd4", _CAPTURE),
    (b"\x0a\x0d\x0d\x0a", _CAPTURE),
    (b"BZh", "bzip2: decompress it first"),
    (b"\xfd7zXZ\0", "xz: decompress it first"),
    (b"7z\xbc\xaf\x27\x1c", "7-zip: unpack it first"),
    (b"Rar!\x1a\x07", "rar: unpack it first"),
    (b"regf", "a registry hive"),
    (b"PAR1", "a Parquet file"),
    (b"LPKSHHRH", "a systemd journal: export it with `journalctl -o json`"),
    (b"\x30\x00\x00\x00LfLe", "a Windows XP event log (.evt)"),
)
_TAR_AT = 257  # offset of the magic in a tar header


@dataclass(frozen=True, slots=True)
class Detected:
    """Format name (as mapping files are named) and how records are cut out of the stream."""

    format: str
    framing: Framing


def binary_kind(head: bytes) -> str | None:
    """What a file that holds no log text is, in words with the remedy; None for everything readable."""
    if head[_TAR_AT : _TAR_AT + 5] == b"ustar":
        return "a tar archive: unpack it first"
    return next((kind for magic, kind in _BINARY if head.startswith(magic)), None)


def detect(head: bytes, forced: str | None = None) -> Detected:
    """Format and framing of a stream whose first 64 KiB (or all of it) is ``head``; ``forced`` replaces the format
    name."""
    if head.startswith(EVTX_MAGIC):
        return Detected(forced or "evtx", "evtx")
    shape = json_shape(head)
    if forced in _OWN_FRAMING:
        return Detected(forced, _OWN_FRAMING[forced])
    if shape is not None and (forced is None or forced not in {name for name, _ in TEXT_FORMATS}):
        framing: Framing = "json_lines" if shape == "lines" else "json_values"
        return Detected(forced or _vote(_json_records(head, shape)), framing)
    if forced is not None:
        return Detected(forced, "json_lines" if forced in JSON_NAMES else "lines")
    name = _vote(_text_records(head))
    if name == "text" and _csv_delimiter(head):
        name = "csv"
    if head.removeprefix(UTF8_BOM).startswith(b"#") and any(
        text_format(line) == "zeek_tsv" for line in _lines(head)[:8]
    ):
        name = "zeek_tsv"
    if name in JSON_NAMES:
        return Detected(name, "json_lines")
    return Detected(name, _OWN_FRAMING.get(name, "lines"))


def detect_record(record: bytes) -> str:
    """Format name of one record: for a file that changes its format midway."""
    if record.lstrip()[:1] == b"{":
        try:
            value = orjson.loads(record)
        except orjson.JSONDecodeError:
            return text_format(record)
        return json_format(value)
    return text_format(record)


def _vote(names: Counter[str]) -> str:
    """The most frequent format; what could not be recognised has no say against what could."""
    known = Counter({name: count for name, count in names.items() if name not in ("text", "json")})
    if known and known.total() * 4 >= names.total():
        return known.most_common(1)[0][0]
    return "json" if names["json"] > names["text"] else "text"


def _lines(head: bytes) -> list[bytes]:
    lines = head.removeprefix(UTF8_BOM).split(b"\n")
    if len(lines) > 1:
        lines.pop()  # maybe cut off
    return [line for line in lines[: 4 * _VOTERS] if line.strip()][:_VOTERS]


def _text_records(head: bytes) -> Counter[str]:
    return Counter(detect_record(line) for line in _lines(head))


def _json_records(head: bytes, shape: Shape) -> Counter[str]:
    names: Counter[str] = Counter()
    for record in _lines(head) if shape == "lines" else _values(head, shape):
        try:
            value = orjson.loads(record)
        except orjson.JSONDecodeError:
            names["json"] += shape != "lines"
            continue
        names[json_format(value) if isinstance(value, dict) else "json"] += 1
    if not names and shape == "lines":  # one record longer than the head
        names["json"] = 1
    return names


def _values(head: bytes, shape: Shape) -> list[bytes]:
    """The first complete elements of an array or sequence."""
    base = {"array": 1, "wrapped": 2}.get(shape, 0)
    at, chars, depths = JsonScanner().scan(head)
    found: list[bytes] = []
    done = 0
    for place, char, depth in zip(at.tolist(), chars.tolist(), depths.tolist(), strict=True):
        kind = char | 0x20
        if (depth == base and (char == COMMA or kind == CLOSE)) or (kind == CLOSE and depth == base - 1):
            text = head[done : place + (kind == CLOSE and depth == base)].strip(b" \t\r\n,")
            if text:
                found.append(text)
            done = place + 1
        elif depth == base and kind != CLOSE:
            done = place + 1
        if len(found) >= _VOTERS:
            break
    return found


def _csv_delimiter(head: bytes) -> str | None:
    """The delimiter of a table with a header row, or None: the same number (2 or more) of columns in the first rows."""
    rows = [line.decode("utf-8", "replace") for line in _lines(head)[:20]]
    if len(rows) < 2:
        return None
    for delimiter in ",;\t":
        try:
            names = next(csv.reader(rows[:1], delimiter=delimiter))
            if len(names) < 2 or any(not _is_name(name) for name in names):
                continue
            widths = [len(row) for row in csv.reader(rows, delimiter=delimiter)]
        except csv.Error:  # a bare carriage return
            continue
        if sum(width == len(names) for width in widths) * 10 >= len(widths) * 8:
            return delimiter
    return None


def _is_name(cell: str) -> bool:
    """Whether a cell of the first row can be a column name: short, and not a number or a sentence."""
    cell = cell.strip()
    return 0 < len(cell) <= 64 and not cell.replace(".", "").replace("-", "").isdigit() and cell.count(" ") <= 4
