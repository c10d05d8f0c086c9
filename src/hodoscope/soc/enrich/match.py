"""Which indicators each event touches: look-ups on distinct values, then arrays; no Python per event."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.enrich.codes import Bools, Coded, Ints, coded_column, combinations
from hodoscope.soc.enrich.indicators import IndicatorSet, domain_name
from hodoscope.soc.enrich.ranges import RangeTable
from hodoscope.soc.enrich.records import IndicatorKind

ADDRESS_COLUMNS = ("src_endpoint_ip", "dst_endpoint_ip", "device_ip", "answers")
NAME_COLUMNS = (
    "query_hostname",
    "http_request_url_hostname",
    "tls_sni",
    "src_endpoint_hostname",
    "dst_endpoint_hostname",
)
EMAIL_COLUMNS = ("actor_user_email_addr", "user_email_addr", "actor_user_name", "user_name")
EXACT_COLUMNS: tuple[tuple[str, IndicatorKind], ...] = (
    ("file_hashes_md5", "md5"),
    ("file_hashes_sha1", "sha1"),
    ("file_hashes_sha256", "sha256"),
    *((name, "email") for name in EMAIL_COLUMNS),
)
URL_PARTS = (
    "http_request_url_hostname",
    "http_request_url_path",
    "http_request_url_query_string",
    "http_request_url_url_string",
)

Hits = dict[int, tuple[int, ...]]
Pairs = tuple[Ints, Ints]


def indicator_ids(events: pa.Table, indicators: IndicatorSet) -> pa.ListArray:
    """Sorted, distinct indicator ids per event that were in force at its time.

    Domains also match every name below them, on label boundaries. An event without a time matches whatever the
    validity: an unknown time rules nothing out.
    """
    if not indicators.entries or not events.num_rows:
        return _lists(np.zeros(events.num_rows + 1, np.int64), pa.array([], pa.string()))
    found = list(_pairs(events, indicators))
    rows = np.concatenate([np.empty(0, np.int64), *(pair[0] for pair in found)])
    entries = np.concatenate([np.empty(0, np.int64), *(pair[1] for pair in found)])
    times, unknown = event_times(events)
    valid = (indicators.valid_from[entries] <= times[rows]) & (times[rows] < indicators.valid_until[entries])
    kept = valid | unknown[rows]
    numbers, ids = indicators.id_of_entry[entries[kept]], np.array(indicators.ids, object)
    used, local = np.unique(numbers, return_inverse=True)
    order = np.argsort(ids[used]) if len(used) else used
    rank = np.empty(len(used), np.int64)
    rank[order] = np.arange(len(used))
    keys = np.unique(rows[kept] * max(len(used), 1) + rank[local])
    counts = np.bincount(keys // max(len(used), 1), minlength=events.num_rows)
    texts = pa.array(ids[used][order].tolist(), pa.string())
    return _lists(np.concatenate([[0], np.cumsum(counts)]), texts.take(pa.array(keys % max(len(used), 1))))


def event_times(events: pa.Table) -> tuple[Ints, Bools]:
    """Microseconds UTC per event, and where the time is unknown (null, or ``time_quality`` says ``missing``)."""
    column = events.column("time").cast(pa.int64())
    times: Ints = np.asarray(pc.fill_null(column, 0), dtype=np.int64)
    unknown = np.asarray(pc.is_null(column), dtype=np.bool_)
    quality = coded_column(events, "time_quality")
    if quality is not None and "missing" in quality.values:
        unknown = unknown | (quality.codes == quality.values.index("missing"))
    return times, unknown


def _lists(offsets: Ints, texts: pa.Array) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), texts)


def _pairs(events: pa.Table, indicators: IndicatorSet) -> Iterable[Pairs]:
    ranges, domains = indicators.ranges, indicators.exact.get("domain")
    for name in ADDRESS_COLUMNS if ranges.payloads else ():
        yield from _column_pairs(events, name, ranges.find)
    for name in NAME_COLUMNS if domains else ():
        yield from _column_pairs(events, name, partial(domain_hits, table=domains or {}))
    for name in NAME_COLUMNS if ranges.payloads else ():
        yield from _column_pairs(events, name, partial(_address_like_hits, ranges=ranges))
    for name, kind in EXACT_COLUMNS:
        if table := indicators.exact.get(kind):
            yield from _column_pairs(events, name, partial(exact_hits, table=table))
    if urls := indicators.exact.get("url"):
        yield from _column_pairs(events, "http_request_url_url_string", partial(exact_hits, table=urls, fold=False))
        yield from _split_url_pairs(events, indicators)


def _column_pairs(events: pa.Table, name: str, find: Callable[[Sequence[str]], Hits]) -> Iterable[Pairs]:
    column = coded_column(events, name)
    hits = find(column.values) if column is not None else {}
    if column is not None and hits:
        yield spread(column, hits)


def spread(column: Coded, hits: Hits) -> Pairs:
    """(row, entry) pairs of every row whose value was hit."""
    counts = np.zeros(len(column.values) + 1, np.int64)  # the last cell is what code -1 picks
    starts = np.zeros_like(counts)
    flat: list[int] = []
    for value, entries in hits.items():
        starts[value], counts[value] = len(flat), len(entries)
        flat.extend(entries)
    places = np.flatnonzero(counts[column.codes])
    codes = column.codes[places]
    repeat = counts[codes]
    first = np.repeat(np.cumsum(repeat) - repeat, repeat)
    within = np.arange(len(first)) - first
    entries_of = np.array(flat, np.int64)[np.repeat(starts[codes], repeat) + within]
    rows = places if column.rows is None else column.rows[places]
    return np.repeat(rows, repeat), entries_of


def domain_hits(names: Sequence[str], table: Mapping[str, tuple[int, ...]]) -> Hits:
    """Entries for each name and every parent of it that is listed."""
    hits: Hits = {}
    get = table.get
    for position, name in enumerate(names):
        rest = name.lower() if name.isascii() else _ascii(name)
        if rest.endswith("."):
            rest = rest[:-1]
        while rest:
            if entries := get(rest):
                hits[position] = (*hits.get(position, ()), *entries)
            rest = rest.partition(".")[2]
    return hits


def _ascii(name: str) -> str:
    try:
        return domain_name(name)
    except ValueError:
        return ""


def exact_hits(values: Sequence[str], table: Mapping[str, tuple[int, ...]], fold: bool = True) -> Hits:
    """Entries whose value equals the text, compared in lower case when ``fold``."""
    texts = map(str.lower, values) if fold else values
    return {position: table[text] for position, text in enumerate(texts) if text in table}


def _address_like_hits(values: Sequence[str], ranges: RangeTable) -> Hits:
    """Addresses written where a host name is expected: those that end in a digit or hold a colon."""
    positions = [n for n, value in enumerate(values) if value and (value[-1].isdigit() or ":" in value)]
    return {positions[n]: found for n, found in ranges.find([values[n] for n in positions]).items()}


def _split_url_pairs(events: pa.Table, indicators: IndicatorSet) -> Iterable[Pairs]:
    """Match URLs that sensors write in parts, looking only at rows whose host occurs in a URL indicator."""
    host = coded_column(events, URL_PARTS[0])
    if host is None:
        return
    listed = np.array([*(value.lower() in indicators.url_hosts for value in host.values), False], np.bool_)
    rows = np.flatnonzero(listed[host.codes])
    if not len(rows):
        return
    columns = [coded_column(events, name) for name in URL_PARTS]
    codes = [np.full(len(rows), -1, np.int64) if c is None else c.codes[rows] for c in columns]
    combined, held = combinations(codes)
    values = [("",) if c is None else (*c.values, "") for c in columns]
    hits: Hits = {}
    for position, picks in enumerate(zip(*(part.tolist() for part in held), strict=True)):
        name, path, query, url = (texts[pick] for texts, pick in zip(values, picks, strict=True))
        target = url if url.startswith("/") else path + (f"?{query}" if query else "")
        if entries := indicators.url_paths.get((name.lower(), target or "/")):
            hits[position] = entries
    yield spread(Coded(combined, [""] * len(held[0]), rows), hits)
