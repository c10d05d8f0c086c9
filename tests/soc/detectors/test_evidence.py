"""Entity ids, shares, and SQL that log content cannot break out of."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.detectors.evidence import (
    Note,
    contributions,
    distinct,
    equal,
    evidence_rows,
    host_entity,
    key_entity,
    own_or_enriched,
    rule_hash,
    sql_text,
    user_entity,
    utc,
    where_events,
    where_window,
)
from hodoscope.soc.detectors.registry import build
from hodoscope.soc.finding import MAX_EVIDENCE


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        (user_entity("ACME", "Bob"), "user:acme\\bob"),
        (user_entity("", "Root"), "user:root"),
        (user_entity("ACME", ""), ""),
        (host_entity("WS-1"), "host:ws-1"),
        (key_entity("AKIAx"), "key:AKIAx"),
    ],
)
def test_entities_are_canonical(entity: str, expected: str) -> None:
    """Lower case except key ids; empty stays empty."""
    assert entity == expected


def test_an_enriched_entity_wins_only_when_it_is_the_only_one_of_its_kind() -> None:
    """Actor and target cannot be told apart."""
    assert own_or_enriched(["host:a", "user:bob@acme"], "user:bob") == "user:bob@acme"
    assert own_or_enriched(["user:x", "user:y"], "user:bob") == "user:bob"


@given(st.text())
def test_log_content_stays_inside_its_sql_literal(value: str) -> None:
    """Read back with ClickHouse's escapes, the literal is the value and ends where it should."""
    literal = sql_text(value)
    inner, text, position = literal[1:-1], "", 0
    while position < len(inner):
        if inner[position] == "\\":
            position += 1
            text += {"0": "\0"}.get(inner[position], inner[position])
        else:
            assert inner[position] != "'"
            text += inner[position]
        position += 1
    assert (literal[0], literal[-1], text) == ("'", "'", value)


def test_where_clauses_select_events_again() -> None:
    """Ids as hex, times to the microsecond."""
    assert where_events([b"\x00" * 16, b"\x00" * 16]) == f"event_id IN (unhex('{'00' * 16}'))"
    assert where_events([]) == "0"
    assert where_window(0, 1, equal("class_uid", 3002)) == (
        "time >= toDateTime64('1970-01-01 00:00:00.000000', 6, 'UTC') AND "
        "time <= toDateTime64('1970-01-01 00:00:00.000001', 6, 'UTC') AND class_uid = 3002"
    )


def test_shares_sum_to_one_and_evidence_is_capped() -> None:
    """Heaviest reason first, at most the agreed number of rows."""
    shares = contributions(("little", 1), ("nothing", 0), ("much", 3))
    assert [share.text for share in shares] == ["much", "little"]
    assert math.isclose(sum(share.weight for share in shares), 1)
    assert len(evidence_rows(Note(b"x" * 16, number, "f", "v") for number in range(99))) == MAX_EVIDENCE
    assert distinct(["a", "", "b", "a"]) == ("a", "b")
    assert utc(1_772_000_000_123_457).microsecond == 123457


def test_the_rule_hash_changes_with_a_parameter() -> None:
    """Equal parameters, equal hash."""
    assert rule_hash(build("brute_force").spec) == rule_hash(build("brute_force", {"failures": "10"}).spec)
    assert rule_hash(build("brute_force").spec) != rule_hash(build("brute_force", {"failures": 11}).spec)
