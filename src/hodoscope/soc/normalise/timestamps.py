"""Timestamps of vendor records → UTC microseconds, the offset that was written, and how far to trust them.

Kinds: ``iso`` (``T`` or space, up to 9 fraction digits, ``Z``/``±hh:mm``/none), ``epoch_s``, ``epoch_ms``,
``epoch_us``, ``epoch_ns``, ``auto_epoch`` (unit by magnitude), ``filetime`` (100 ns since 1601),
``syslog`` (``Mar  7 13:06:56``, no year), ``clf`` (``15/Jan/2024:14:30:25 +0100``), ``us_date`` (``5/19/2024 1:02:03
PM``).
A missing zone is taken as UTC unless the operator says otherwise and is recorded as assumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.errors import InputError, MappingError
from hodoscope.soc.event import TimeQuality
from hodoscope.soc.normalise.expressions import Expression, compile_expression
from hodoscope.soc.normalise.interface import Fields

Micros = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
EARLIEST = 31_536_000 * 1_000_000  # 1971-01-01: before it stand only "no time" markers (1601, 1970)
LATEST = 7_258_118_400 * 1_000_000  # 2200-01-01: inside DateTime64(6)
SECOND = 1_000_000
MINUTE = 60 * SECOND
FILETIME_EPOCH = 11_644_473_600 * SECOND

_ISO = (
    r"^\s*(?P<day>\d{4}[-/]\d\d[-/]\d\d)[T ]+(?P<clock>\d\d:\d\d:\d\d)(?:[.,](?P<fraction>\d{1,9}))?"
    r"\s*(?P<zone>Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?\s*$"
)
_CLF = (
    r"^\[?(?P<dd>\d{1,2})/(?P<mon>[A-Za-z]{3})/(?P<year>\d{4}):(?P<clock>\d\d:\d\d:\d\d)"
    r"(?:\.(?P<fraction>\d+))?\s*(?P<zone>[+-]\d{4})?\]?$"
)
_SYSLOG = (
    r"^(?P<mon>[A-Za-z]{3})\s+(?P<dd>\d{1,2})\s+(?:(?P<year>\d{4})\s+)?(?P<clock>\d\d:\d\d:\d\d)"
    r"(?:\.(?P<fraction>\d+))?$"
)
_US = (
    r"^(?P<mm>\d{1,2})/(?P<dd>\d{1,2})/(?P<year>\d{4}) (?P<h>\d{1,2}):(?P<m>\d\d):(?P<s>\d\d)"
    r"(?:\.(?P<fraction>\d+))?(?: (?P<half>AM|PM))?$"
)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_EPOCH_UNITS = {"epoch_s": 1e6, "epoch_ms": 1e3, "epoch_us": 1.0, "epoch_ns": 1e-3}
KINDS = frozenset(("iso", "auto_epoch", "filetime", "syslog", "clf", "us_date", *_EPOCH_UNITS))


@dataclass(frozen=True, slots=True)
class TimeSpec:
    """One place a record's time may stand; ``zone`` is the zone the vendor documents for stamps that name none.

    ``assumed``: the zone in the stamp was inferred, so it counts as assumed.
    """

    source: Expression
    kind: str
    zone: str
    assumed: bool = False


QUALITIES = tuple(quality.value for quality in TimeQuality)
_EXACT = QUALITIES.index(TimeQuality.EXACT)
_ASSUMED_ZONE = QUALITIES.index(TimeQuality.ASSUMED_ZONE)
_ASSUMED_YEAR = QUALITIES.index(TimeQuality.ASSUMED_YEAR)
_ASSUMED_YEAR_ZONE = QUALITIES.index(TimeQuality.ASSUMED_YEAR_ZONE)
_MISSING = QUALITIES.index(TimeQuality.MISSING)


class Times(NamedTuple):
    """Per record: microseconds UTC, whether known, offset minutes, whether an offset was written, quality."""

    micros: Micros
    known: Bools
    offset: npt.NDArray[np.int64]
    has_offset: Bools
    code: npt.NDArray[np.int8]  # position in ``QUALITIES``

    @property
    def quality(self) -> list[str]:
        """The words for ``code``."""
        return [QUALITIES[code] for code in self.code.tolist()]


@dataclass(frozen=True, slots=True)
class TimeOptions:
    """Operator's knowledge: ``zone`` (IANA name) and ``year`` for stamps without; ``modified``: file's epoch s."""

    zone: str | None = None
    year: int | None = None
    modified: float | None = None


def compile_time(node: object, where: str) -> tuple[TimeSpec, ...]:
    """The ``time`` part of a mapping file: a list of ``{from: …, as: kind, zone: IANA name}``, first known wins."""
    if not isinstance(node, list):
        raise MappingError(f"{where}: expected a list of {{from, as}}")
    specs = []
    for index, item in enumerate(node):
        if not isinstance(item, dict) or "from" not in item or item.get("as", "iso") not in KINDS:
            raise MappingError(f"{where}[{index}]: needs 'from' and 'as', one of {', '.join(sorted(KINDS))}")
        source = compile_expression(item["from"], f"{where}[{index}]")
        zone, assumed = str(item.get("zone", "")), bool(item.get("assumed", False))
        specs.append(TimeSpec(source, str(item.get("as", "iso")), zone, assumed))
    return tuple(specs)


def times_of(fields: Fields, specs: tuple[TimeSpec, ...], options: TimeOptions) -> Times:
    """The first known time of each record over the candidates."""
    count = len(fields)
    result = _unknown(count)
    for spec in specs:
        if result.known.all():
            break
        text = spec.source.evaluate(fields, "text")
        if text.null_count == count:
            continue
        found = parse_times(text, spec.kind, options, spec.zone)
        if spec.assumed:
            found = found._replace(
                code=np.where(found.known, _ASSUMED_ZONE, found.code),
                has_offset=np.zeros(count, dtype=np.bool_),
            )
        take = found.known & ~result.known
        pairs = zip(found, result, strict=True)
        result = Times(*(np.where(take, np.asarray(new), np.asarray(old)) for new, old in pairs))
    return result


def parse_times(text: pa.Array, kind: str, options: TimeOptions, zone: str = "") -> Times:
    """Parse one text array; anything unreadable or outside 1971–2200 is unknown."""
    if kind == "iso":
        found = _iso(text, options, zone)
    elif kind == "clf":
        found = _named_month(text, _CLF, options, zone)
    elif kind == "syslog":
        found = _named_month(text, _SYSLOG, options, zone)
    elif kind == "us_date":
        found = _us_date(text, options, zone)
    else:
        found = _epoch(text, kind)
    plausible = found.known & (found.micros >= EARLIEST) & (found.micros < LATEST)
    return Times(
        np.where(plausible, found.micros, 0),
        plausible,
        found.offset,
        found.has_offset & plausible,
        np.where(plausible, found.code, _MISSING),
    )


def column(text: pa.Array, kind: str, options: TimeOptions) -> pa.Array:
    """A further time column (start_time …): timestamp array, null where unknown."""
    found = parse_times(text, kind, options)
    return pa.array(found.micros, pa.int64(), mask=~found.known).cast(pa.timestamp("us", tz="UTC"))


def _codes(count: int, code: int) -> npt.NDArray[np.int8]:
    return np.full(count, code, dtype=np.int8)


def _unknown(count: int) -> Times:
    zeros = np.zeros(count, dtype=np.int64)
    no = np.zeros(count, dtype=np.bool_)
    return Times(zeros, no, zeros, no, _codes(count, _MISSING))


def _plain_iso(text: pa.Array, options: TimeOptions, zone: str) -> Times | None:
    """The common case in one cast: every stamp complete, all with ``Z`` or all without zone; None for any other."""
    if text.null_count == len(text) or pc.min(pc.binary_length(text)).as_py() < len("2020-01-01 00:00:00"):
        return None
    written = bool(pc.all(pc.ends_with(text, "Z")).as_py())
    try:
        stamps = pc.cast(text, pa.timestamp("ns", "UTC" if written else None))
    except pa.ArrowInvalid:
        return None
    known = np.asarray(pc.is_valid(stamps).to_numpy(zero_copy_only=False))
    micros = np.array(pc.fill_null(pc.cast(stamps, pa.int64()), 0).to_numpy(zero_copy_only=False)) // 1000
    quality = _codes(len(text), _EXACT)
    if not written:
        micros = _to_utc(micros, zone or options.zone or "UTC")
        if not zone:
            quality[:] = _ASSUMED_ZONE
    return Times(micros, known, np.zeros(len(text), dtype=np.int64), known & written, quality)


def _iso(text: pa.Array, options: TimeOptions, zone: str) -> Times:
    plain = _plain_iso(text, options, zone)
    if plain is not None:
        return plain
    plain = _iso_utc(text)
    if plain is not None:
        return plain
    parts = pc.extract_regex(text, _ISO)
    known = np.asarray(pc.is_valid(parts).to_numpy(zero_copy_only=False))
    day = pc.replace_substring(parts.field("day"), "/", "-")
    return _assemble(day, parts.field("clock"), parts.field("fraction"), parts.field("zone"), known, options, zone)


def _iso_utc(text: pa.Array) -> Times | None:
    """The fast way when every stamp ends in ``Z`` and is impeccable; None sends the array the careful way."""
    if text.null_count or not pc.all(pc.ends_with(text, "Z")).as_py():
        return None
    try:
        parsed = pc.cast(text, pa.timestamp("ns", tz="UTC"))
    except pa.ArrowInvalid:
        return None
    micros = np.floor_divide(pc.cast(parsed, pa.int64()).to_numpy(zero_copy_only=False), 1000)
    count = len(text)
    yes = np.ones(count, dtype=np.bool_)
    return Times(micros, yes, np.zeros(count, np.int64), yes, _codes(count, _EXACT))


def _named_month(text: pa.Array, pattern: str, options: TimeOptions, zone: str) -> Times:
    parts = pc.extract_regex(text, pattern)
    known = np.asarray(pc.is_valid(parts).to_numpy(zero_copy_only=False))
    stamps = pc.binary_join_element_wise(
        pc.fill_null(parts.field("year"), ""), parts.field("mon"), parts.field("dd"), " "
    )
    encoded = pc.dictionary_encode(stamps)
    days, assumed = [], []
    for stamp in encoded.dictionary.to_pylist():
        year, month, day = str(stamp).split(" ")
        number = _MONTHS.get(month.lower())
        days.append(_day(year, number, int(day), options) if number else None)
        assumed.append(not year)
    indices = encoded.indices
    day_text = pa.array(days, pa.string()).take(indices)
    zones = parts.field("zone") if "(?P<zone>" in pattern else pa.nulls(len(text), pa.string())
    found = _assemble(day_text, parts.field("clock"), parts.field("fraction"), zones, known, options, zone)
    no_year = pc.fill_null(pa.array(assumed, pa.bool_()).take(indices), False).to_numpy(zero_copy_only=False)
    quality = found.code.copy()
    assumed_zone = quality == _ASSUMED_ZONE
    quality[no_year & assumed_zone] = _ASSUMED_YEAR_ZONE
    quality[no_year & ~assumed_zone] = _ASSUMED_YEAR
    return found._replace(code=quality)


def _day(year: str, month: int, day: int, options: TimeOptions) -> str | None:
    """``YYYY-MM-DD``; without a year: the operator's, else the latest not after the file's own (+1 day)."""
    if year:
        return f"{year}-{month:02}-{day:02}"
    if options.year:
        return f"{options.year}-{month:02}-{day:02}"
    limit = datetime.fromtimestamp(options.modified, UTC) if options.modified else None
    if limit is None:
        return None
    fits = (month, day) <= (limit.month, limit.day + 1)
    return f"{limit.year if fits else limit.year - 1}-{month:02}-{day:02}"


def _us_date(text: pa.Array, options: TimeOptions, zone: str) -> Times:
    parts = pc.extract_regex(text, _US)
    known = np.asarray(pc.is_valid(parts).to_numpy(zero_copy_only=False))
    day = pc.binary_join_element_wise(
        parts.field("year"), pc.utf8_lpad(parts.field("mm"), 2, "0"), pc.utf8_lpad(parts.field("dd"), 2, "0"), "-"
    )
    hour = pc.cast(pc.if_else(pc.equal(parts.field("h"), ""), None, parts.field("h")), pa.int64())
    half = pc.fill_null(parts.field("half"), "")
    hour = pc.if_else(
        pc.equal(half, "PM"), pc.add(_mod12(hour), 12), pc.if_else(pc.equal(half, "AM"), _mod12(hour), hour)
    )
    clock = pc.binary_join_element_wise(
        pc.utf8_lpad(pc.cast(hour, pa.string()), 2, "0"), parts.field("m"), parts.field("s"), ":"
    )
    return _assemble(day, clock, parts.field("fraction"), pa.nulls(len(text), pa.string()), known, options, zone)


def _mod12(hour: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(hour, 12), 0, hour)


def _assemble(
    day: pa.Array,
    clock: pa.Array,
    fraction: pa.Array,
    zone: pa.Array,
    known: Bools,
    options: TimeOptions,
    documented: str,
) -> Times:
    count = len(day)
    seconds, valid = _seconds(pc.binary_join_element_wise(day, clock, " "))
    known = known & valid
    digits = pc.utf8_slice_codeunits(pc.utf8_rpad(pc.fill_null(fraction, "0"), 6, "0"), 0, 6)
    digits = pc.if_else(pc.equal(digits, ""), "000000", digits)
    micros = seconds * SECOND + pc.cast(digits, pa.int64()).to_numpy(zero_copy_only=False)
    encoded = pc.dictionary_encode(pc.fill_null(zone, ""))
    offsets = [_offset_minutes(value) for value in encoded.dictionary.to_pylist()] or [None]
    index = encoded.indices.to_numpy()
    written = np.array([value is not None for value in offsets], dtype=np.bool_)[index]
    minutes = np.array([value or 0 for value in offsets], dtype=np.int64)[index]
    micros = micros - minutes * MINUTE
    local = known & ~written
    quality = _codes(count, _EXACT)
    if local.any():
        name = documented or options.zone or "UTC"
        micros[local] = _to_utc(micros[local], name)
        if not documented:
            quality[local] = _ASSUMED_ZONE
    return Times(micros, known, minutes, written & known, quality)


def _seconds(stamps: pa.Array) -> tuple[Micros, Bools]:
    """``YYYY-MM-DD hh:mm:ss`` → epoch seconds; impossible dates and leap seconds' ``:60`` are handled row by row."""
    try:
        parsed = pc.cast(stamps, pa.timestamp("s"))
    except pa.ArrowInvalid:
        parsed = pc.strptime(stamps, "%Y-%m-%d %H:%M:%S", "s", error_is_null=True)
        # strptime accepts 30 February; a round trip does not.
        parsed = pc.if_else(
            pc.equal(pc.strftime(parsed, "%Y-%m-%d %H:%M:%S"), stamps), parsed, pa.scalar(None, parsed.type)
        )
    valid = np.asarray(pc.is_valid(parsed).to_numpy(zero_copy_only=False))
    return pc.fill_null(pc.cast(parsed, pa.int64()), 0).to_numpy(zero_copy_only=False), valid


