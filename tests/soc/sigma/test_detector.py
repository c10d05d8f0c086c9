"""Sigma rules in the detection pass: laws of the port, grouping, evidence, and rules that change underway."""

from dataclasses import replace

import pyarrow as pa
import pytest
from tests.laws import detector_laws as laws
from tests.soc.sigma.sigma_events import case_events, quotes_the_record, shipped_detector, shipped_rules

from hodoscope.soc.sigma.detector import Seen, SigmaDetector
from hodoscope.soc.sigma.interface import KindKey
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule import RuleSet
from hodoscope.soc.sigma.streaming.engine import StreamingEngine, kinds

CUTS = [1, 7, 60, 61, 62, 150, 300, 301]


def rule_id(path: str) -> str:
    """The id of a shipped rule by its file."""
    return next(rule.rule_id for rule in shipped_rules().rules if rule.path == path)


def repeated(path: str, times: int, every_minutes: int = 0) -> pa.Table:
    """The first event that fires a rule, again and again, with ids of their own."""
    events = case_events()
    rule = next(rule for rule in shipped_rules().rules if rule.path == path)
    one = events.slice(int(StreamingEngine([rule], shipped_router()).match(events).row[0]), 1)
    ids = pa.array([number.to_bytes(16, "big") for number in range(times)], pa.binary(16))
    table = pa.concat_tables([one] * times).combine_chunks()
    start = one["time"][0].as_py()
    stamps = pa.array([start.timestamp() * 1e6 + number * every_minutes * 60e6 for number in range(times)], pa.int64())
    table = table.set_column(table.schema.get_field_index("event_id"), "event_id", ids)
    return table.set_column(table.schema.get_field_index("time"), "time", stamps.cast(events.schema.field("time").type))


def test_batches_and_restarts_do_not_matter() -> None:
    """The laws of the port over the events of every case."""
    detector, events = shipped_detector(), case_events()
    laws.cuts_do_not_matter(detector, events, CUTS)
    laws.restarts_do_not_matter(detector, events, CUTS)
    laws.state_survives(detector, events)
    laws.finish_changes_nothing(detector, events)
    laws.replay_gives_the_same(detector, events)


def test_findings_are_explained_and_quote_their_events() -> None:
    """Complete, with vendor fields and values verbatim, the rule's author and its place."""
    detector = shipped_detector()
    laws.findings_are_explained(detector, case_events(), quotes_the_record)
    for finding in laws.run(detector, [case_events()])[0]:
        assert "by Hodoscope" in finding.explanation
        assert finding.features["rule_author"] == "Hodoscope"
        assert finding.rule_hash in detector.spec.rule_hashes
        assert "Read on: https://" in finding.how_to_check or "hits in order" in finding.how_to_check


def test_a_thousand_hits_of_an_hour_are_one_finding() -> None:
    """One per rule, entity and hour, with all of its events counted and as much evidence as a finding keeps."""
    path = "windows/recovery_removed.yml"
    found, _ = laws.run(shipped_detector(), [repeated(path, 1_000)])
    (finding,) = [one for one in found if one.features["path"] == path]
    assert finding.event_count == 1_000
    assert len(finding.evidence) == 50


def test_the_first_hit_is_told_at_once_and_the_hour_when_it_is_over() -> None:
    """A page with one hit tells it; the rest follows as versions of the same finding."""
    path = "windows/recovery_removed.yml"
    detector, events = shipped_detector(), repeated(path, 12)
    state = detector.initial()
    told = [list(detector.detect(events.slice(row, 1), state)) for row in range(12)]
    counts = [[one.event_count for one in page if one.features["path"] == path] for page in told]
    assert counts == [[1], [], [], [], [], [], [], [], [], [10], [], []]
    assert [one.event_count for one in detector.finish(state) if one.features["path"] == path] == [12]


