"""One verdict: the streaming engine, SQL and the reference evaluator, leaf by leaf and rule by rule."""

import tempfile
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import orjson
import pyarrow as pa
import pytest
from hypothesis import given, settings
from tests.support.sigma_conditions import Case, cases, rule_of
from tests.support.sigma_events import MadeUp, MadeUpRouter, event_table, judge_event
from tests.support.sigma_evidence import check_evidence
from tests.support.sigma_grid import grid_events, grid_leaves
from tests.support.sigma_texts import TextCase, text_cases
from tests.support.store import fresh_store

from hodoscope.soc.data_files import strict_yaml
from hodoscope.soc.sigma.hunting.where import where
from hodoscope.soc.sigma.load.parse import Translator
from hodoscope.soc.sigma.load.rules import load_rules
from hodoscope.soc.sigma.reference import explain, matches
from hodoscope.soc.sigma.reference_fields import kind_of
from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not
from hodoscope.soc.sigma.streaming.engine import StreamingEngine
from hodoscope.soc.storage.interface import EventStore

Pairs = set[tuple[int, int]]


def judged(conditions: Sequence[Node], table: pa.Table) -> Pairs:
    """(condition, row) pairs that the judge finds true."""
    events = [judge_event(row) for row in table.to_pylist()]
    return {
        (number, row)
        for number, condition in enumerate(conditions)
        for row, event in enumerate(events)
        if matches(condition, *event)
    }


def streamed(conditions: Sequence[Node], table: pa.Table) -> Pairs:
    """The same pairs by the streaming engine."""
    rules = [rule_of(condition, number) for number, condition in enumerate(conditions)]
    hits = StreamingEngine(rules, MadeUpRouter()).match(table, evidence=False)
    return set(zip(hits.rule.tolist(), hits.row.tolist(), strict=True))


def hunted(conditions: Sequence[Node], table: pa.Table, store: EventStore) -> Pairs:
    """The same pairs by SQL: the plain condition of each rule, a hundred in one query."""
    tenant = f"tenant{next(_TENANTS)}"
    tenants = pa.array([tenant] * table.num_rows).dictionary_encode()
    store.insert_events(table.set_column(0, table.schema.field("tenant_id"), tenants), tenant)
    kinds = sorted({kind_of(row) for row in table.to_pylist()})
    tests = [f"toUInt8({where(rule_of(condition), MadeUpRouter(), kinds)})" for condition in conditions]
    found: Pairs = set()
    for first in range(0, len(tests), 100):
        some = tests[first : first + 100]
        hits = f"arrayFilter((rule, hit) -> hit, range({len(some)}), [{', '.join(some)}])"
        answer = store.query(f"SELECT event_id, {hits} AS rules FROM events WHERE tenant_id = '{tenant}'")
        for event_id, rules in zip(answer["event_id"].to_pylist(), answer["rules"].to_pylist(), strict=True):
            found |= {(first + rule, int.from_bytes(event_id)) for rule in rules}
    return found


_TENANTS = count()


@pytest.fixture(scope="module")
def store() -> Iterator[EventStore]:
    """One store for all tests of this file."""
    with fresh_store() as opened:
        yield opened


def shown(differing: Pairs, conditions: Sequence[Node], events: Sequence[MadeUp]) -> str:
    """The first differences, to read."""
    return "\n".join(f"{conditions[number]}  {events[row]}" for number, row in sorted(differing)[:5])


def test_every_comparison_means_the_same_over_adversarial_values(store: EventStore) -> None:
    """Half a million (leaf, event) pairs; every kind of comparison is both true and false somewhere."""
    found, table = grid_leaves(), event_table(grid_events())
    wanted = judged(found, table)
    for told in (streamed(found, table), hunted(found, table, store)):
        assert not wanted ^ told, shown(wanted ^ told, found, grid_events())
    assert {found[number].match for number, _ in wanted} == set(Match)


