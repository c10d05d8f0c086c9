"""The ECS export, generated from the column table: events as nested Elastic Common Schema documents."""

import ipaddress
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

import pyarrow as pa

from hodoscope.soc.columns import ALL

ECS_VERSION = "8.17.0"

Overrides = Mapping[str, Mapping[str, str]]
"""``FORMAT/RULE`` or ``RULE`` (the event's ``format`` and ``mapping_rule``) → ECS path → column name; empty: leave
out."""

Document = dict[str, object]
_Plan = list[tuple[tuple[str, ...], list[object], Callable[[object], object]]]

_DEFAULT_PORTS = {"http": 80, "https": 443}
_FINDING_CATEGORY = 2
_KEPT_BESIDE_COLUMNS = ("time", "time_quality", "event_id", "class_uid", "format", "mapping_rule")


def ecs_documents(events: pa.Table, overrides: Overrides | None = None, *, original: bool = False) -> list[Document]:
    """One document per event, in row order; values keep their type, absent ones are left out.

    Precedence when several columns go to one ECS path: an override of the event's rule, then the first column of the
    table. ``original`` adds the raw record as ``event.original``. ``event.created`` is the column ``ingested_at`` where
    present, ``event.hash`` our event id. An event whose time is unknown has no ``@timestamp``.
    """
    rows = events.num_rows
    names = set(events.column_names)
    values: dict[str, list[object]] = {
        name: events.column(name).to_pylist()
        for name in [*(column.name for column in ALL), *_KEPT_BESIDE_COLUMNS, "ingested_at"]
        if name in names
    }
    raw = events.column("raw").to_pylist() if original and "raw" in names else [None] * rows
    empty: list[object] = [""] * rows
    keys = list(zip(values.get("format", empty), values.get("mapping_rule", empty), strict=True))
    plans = {key: _plan(key, overrides or {}, values) for key in set(keys)}
    documents = [_document(plans[key], row) for row, key in enumerate(keys)]
    for row, document in enumerate(documents):
        _split_url(document)
        _identify(document, {name: column[row] for name, column in values.items() if name in _OURS}, raw[row])
    return documents


_OURS = frozenset((*_KEPT_BESIDE_COLUMNS, "ingested_at"))


def _plan(key: tuple[object, object], overrides: Overrides, values: Mapping[str, list[object]]) -> _Plan:
    """Which column fills which path for the events of one format and rule."""
    chosen: dict[str, str] = {}
    for column in ALL:
        if column.ecs:
            chosen.setdefault(column.ecs, column.name)
    form, rule = (str(part or "") for part in key)
    chosen |= overrides.get(f"{form}/{rule}", overrides.get(rule, {}))
    return [
        (tuple(path.split(".")), values[name], _SHAPES.get(path, _plain))
        for path, name in chosen.items()
        if name in values
    ]


def _document(plan: _Plan, row: int) -> Document:
    document: Document = {}
    for path, column, shape in plan:
        value = column[row]
        if value is None or value == "" or value == []:
            continue
        shaped = shape(value)
        if shaped not in (None, []):
            put(document, path, shaped)
    return document


def put(document: Document, path: tuple[str, ...], value: object) -> bool:
    """Set a nested value unless something stands there or above it already; says whether it was set."""
    node = document
    for step in path[:-1]:
        inner = node.setdefault(step, {})
        if not isinstance(inner, dict):
            return False
        node = inner
    return node.setdefault(path[-1], value) is value


def _split_url(document: Document) -> None:
    """Scheme, port and the rest of an absolute ``url.original`` (ECS ``url``), which have no column of their own."""
    url = document.get("url")
    original = url.get("original") if isinstance(url, dict) else None
    if not isinstance(original, str) or "://" not in original:
        return
    try:
        split = urlsplit(original)
        port = split.port or _DEFAULT_PORTS.get(split.scheme)
    except ValueError:  # an address in brackets that is none, a port that is no number
        return
    parts = {"scheme": split.scheme, "domain": split.hostname, "port": port, "path": split.path, "query": split.query}
    for name, value in {"full": original, **parts}.items():
        if value:
            put(document, ("url", name), value)


def _identify(document: Document, ours: Mapping[str, object], raw: object) -> None:
    """The fields every document has, from the identity columns."""
    time, event_id, class_uid = ours.get("time"), ours.get("event_id"), ours.get("class_uid")
    if isinstance(time, datetime) and ours.get("time_quality") != "missing":
        document["@timestamp"] = _plain(time)
    document["ecs"] = {"version": ECS_VERSION}
    is_alert = isinstance(class_uid, int) and class_uid // 1000 % 100 == _FINDING_CATEGORY
    put(document, ("event", "kind"), "alert" if is_alert else "event")
    if isinstance(event_id, bytes):
        put(document, ("event", "hash"), event_id.hex())
    if isinstance(ours.get("ingested_at"), datetime):
        put(document, ("event", "created"), _plain(ours["ingested_at"]))
    if isinstance(raw, bytes):
        put(document, ("event", "original"), raw.decode("utf-8", "replace"))


def _plain(value: object) -> object:
    """Times as ISO 8601 with ``Z``; everything else as it is."""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def _addresses(value: object) -> object:
    """Only what is an address: ``dns.resolved_ip`` has type ``ip`` and one name in it would reject the document."""
    return [item for item in value if _is_address(item)] if isinstance(value, list) else None


def _is_address(text: object) -> bool:
    try:
        ipaddress.ip_address(str(text))
    except ValueError:
        return False
    return True


def _list(value: object) -> object:
    return value if isinstance(value, list) else [value]


_SHAPES: Mapping[str, Callable[[object], object]] = {
    "dns.resolved_ip": _addresses,
    "registry.data.strings": _list,
}
"""Paths whose ECS type is not the column's."""