def test_each_hour_has_its_own_finding() -> None:
    """Hours of UTC, wherever the stream begins."""
    path = "windows/recovery_removed.yml"
    found, _ = laws.run(shipped_detector(), [repeated(path, 4, every_minutes=60)])
    assert [one.event_count for one in found if one.features["path"] == path] == [1] * 4


def test_muted_rules_are_counted_and_tell_nothing() -> None:
    """By the operator, or because a correlation speaks for them."""
    muted = rule_id("windows/recovery_removed.yml")
    detector = SigmaDetector(shipped_rules(), shipped_router(), frozenset((muted,)))
    state = detector.initial()
    told = [*detector.detect(case_events(), state), *detector.finish(state)]
    assert state.uses[muted].hits > 0
    assert muted not in {finding.features["rule"] for finding in told}
    assert muted not in {rule for rule in detector.new_use(state) if not state.uses[rule].hits}


def test_use_is_reported_once() -> None:
    """Hits with first and last time; asked again without new events there is nothing new but cost."""
    detector = shipped_detector()
    state = detector.initial()
    list(detector.detect(case_events(), state))
    use = detector.new_use(state)[rule_id("windows/recovery_removed.yml")]
    assert use.hits >= 3
    assert use.first is not None
    assert use.last is not None
    assert use.first < use.last
    assert {rule: again for rule, again in detector.new_use(state).items() if again.cpu_seconds == 0} == {}


def test_a_state_of_other_rules_is_taken_over() -> None:
    """What is open of rules that are still there goes on; a rule that is gone is let go."""
    detector, events = shipped_detector(), repeated("windows/recovery_removed.yml", 5)
    state = detector.initial()
    list(detector.detect(events.slice(0, 3), state))
    gone = rule_id("windows/security_log_cleared.yml")
    fewer = replace(shipped_rules(), rules=tuple(rule for rule in shipped_rules().rules if rule.rule_id != gone))
    later = SigmaDetector(fewer, shipped_router())
    taken: Seen = later.load(detector.dump(state))
    list(later.detect(events.slice(3), taken))
    assert [one.event_count for one in later.finish(taken)] == [5]
    nobody = SigmaDetector(RuleSet(()), shipped_router())
    assert list(nobody.finish(nobody.load(detector.dump(state)))) == []


def test_only_columns_and_kinds_that_rules_need_are_read() -> None:
    """Every case event is still hit as before; a kind that no rule is about is left out."""
    everything, _ = laws.run(shipped_detector(), [case_events()])
    narrow = shipped_detector()
    other: KindKey = ("suricata", "flow", "", "flow", "")
    narrow.read_kinds([*(kind for kind, _ in kinds(case_events())), other])
    assert "suricata" not in narrow.spec.where
    assert "raw" in narrow.spec.columns
    base = ("event_id", "tenant_id", "time", "entity_ids")
    wanted = dict.fromkeys((*base, *narrow.spec.columns))
    table = case_events().select([name for name in case_events().column_names if name in wanted])
    assert table.num_columns < case_events().num_columns
    assert laws.run(narrow, [table])[0] == everything


def test_no_events_find_nothing() -> None:
    """No failure either."""
    assert laws.run(shipped_detector(), [case_events().slice(0, 0)])[0] == []


@pytest.mark.parametrize("path", ["windows/recovery_removed.yml", "cloud/aws_trail_stopped.yml"])
def test_an_edited_rule_has_another_hash(path: str) -> None:
    """Level and texts aside: they change how a finding is told, not what it rests on."""
    rule = next(rule for rule in shipped_rules().rules if rule.path == path)
    hashes = {
        SigmaDetector(RuleSet((one,)), shipped_router()).spec.rule_hashes
        for one in (rule, replace(rule, level="low", title="Other"), replace(rule, condition=rule.condition))
    }
    assert len(hashes) == 1
    edited = replace(rule, logsource=replace(rule.logsource, service="other"))
    assert SigmaDetector(RuleSet((edited,)), shipped_router()).spec.rule_hashes not in hashes