def _offset_minutes(zone: str) -> int | None:
    if not zone:
        return None
    if zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:4])
    return -minutes if zone[0] == "-" else minutes


def _to_utc(micros: Micros, name: str) -> Micros:
    if name == "UTC":
        return micros
    try:
        local = pa.array(micros, pa.timestamp("us"))
        moved = pc.assume_timezone(local, str(ZoneInfo(name)), ambiguous="earliest", nonexistent="earliest")
    except (KeyError, ValueError, pa.ArrowInvalid) as error:
        raise InputError(f"unknown time zone {name!r}; use an IANA name such as Europe/Vienna") from error
    return np.asarray(pc.cast(moved, pa.int64()).to_numpy(zero_copy_only=False))


def _epoch(text: pa.Array, kind: str) -> Times:
    count = len(text)
    empty = _unknown(count)
    try:
        numbers = pc.cast(text, pa.float64())
        whole = pc.cast(text, pa.int64()) if kind in ("filetime", "epoch_ns") else None
    except pa.ArrowInvalid:
        numeric = pc.match_substring_regex(text, r"^\s*-?\d{1,18}(\.\d+)?([eE][+-]?\d{1,2})?\s*$")
        clean = pc.if_else(pc.fill_null(numeric, False), pc.utf8_trim_whitespace(text), pa.scalar(None, pa.string()))
        numbers = pc.cast(clean, pa.float64())
        whole = None
    numbers = pc.if_else(
        pc.is_finite(numbers), numbers, pa.scalar(None, pa.float64())
    )  # "nan" and "inf" are numbers too
    known = np.asarray(pc.is_valid(numbers).to_numpy(zero_copy_only=False))
    # No date is beyond 1e20 of any unit; as a product it would leave the range of floats.
    values = np.clip(pc.fill_null(numbers, 0.0).to_numpy(zero_copy_only=False), -1e20, 1e20)
    if kind == "filetime":
        exact = pc.fill_null(whole, 0).to_numpy(zero_copy_only=False) // 10 if whole is not None else values / 10
        micros = exact - FILETIME_EPOCH
    elif kind == "auto_epoch":
        magnitude = np.abs(values)
        factor = np.select([magnitude < 1e11, magnitude < 1e14, magnitude < 1e17], [1e6, 1e3, 1.0], 1e-3)
        micros = np.rint(values * factor)
    else:
        micros = np.rint(values * _EPOCH_UNITS[kind])
    micros = np.clip(micros, -(2.0**62), 2.0**62).astype(np.int64)
    return empty._replace(micros=micros, known=known, code=_codes(count, _EXACT))


def options_from(values: Mapping[str, str], modified: float | None) -> TimeOptions:
    """Time options of the command line: ``zone`` and ``year``."""
    year = values.get("year", "")
    if year and not (year.isdigit() and 1971 <= int(year) < 2200):
        raise InputError(f"--year {year!r} must lie between 1971 and 2199")
    return TimeOptions(values.get("zone") or None, int(year) if year else None, modified)
