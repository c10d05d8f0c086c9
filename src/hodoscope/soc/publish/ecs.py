"""The ECS export, generated from the column table: events as nested Elastic Common Schema documents."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import pyarrow as pa

from hodoscope.soc.columns import ALL
from hodoscope.soc.publish.ecs_values import DERIVED, SHAPES, iso_time

ECS_VERSION = "8.17.0"

Overrides = Mapping[str, Mapping[str, tuple[str, ...]]]
"""``FORMAT/RULE`` or ``RULE`` (the event's ``format`` and ``mapping_rule``) → ECS path → where its value comes from.

The first source that has a value counts: a column, ``unmapped.PATH`` (a vendor field no column holds) or a name of
:data:`hodoscope.soc.publish.ecs_values.DERIVED`. No source: the path is left out.
"""

Document = dict[str, object]
_Plan = list[tuple[tuple[str, ...], list[list[object]], Callable[[object], object]]]

_DEFAULT_PORTS = {"http": 80, "https": 443}
_FINDING_CATEGORY = 2
_KEPT_BESIDE_COLUMNS = ("time", "time_quality", "event_id", "class_uid", "format", "mapping_rule")


def ecs_documents(events: pa.Table, overrides: Overrides | None = None, *, original: bool = False) -> list[Document]:
    """One document per event, in row order; values keep their type, absent ones are left out.

    Precedence: an override of the event's rule, then the column of the table, then what is derived. ``original`` adds
    the raw record as ``event.original``. ``event.created`` is the column ``ingested_at`` where present, ``event.hash``
    our event id. An event whose time is unknown has no ``@timestamp``.
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
    leaves = [dict(leaf or ()) for leaf in events.column("unmapped").to_pylist()] if "unmapped" in names else []
    plans = {key: _plan(key, overrides or {}, values, leaves) for key in set(keys)}
    documents = [_document(plans[key], row) for row, key in enumerate(keys)]
    for row, document in enumerate(documents):
        _split_url(document)
        _identify(document, {name: column[row] for name, column in values.items() if name in _OURS}, raw[row])
    return documents


_OURS = frozenset((*_KEPT_BESIDE_COLUMNS, "ingested_at"))


def _plan(
    key: tuple[object, object],
    overrides: Overrides,
    values: dict[str, list[object]],
    leaves: Sequence[Mapping[str, object]],
) -> _Plan:
    """Which values fill which path for the events of one format and rule; ``values`` learns what it has to work out."""
    chosen: dict[str, tuple[str, ...]] = {}
    for column in ALL:
        if column.ecs:
            chosen.setdefault(column.ecs, (column.name,))
    for path, derived in DERIVED.items():
        if derived.default:
            chosen.setdefault(path, (path,))
    form, rule = (str(part or "") for part in key)
    chosen |= overrides.get(f"{form}/{rule}", overrides.get(rule, {}))
    plan: _Plan = []
    for path, sources in chosen.items():
        columns = [column for column in (_source(name, values, leaves) for name in sources) if column is not None]
        if columns:
            plan.append((tuple(path.split(".")), columns, SHAPES.get(path, iso_time)))
    return plan


def _source(name: str, values: dict[str, list[object]], leaves: Sequence[Mapping[str, object]]) -> list[object] | None:
    """One value per event from a column, a derived name or a kept vendor field; None where the events have no such."""
    if name in values:
        return values[name]
    if name.startswith("unmapped."):
        path = name.removeprefix("unmapped.")
        values[name] = [leaf.get(path) for leaf in leaves]
    elif name in DERIVED and all(column in values for column in DERIVED[name].columns):
        inputs = [values[column] for column in DERIVED[name].columns]
        values[name] = [DERIVED[name].of(*row) for row in zip(*inputs, strict=True)]
    return values.get(name) or None


def _document(plan: _Plan, row: int) -> Document:
    document: Document = {}
    for path, columns, shape in plan:
        for column in columns:
            value = column[row]
            shaped = None if value is None or value in ("", "-") else shape(value)  # Windows writes "-" for none
            if shaped not in (None, []):
                put(document, path, shaped)
                break
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
        document["@timestamp"] = iso_time(time)
    document["ecs"] = {"version": ECS_VERSION}
    is_alert = isinstance(class_uid, int) and class_uid // 1000 % 100 == _FINDING_CATEGORY
    put(document, ("event", "kind"), "alert" if is_alert else "event")
    if isinstance(event_id, bytes):
        put(document, ("event", "hash"), event_id.hex())
    if isinstance(ours.get("ingested_at"), datetime):
        put(document, ("event", "created"), iso_time(ours["ingested_at"]))
    if isinstance(raw, bytes):
        put(document, ("event", "original"), raw.decode("utf-8", "replace"))
