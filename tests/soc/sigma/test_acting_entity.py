"""Whom a hit is about, in Python and in SQL alike."""

from collections.abc import Mapping

import pytest
from tests.laws.event_rows import stored
from tests.support.store import fresh_store

from hodoscope.soc.detectors.examples import events_table
from hodoscope.soc.sigma.acting_entity import COLUMNS, acting_entities, entity_expression

Row = Mapping[str, object]
AT = {"time": "2026-03-02T09:00:00"}
ROWS: list[tuple[str, Row]] = [
    ("host:ws1", {"class_uid": 1007, "device_hostname": "WS1", "user_name": "ana", "src_endpoint_ip": "192.0.2.1"}),
    ("ip:192.0.2.1", {"class_uid": 4002, "src_endpoint_ip": "192.0.2.1", "user_name": "ana"}),
    ("user:c\\ana", {"class_uid": 6003, "device_hostname": "x", "actor_user_name": "Ana", "actor_user_domain": "C"}),
    ("user:bob", {"class_uid": 3002, "user_name": "bob", "actor_user_name": "ws1$", "device_hostname": "dc1"}),
    ("user:ana", {"class_uid": 3001, "user_name": "bob", "actor_user_name": "ana", "device_hostname": "dc1"}),
    ("host:dc1", {"class_uid": 3001, "device_hostname": "dc1"}),
    ("host:ws1.corp", {"class_uid": 1007, "device_hostname": "ws1", "entity_ids": ["host:ws1.corp", "user:ana"]}),
    ("host:ws1", {"class_uid": 1007, "device_hostname": "ws1", "entity_ids": ["host:ws1.corp", "host:ws2.corp"]}),
    ("host:ws1", {"class_uid": 1007, "device_hostname": "ws1.corp", "entity_ids": ["host:ws2", "host:ws1"]}),
    ("host:unknown", {"class_uid": 1007}),
]  # fmt: skip


@pytest.mark.parametrize(("entity", "row"), ROWS)
def test_the_acting_entity_is_the_machine_or_the_person(entity: str, row: Row) -> None:
    """Machines in endpoint and network logs, persons in identity and cloud logs, enriched names first."""
    assert acting_entities(events_table([{**AT, **row}], COLUMNS)) == [entity]


def test_sql_names_the_same_entity() -> None:
    """Each row is found by its own entity and no other."""
    rows = [{**AT, **row} for _, row in ROWS]
    with fresh_store() as store:
        store.insert_events(stored(rows, "t"), "token")
        sql = f"SELECT {entity_expression()} AS entity, count() AS events FROM events GROUP BY entity ORDER BY entity"
        found = store.query(sql).to_pylist()
    expected: dict[str, int] = {}
    for entity, _ in ROWS:
        expected[entity] = expected.get(entity, 0) + 1
    assert found == [{"entity": entity, "events": expected[entity]} for entity in sorted(expected)]
