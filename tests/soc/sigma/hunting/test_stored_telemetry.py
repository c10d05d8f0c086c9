"""What a store has for Sigma is what its events have."""

from pathlib import Path

import orjson
from tests.support.normalised_rows import normalised
from tests.support.real_events import events_of_files
from tests.support.store import fresh_store

from hodoscope.soc.sigma.hunting.stored_telemetry import stored_telemetry
from hodoscope.soc.sigma.load.rules import load_rules
from hodoscope.soc.sigma.routing.check import check
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.routing.telemetry import Seen
from hodoscope.soc.sigma.rule import Leaf, LogSource, Match, Rule

TRAIL = LogSource("aws", "", "cloudtrail")


def rule(name: str) -> Rule:
    return Rule(name, name, "low", "test", TRAIL, Leaf(name, Match.EQUALS, "x"))


def test_columns_keys_and_places_inside_records_are_told_apart_from_absent_ones() -> None:
    record = {
        "eventSource": "s3.amazonaws.com", "eventName": "GetObject", "eventTime": "2026-03-02T09:00:00Z",
        "awsRegion": "eu-west-1", "requestParameters": {"bucketName": "b", "empty": ""},
        "resources": [{"ARN": "arn:aws:s3:::b"}],
    }  # fmt: skip
    rules = [
        rule(name)
        for name in (
            "eventName",
            "requestParameters.bucketName",
            "requestParameters.empty",
            "errorCode",
            "resources.ARN",
        )
    ]
    with fresh_store() as store:
        assert stored_telemetry(store, "default", shipped_router(), rules).kinds == []
        store.insert_events(normalised("cloudtrail", [orjson.dumps(record).decode()]).events, "t")
        reaches = check(rules, stored_telemetry(store, "default", shipped_router(), rules))
        assert stored_telemetry(store, "another", shipped_router(), rules).kinds == []
    assert [reach.reachable for reach in reaches] == [True, True, False, False, True]
    assert reaches[3].missing == (("errorCode", "no event has it"),)


def test_all_public_rules_have_the_reach_that_their_events_in_memory_have(shared_data: Path) -> None:
    rules, router = load_rules([shared_data / "soc/sigma_rules/rules.zip"]).rules, shipped_router()
    seen = Seen(router)
    with fresh_store() as store:
        for number, (_, events) in enumerate(events_of_files(shared_data, 60)):
            store.insert_events(events, f"t{number}")
            seen.add(events)
        found = check(rules, stored_telemetry(store, "default", router, rules))
    wanted = check(rules, seen)
    assert [
        (a.rule.title, a.reason, b.reason) for a, b in zip(found, wanted, strict=True) if a.reason != b.reason
    ] == []
    assert sum(reach.reachable for reach in found) > len(rules) // 4
