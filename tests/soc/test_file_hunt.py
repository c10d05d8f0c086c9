"""Files are judged as stored events are: the same verdicts on the same evidence, from fewer columns."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from tests.support.real_events import FILES

from hodoscope.soc.file_hunt import FileHunt
from hodoscope.soc.format_routing import FormatRouting
from hodoscope.soc.normalise.interface import Selection
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.record import RawBatch, SkippedRecord
from hodoscope.soc.sigma.hunting.hunt import Scope
from hodoscope.soc.sigma.interface import Hits, LeafEvidence
from hodoscope.soc.sigma.load.rules import load_rules
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule import All, Leaf, LogSource, Match, Node, Not, Rule
from hodoscope.soc.sigma.streaming.engine import StreamingEngine
from hodoscope.soc.sources.discover import discover

Told = dict[tuple[int, int], tuple[LeafEvidence, ...]]
SECURITY = LogSource("windows", "", "security")
SYSTEM = {"EventTime": "2026-03-02T01:00:00Z", "Hostname": "ws1", "Channel": "Security", "EventID": 4688}


def rules_of(*conditions: Node) -> list[Rule]:
    """Rules that are nothing but their conditions."""
    return [Rule(str(n), str(n), "high", "test", SECURITY, condition) for n, condition in enumerate(conditions)]


def batch_of(records: Sequence[bytes], name: str = "windows_json") -> RawBatch:
    """Records as a source gives them."""
    return RawBatch("0" * 32, "test", name, list(records), list(range(0, 10 * len(records), 10)), 0)


def told_of(positions: Sequence[int], hits: Hits) -> Told:
    """(rule, position of the record) → evidence."""
    triples = zip(hits.rule.tolist(), hits.row.tolist(), hits.evidence_index.tolist(), strict=True)
    return {(rule, positions[row]): hits.evidence[told] for rule, row, told in triples}


def directly(hunt: FileHunt, batch: RawBatch) -> Told:
    """What is told of a batch as it is."""
    judged = hunt.judge(batch)
    return told_of(judged.positions.tolist(), judged.hits)


def as_stored(engine: StreamingEngine, batch: RawBatch) -> Told:
    """What is told of its events with all their columns."""
    events = FormatRouting(shipped_mappings(), "default").normalise(batch).events
    return told_of(events.column("source_position").to_pylist(), engine.match(events)) if events.num_rows else {}


def test_odd_values_and_odd_records_are_judged_as_when_stored() -> None:
    """Numbers, lists, objects, invalid UTF-8, NaN, another format, another shape, fields nobody knows."""
    values: list[object] = ["x", 7, 7.0, 1e300, True, None, "", ["x", 7], {"a": "x"}, "\ud800", [["x"]], "C:\\x"]
    flat = [{**SYSTEM, "CommandLine": value, "Odd.Name": value, "param1": "x"} for value in values]
    nested = [
        {
            "Event": {
                "System": {"EventID": 4688, "Channel": "Security"},
                "EventData": {"CommandLine": value, "A": {"B": value}},
            }
        }
        for value in values
    ]
    records = [json.dumps(record).encode() for record in (*flat, *nested)]
    records += [
        b'{"EventID":4688,"Channel":"Security","CommandLine":"x\xff"}',
        b'{"EventID":4688,"Channel":"Security","CommandLine":NaN}',
    ]
    records += [
        b"broken {",
        b'{"eventVersion":"1.08","eventSource":"s3.amazonaws.com","eventName":"x"}',
        b"Mar  2 01:00:00 host sshd[1]: x",
    ]
    fields = ("CommandLine", "Odd.Name", "A.B", "A", "Data", "EventID", "Provider_Name", "")
    leaves = [
        Leaf(name, match, text) for name in fields for match in (Match.EQUALS, Match.CONTAINS) for text in ("x", "7")
    ]
    exists = [Leaf(name, Match.EXISTS) for name in fields if name]
    rules = rules_of(*leaves, *exists, *map(Not, exists), All((leaves[0], Not(leaves[1]))))
    batch = batch_of(records)
    found = directly(FileHunt(rules, shipped_mappings()), batch)
    assert found == as_stored(StreamingEngine(rules, shipped_router()), batch)
    assert len({rule for rule, _ in found}) > 20


def test_only_what_rules_read_is_worked_out() -> None:
    """Columns and keys by what kind keeps where; the record for rules that search it."""
    conditions = (Leaf("CommandLine", Match.EQUALS, "x"), Leaf("Elsewhere", Match.EXISTS))
    kind = ("windows_json", "security_process_created", "", "Security", "4688")
    needed = FileHunt(rules_of(*conditions), shipped_mappings()).selection(kind)
    assert "Elsewhere" in needed.keys
    assert not {"Other", "NewProcessName"} & needed.keys
    assert not needed.record
    assert FileHunt(rules_of(Leaf("", Match.CONTAINS, "x")), shipped_mappings()).selection(kind) == Selection(
        record=True
    )


def test_hits_get_the_ids_and_times_of_stored_events() -> None:
    """In the order of the hits, and only within the time asked for."""
    records = [json.dumps({**SYSTEM, "CommandLine": text, "RecordNumber": n}).encode() for n, text in enumerate("xyx")]
    records[2] = records[2].replace(b"T01:", b"T05:")
    batch = batch_of(records)
    events = FormatRouting(shipped_mappings(), "default").normalise(batch).events
    hunt = FileHunt(rules_of(Leaf("CommandLine", Match.EQUALS, "x")), shipped_mappings())
    page = hunt.page(hunt.judge(batch), Scope("default"))
    assert page.event_id.to_pylist() == events.column("event_id").take([0, 2]).to_pylist()
    later = Scope("default", datetime(2026, 3, 2, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))
    assert hunt.page(hunt.judge(batch), later).time_us.tolist() == page.time_us.tolist()[1:]


def test_all_public_rules_over_real_files_of_every_format(shared_data: Path) -> None:
    """Row sets and evidence of every rule, Windows events flat and nested among them."""
    rules = load_rules([shared_data / "soc/sigma_rules/rules.zip"]).rules
    hunt, engine = FileHunt(rules, shipped_mappings()), StreamingEngine(rules, shipped_router())
    rules_hit: set[int] = set()
    for batch in _batches(shared_data, 150):
        wanted = as_stored(engine, batch)
        assert directly(hunt, batch) == wanted, batch.path
        rules_hit |= {rule for rule, _ in wanted}
    assert len(rules_hit) > 30, "the real events no longer exercise the rules"


def _batches(shared_data: Path, most: int) -> Iterator[RawBatch]:
    """The first records of each log file; of the Windows captures some from further on too."""
    names = (*FILES, "win_otrf_mordor/windows_host.jsonl.zst", "win_evtx_to_mitre/events.jsonl.zst")
    paths = [str(shared_data / "soc" / name) for name in names]
    for source in discover([path for path in paths if Path(path).exists()]):
        if not isinstance(source, SkippedRecord):
            yield from islice(source.read(0, most, 2**22), 0, 40 if "win_" in source.path else 1, 13)