def refused_by_sql(table: pa.Table) -> set[int]:
    """Rows whose JSON record no strict reader opens (half a surrogate pair, invalid UTF-8, a line end in a text)."""
    return {
        row for row, raw in enumerate(table.column("raw").to_pylist()) if raw and raw[:1] == b"{" and not opens(raw)
    }


def opens(record: bytes) -> bool:
    """Whether a strict JSON reader takes the record."""
    try:
        orjson.loads(record)
    except orjson.JSONDecodeError:
        return False
    return True


def test_a_field_inside_a_record_with_half_a_surrogate_pair_is_the_known_gap_of_sql(store: EventStore) -> None:
    """Known failure, listed exactly: streaming and the judge read it, ClickHouse does not open the record."""
    table = event_table([MadeUp(raw=b'{"in_record":"\\ud800"}'), MadeUp(raw=b'{"in_record":"a"}')])
    conditions: list[Node] = [Leaf("InRecord", Match.EXISTS)]
    assert streamed(conditions, table) == judged(conditions, table) == {(0, 0), (0, 1)}
    assert hunted(conditions, table, store) == {(0, 1)}
    assert refused_by_sql(table) == {0}


SPELT = {
    "1.50": "1.5", "1.0": "1", "1e3": "1000", "1E-3": "0.001", "-0": "0", "-0.0": "0", "2.50e1": "25",
    "1e-6": "0.000001", "1.5e-7": "1.5e-7", "1e20": "100000000000000000000", "1e21": "1e21", "0.00001": "0.00001",
    "9007199254740993": "9007199254740993", "18446744073709551615": "18446744073709551615", "0.1": "0.1",
    "12345678901234567.0": "12345678901234568", "5e-324": "5e-324", "[1.50, 1e3]": "1.5",
    '{"a":1.50,"b":[1e3]}': '{"a":1.5,"b":[1000]}',
}  # fmt: skip
"""How a number stands in a JSON record → its text."""


def test_a_number_is_its_shortest_spelling_however_the_record_has_it(store: EventStore) -> None:
    """In the record itself and in a nested field; as a rule writes it unquoted, too."""
    written = list(SPELT)
    raw = [MadeUp(raw=f'{{"in_record":{number}}}'.encode()) for number in written]
    nested = [MadeUp(document=f'{{"a":{{"b":{number}}}}}', raw=b"x") for number in written]
    for field, events in (("InRecord", raw), ("Nested", nested)):
        table = event_table(events)
        conditions: list[Node] = [Leaf(field, Match.EQUALS, text) for text in SPELT.values()]
        wanted = judged(conditions, table)
        assert {(at, at) for at in range(len(written))} <= wanted
        assert streamed(conditions, table) == hunted(conditions, table, store) == wanted
    for number in ("1.50", "1.0", "1.0e+3", "-0.0"):
        document = strict_yaml(f"{{logsource: {{product: x}}, detection: {{s: {{F: {number}}}, condition: s}}}}")
        assert isinstance(document, dict)
        assert Translator().rule(document).condition == Leaf("F", Match.EQUALS, SPELT[number.replace("1.0e+3", "1e3")])


def test_an_integer_beyond_64_bits_is_the_known_gap_of_sql(store: EventStore) -> None:
    """Known failure, listed exactly: a double everywhere else, ClickHouse hands its digits over as a text."""
    table = event_table([MadeUp(raw=b'{"in_record":123456789012345678901234567890}')])
    conditions: list[Node] = [Leaf("InRecord", Match.EQUALS, "1.2345678901234568e29")]
    assert streamed(conditions, table) == judged(conditions, table) == {(0, 0)}
    assert hunted(conditions, table, store) == set()


