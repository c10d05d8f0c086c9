"""Events for Sigma tests: one made-up log source that keeps its fields in every kind of place a router can name.

``event_table`` is what the engines see; ``judge_event`` is the same row as the reference evaluator sees it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import orjson
import pyarrow as pa
from hypothesis import strategies as st

from hodoscope.soc.event import EVENT_ID, FULL_SCHEMA
from hodoscope.soc.sigma.interface import FieldSource, KindKey
from hodoscope.soc.sigma.reference_fields import Row, event_fields, raw_of
from hodoscope.soc.sigma.rule import LogSource

LOGSOURCE = LogSource("made_up", "everything", "")
OTHER_LOGSOURCE = LogSource("made_up", "nothing", "")

PLACES: Mapping[str, tuple[FieldSource, ...]] = {
    "CommandLine": (FieldSource("process_cmd_line"),),  # text
    "Image": (FieldSource("process_name"),),  # dictionary-encoded text
    "Privileges": (FieldSource("privileges"),),  # list
    "Extra Field": (FieldSource("unmapped", "Extra Field"),),
    "Nested": (FieldSource("unmapped", "document", ("a", "b")),),
    "First": (FieldSource("unmapped", "document", ("a", "[0]", "b")),),
    "Named": (FieldSource("unmapped", "document", ("a", "[c=1]", "b")),),
    "Elements": (FieldSource("unmapped", "document", ("[]",)),),
    "Coded": (FieldSource("process_name", table=(("a", "Alpha"), ("k", "a*b"), ("1", "10.0.0.1"))),),
    "InRecord": (FieldSource("raw", path=("in_record",)),),
    "Either": (FieldSource("user_name"), FieldSource("unmapped", "Either"), FieldSource("user_domain")),
    "Fixed": (FieldSource("", constant="Fixed Value"),),
    "Gone": (),
}
"""Vendor field → where it is."""


class MadeUp(NamedTuple):
    """One event before it becomes a row; "" and () are absent."""

    command_line: str = ""
    image: str = ""
    privileges: tuple[str, ...] = ()
    extra: str = ""
    document: object = None  # any JSON value; text is put into the map as it is
    in_record: object = None  # any JSON value
    user_name: str = ""
    either: str = ""
    user_domain: str = ""
    raw: bytes | None = None  # None: the record is the JSON of all this


class MadeUpRouter:
    """Every event belongs to the one log source; fields are where :data:`PLACES` says."""

    def logsources(self, kind: KindKey, wanted: Sequence[LogSource]) -> frozenset[LogSource]:
        """Those of the wanted ones that are not the other one."""
        del kind
        return frozenset(wanted) - {OTHER_LOGSOURCE}

    def sources(self, kind: KindKey, field: str) -> tuple[FieldSource, ...]:
        """The same for every kind."""
        del kind
        return PLACES.get(field, ())


def event_table(events: Sequence[MadeUp]) -> pa.Table:
    """A full event table, row ``i`` with the id ``i``."""
    columns: dict[str, Sequence[object]] = {
        "tenant_id": ["default"] * len(events),
        "event_id": [index.to_bytes(16) for index in range(len(events))],
        "time": [1_700_000_000_000_000 + index for index in range(len(events))],
        "time_quality": ["exact"] * len(events),
        "source_id": ["0" * 32] * len(events),
        "source_position": list(range(len(events))),
        "format": ["json" if is_json(record_of(event)) else "text" for event in events],
        "mapping_rule": ["", *["rule"] * len(events)][: len(events)],  # two kinds
        "process_cmd_line": [event.command_line for event in events],
        "process_name": [event.image for event in events],
        "privileges": [list(event.privileges) for event in events],
        "user_name": [event.user_name for event in events],
        "user_domain": [event.user_domain for event in events],
        "unmapped": [_unmapped(event) for event in events],
        "raw": [record_of(event) for event in events],
    }
    return pa.table({name: _array(name, columns.get(name), len(events)) for name in FULL_SCHEMA.names}, FULL_SCHEMA)


def _array(name: str, values: Sequence[object] | None, count: int) -> pa.Array:
    kind = FULL_SCHEMA.field(name).type
    if values is not None:
        if kind == EVENT_ID:
            return pa.array(values, pa.binary(16))
        return pa.array(values, kind)
    if pa.types.is_list(kind):
        return pa.array([[]] * count, kind)
    empty = "" if pa.types.is_dictionary(kind) or pa.types.is_string(kind) else 0 if kind == pa.uint32() else None
    return pa.array([empty] * count, kind)


def judge_event(row: Row) -> tuple[dict[str, list[str]], str, bool]:
    """``event, raw, json_raw`` of a table row, for :func:`hodoscope.soc.sigma.reference.matches`."""
    raw = raw_of(row)
    return event_fields(row, MadeUpRouter(), PLACES), raw, raw.startswith("{")


def is_json(record: bytes) -> bool:
    """JSON formats hold one object per record."""
    return record.startswith(b"{")


def record_of(event: MadeUp) -> bytes:
    """The record as received."""
    if event.raw is not None:
        return event.raw
    inside = {name: value for name, value in event._asdict().items() if value not in ("", (), None)}
    return orjson.dumps(inside)


def _unmapped(event: MadeUp) -> list[tuple[str, str]]:
    document = event.document if isinstance(event.document, str) else orjson.dumps(event.document).decode()
    pairs = (("Extra Field", event.extra), ("document", document if event.document is not None else ""))
    return [(key, value) for key, value in (*pairs, ("Either", event.either)) if value]


Texts = st.SearchStrategy[str]


def json_values(texts: Texts) -> st.SearchStrategy[object]:
    """JSON values, small and sometimes nested."""
    plain = st.one_of(texts, st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.sampled_from([0.5, -2.25]))
    lists = st.lists(st.one_of(plain, st.lists(plain, max_size=2)), max_size=3)
    return st.one_of(texts, plain, lists, st.dictionaries(st.sampled_from("abc"), plain, max_size=2))


def events_of(texts: Texts) -> st.SearchStrategy[MadeUp]:
    """Events holding such texts; the record is mostly the JSON of the fields, else bytes that need not be UTF-8."""
    inner = json_values(texts)
    named = st.fixed_dictionaries({"b": inner}, optional={"c": st.sampled_from(["1", 1, "2"])})
    document = st.one_of(
        st.none(),
        inner,
        st.fixed_dictionaries({"a": st.fixed_dictionaries({"b": inner})}),
        st.fixed_dictionaries({"a": st.lists(st.one_of(named, inner), max_size=3)}),
    )
    broken = st.sampled_from([b"\xff", b"\xc3", b"\xed\xa0\x80"])
    record = st.lists(st.one_of(texts.map(str.encode), broken), min_size=1, max_size=4).map(
        lambda parts: b"".join(parts) or b" "
    )
    # Strings that JSON allows and text does not, and the other way round.
    odd = st.sampled_from([b"\\ud800", b"\xff", b"\\u0000", b"\n", b"\\/", b"\\u00e9", b"\\ud83d\\ude00"])
    odd_json = st.tuples(odd, texts.map(orjson.dumps)).map(lambda two: b'{"in_record":"%s%s}' % (two[0], two[1][1:]))
    return st.builds(
        MadeUp,
        command_line=texts,
        image=texts,
        privileges=st.lists(texts, max_size=3).map(tuple),
        extra=texts,
        document=document,
        in_record=inner,
        user_name=texts,
        either=texts,
        user_domain=texts,
        raw=st.one_of(st.none(), st.none(), st.none(), record, odd_json),
    )