def test_only_a_line_feed_ends_a_line_for_an_expression(store: EventStore) -> None:
    """U+2028, U+2029, U+0085, carriage return and the other separators of Unicode are characters like any other."""
    separators = ("\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029")
    events = [MadeUp(command_line=f"a{separator}b", in_record={"k": f"a{separator}b"}) for separator in separators]
    patterns = (("a.b", ""), ("^b", "m"), ("a$", "m"), ("a$", ""), ("a.b", "s"), (r"a\sb", ""), ("^a.b$", "m"))
    fields = ("CommandLine", "InRecord", "")
    conditions: list[Node] = [
        Leaf(field, Match.REGEX, pattern, flags=flags) for field in fields for pattern, flags in patterns
    ]
    table = event_table(events)
    wanted = judged(conditions, table)
    assert streamed(conditions, table) == hunted(conditions, table, store) == wanted
    told = [sorted(row for number, row in wanted if number == at) for at in range(len(patterns))]
    others = list(range(1, len(separators)))
    assert told == [others, [0], [0], [], [0, *others], [0, 1, 3], others]


@settings(max_examples=50)
@given(cases())
def test_every_rule_has_the_judges_verdict_and_true_and_sufficient_evidence(store: EventStore, case: Case) -> None:
    """Nested and negated conditions."""
    table = event_table(case.events)
    conditions = [rule.condition for rule in case.rules]
    hits = StreamingEngine(case.rules, MadeUpRouter()).match(table)
    wanted = judged(conditions, table)
    assert set(zip(hits.rule.tolist(), hits.row.tolist(), strict=True)) == wanted
    refused = refused_by_sql(table)
    differing = hunted(conditions, table, store) ^ wanted
    assert {pair for pair in differing if pair[1] not in refused} == set()
    events = [judge_event(row) for row in table.to_pylist()]
    for rule, row, told in zip(hits.rule.tolist(), hits.row.tolist(), hits.evidence_index.tolist(), strict=True):
        check_evidence(conditions[rule], events[row], hits.evidence[told])
        check_evidence(conditions[rule], events[row], explain(conditions[rule], *events[row]))


@settings(max_examples=25)
@given(text_cases())
def test_rules_written_as_yaml_mean_what_their_author_meant(store: EventStore, case: TextCase) -> None:
    """Through the real loader; the judge has the meaning only, the engines what was loaded only."""
    table = event_table(case.events)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.yml"
        path.write_text("---\n".join(rule.text for rule in case.rules), encoding="utf-8")
        loaded = load_rules([path])
    assert loaded.unsupported == ()
    conditions = [rule.condition for rule in loaded.rules]
    wanted = judged([rule.means for rule in case.rules], table)
    assert streamed(conditions, table) == wanted
    refused = refused_by_sql(table)
    assert {pair for pair in hunted(conditions, table, store) ^ wanted if pair[1] not in refused} == set()


def test_values_of_a_megabyte_change_nothing(store: EventStore) -> None:
    """A long command line is searched to its end, by every kind of comparison."""
    long = "x\n" * 500_000 + "C:\\Temp\\É.exe"
    events = [
        MadeUp(command_line=long, privileges=("a", long)),
        MadeUp(command_line=long[:-1]),
        MadeUp(raw=long.encode()),
    ]
    ends = [
        Leaf(field, match, literal)
        for field in ("CommandLine", "Privileges", "")
        for match, literal in (
            (Match.CONTAINS, "TEMP\\É.EXE"),
            (Match.GLOB, "x*C:\\\\T?mp\\\\*.exe"),
            (Match.REGEX, "^x(?s:.*)\\.exe$"),
        )
    ]
    conditions: list[Node] = [
        *ends,
        All((ends[0], Not(ends[3]))),
        Any((Leaf("CommandLine", Match.ENDSWITH, ".exe"), ends[6])),
    ]
    conditions += [
        Leaf("CommandLine", Match.EQUALS_FIELD, "Privileges"),
        Leaf("CommandLine", Match.EQUALS, long.upper()),
    ]
    table = event_table(events)
    wanted = judged(conditions, table)
    assert streamed(conditions, table) == hunted(conditions, table, store) == wanted
    assert len({number for number, _ in wanted}) == 12  # all but one
