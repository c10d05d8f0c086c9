"""The enrich step as a whole: entities in order, aliases in time, any encoding of columns, any cut into batches."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hodoscope.soc.enrich.enrich import enrich
from hodoscope.soc.enrich.knowledge import Knowledge, build_knowledge
from hodoscope.soc.enrich.records import Asset, Identity, Indicator, Lease, Records, Scanner
from hodoscope.soc.event import TIME

HOUR = 3_600_000_000
SID = "S-1-5-21-1-2-3-1001"
RECORDS = Records(
    assets=[
        Asset("WS01", "ws01.corp.acme.example", mac="00:11:22:33:44:55", criticality=2),
        Asset("srv1", "srv1.corp.acme.example", "10.0.0.9", criticality=5),
    ],
    identities=[
        Identity("bob", "bob@acme.example", sid=SID, privileged=True),
        Identity("OPS\\ann", "ann@acme.example"),
    ],
    leases=[
        Lease("10.0.0.5", "ws07", 0, HOUR),
        Lease("10.0.0.5", "ws08", HOUR, 2 * HOUR),
        Lease("10.0.0.9", "ws09", 0, HOUR),
    ],
    scanners=[Scanner("10.9.0.0/24", "scan net"), Scanner("2001:db8::5")],
    indicators=[Indicator("ip", "192.0.2.1"), Indicator("domain", "evil.test")],
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """What the operator of a tiny company told."""
    return build_knowledge(RECORDS)[0]


def events(*rows: dict[str, object]) -> pa.Table:
    """Events of the given values; a row without ``time`` happens in the first microsecond."""
    names = {name for row in rows for name in row} - {"time"}
    times = pa.array([row.get("time", 1) for row in rows], pa.int64()).cast(TIME)
    return pa.table({"time": times, **{name: pa.array([row.get(name) for row in rows]) for name in sorted(names)}})


def entities(row: dict[str, object], knowledge: Knowledge) -> list[str]:
    """Entity ids of one event."""
    found: list[str] = enrich(events(row), knowledge).column("entity_ids").to_pylist()[0]
    return found


def test_entities_come_in_the_documented_order(knowledge: Knowledge) -> None:
    """Actor user, target user, device, source, destination, key, account."""
    row: dict[str, object] = {
        "cloud_account_uid": "111122223333",
        "actor_user_credential_uid": "AKIAEXAMPLE",
        "dst_endpoint_ip": "192.0.2.9",
        "src_endpoint_ip": "198.51.100.1",
        "device_hostname": "ws01",
        "user_name": "carol",
        "actor_user_name": "dave",
    }
    assert entities(row, knowledge) == [
        *("user:dave", "user:carol", "host:ws01", "ip:198.51.100.1", "ip:192.0.2.9"),
        *("key:AKIAEXAMPLE", "account:111122223333"),
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"actor_user_name": "Bob"},
        {"actor_user_name": "ACME\\bob"},
        {"actor_user_name": "bob", "actor_user_domain": "ACME"},
        {"actor_user_name": "bob@acme.example"},
        {"actor_user_name": "bob@CORP.ACME.EXAMPLE"},
        {"actor_user_name": "robert", "actor_user_uid": SID},
        {"actor_user_uid": SID.lower()},
        {"actor_user_email_addr": "bob@acme.example"},
    ],
)
def test_every_spelling_of_a_listed_person_is_that_person(row: dict[str, object], knowledge: Knowledge) -> None:
    """SID, UPN, DOMAIN\\user, e-mail and bare name resolve to the identity's user column."""
    assert entities(row, knowledge) == ["user:bob"]


@pytest.mark.parametrize("domain", ["WS01", "unlisted7"])
def test_account_of_a_machine_is_not_the_person_of_that_name(domain: str, knowledge: Knowledge) -> None:
    """A local account called bob must not borrow the company's bob, whether the machine is listed or just reporting."""
    row: dict[str, object] = {"user_name": "bob", "user_domain": domain, "device_hostname": domain}
    assert entities(row, knowledge)[0] == f"user:{domain.lower()}\\bob"


def test_name_listed_with_a_domain_does_not_match_another_domain(knowledge: Knowledge) -> None:
    """``OPS\\ann`` is listed, ``HR\\ann`` is somebody else."""
    assert entities({"user_name": "ann", "user_domain": "HR"}, knowledge) == ["user:hr\\ann"]
    assert entities({"user_name": "ann"}, knowledge) == ["user:ops\\ann"]


@pytest.mark.parametrize(
    ("time", "expected"),
    [(1, "host:ws07"), (HOUR - 1, "host:ws07"), (HOUR, "host:ws08"), (2 * HOUR, "ip:10.0.0.5"), (-1, "ip:10.0.0.5")],
)
def test_address_belongs_to_the_machine_that_held_it_then(time: int, expected: str, knowledge: Knowledge) -> None:
    """A lease counts from its start, included, to its end, excluded."""
    assert entities({"src_endpoint_ip": "10.0.0.5", "time": time}, knowledge) == [expected]


def test_lease_wins_over_fixed_address_while_it_lasts(knowledge: Knowledge) -> None:
    """The assets file is the standing answer, the lease the one at that moment."""
    assert entities({"src_endpoint_ip": "10.0.0.9", "time": 5}, knowledge) == ["host:ws09"]
    assert entities({"src_endpoint_ip": "10.0.0.9", "time": HOUR}, knowledge) == ["host:srv1"]


def test_event_without_time_gets_no_leased_machine(knowledge: Knowledge) -> None:
    """1970 stands for an unknown time and must not meet a lease that covers 1970."""
    assert entities({"src_endpoint_ip": "10.0.0.5", "time_quality": "missing"}, knowledge) == ["ip:10.0.0.5"]


def test_machine_is_found_by_fqdn_mac_and_machine_account(knowledge: Knowledge) -> None:
    """All spellings of a listed machine are one host."""
    rows: list[dict[str, object]] = [
        {"device_hostname": "WS01.corp.acme.example"},
        {"device_mac": "00-11-22-33-44-55"},
        {"user_name": "WS01$", "user_domain": "ACME"},
        {"device_hostname": "ws01"},
    ]
    assert [entities(row, knowledge) for row in rows] == [["host:ws01"]] * 4


def test_address_in_the_hostname_column_is_an_address(knowledge: Knowledge) -> None:
    """Syslog senders without a name put their address there."""
    assert entities({"device_hostname": "10.0.0.9", "device_ip": "", "time": HOUR}, knowledge) == ["host:srv1"]


def test_system_accounts_add_no_entity(knowledge: Knowledge) -> None:
    """SYSTEM says nothing that the device does not say."""
    row: dict[str, object] = {"user_name": "SYSTEM", "user_domain": "NT AUTHORITY", "device_hostname": "ws01"}
    assert entities(row, knowledge) == ["host:ws01"]


def test_directory_id_names_a_user_without_a_name_but_a_posix_number_does_not(knowledge: Knowledge) -> None:
    """``00u1abc`` is one account of a directory; ``1000`` is somebody else on each machine."""
    assert entities({"user_uid": "00u1Abc"}, knowledge) == ["user:00u1abc"]
    assert entities({"user_uid": "1000"}, knowledge) == []


def test_nothing_known_and_no_columns_gives_empty_lists() -> None:
    """Absent columns, null-typed columns and empty batches are all fine."""
    bare = events({"time": 1}, {"time": 2})
    assert enrich(bare, Knowledge()).column("entity_ids").to_pylist() == [[], []]
    assert enrich(bare.append_column("user_name", pa.nulls(2)), Knowledge()).column("indicator_ids").to_pylist() == [
        [],
        [],
    ]
    assert enrich(bare.slice(0, 0), Knowledge()).schema.field("entity_ids").type == pa.list_(pa.string())


def test_replaces_id_columns_and_keeps_the_others(knowledge: Knowledge) -> None:
    """Enriching twice equals enriching once."""
    once = enrich(events({"src_endpoint_ip": "192.0.2.1"}), knowledge)
    assert enrich(once, knowledge).equals(once)


def test_scanner_criticality_and_privilege_answers(knowledge: Knowledge) -> None:
    """The questions findings ask of the operator's knowledge."""
    asked = pa.array(["10.9.0.3", None, "::ffff:10.9.0.4", "", "10.9.1.1", "2001:db8::5"])
    answers = [True, False, True, False, False, True]
    assert knowledge.is_scanner(asked).tolist() == answers
    assert knowledge.is_scanner(asked.dictionary_encode()).tolist() == answers
    assert knowledge.asset_criticality(["user:bob", "host:ws01", "host:srv1"]) == 5
    assert knowledge.criticality("host:unheard-of") == knowledge.asset_criticality([]) == 0
    assert knowledge.is_privileged("user:bob")
    assert not knowledge.is_privileged("user:ops\\ann")


_VALUES: dict[str, list[Any]] = {
    "actor_user_name": ["bob", "root", "WS01$", "SYSTEM", "", None, "eve\\x"],
    "actor_user_domain": ["ACME", "WS01", "", None],
    "device_hostname": ["ws01", "ws01.corp.acme.example", "10.0.0.5", "", None],
    "src_endpoint_ip": ["10.0.0.5", "192.0.2.1", "::ffff:192.0.2.1", "127.0.0.1", "junk", None],
    "query_hostname": ["a.evil.test", "good.test", "", None],
}
_ROWS = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(values) for name, values in _VALUES.items()}), min_size=1, max_size=12
)


@settings(max_examples=60, deadline=None)
@given(_ROWS, st.integers(0, 12), st.booleans())
def test_result_does_not_depend_on_cut_or_encoding(rows: list[dict[str, object]], cut: int, encode: bool) -> None:
    """Two batches, two chunks and dictionary encoding all give what one plain batch gives."""
    knowledge = build_knowledge(RECORDS)[0]
    table = events(*rows)
    table = table.set_column(0, "time", pa.array(range(0, len(rows) * HOUR, HOUR), pa.int64()).cast(TIME))
    for position, name in enumerate(table.column_names[1:], 1):
        text = table.column(name).cast(pa.string())
        table = table.set_column(position, name, text)
    whole = enrich(table, knowledge).select(["entity_ids", "indicator_ids"]).to_pylist()
    parts = [table.slice(0, cut), table.slice(cut)]
    if encode:
        parts = [_encoded(part) for part in parts]
    chunked = enrich(pa.concat_tables(parts), knowledge).select(["entity_ids", "indicator_ids"]).to_pylist()
    apart = [
        row for part in parts for row in enrich(part, knowledge).select(["entity_ids", "indicator_ids"]).to_pylist()
    ]
    assert whole == chunked == apart


def _encoded(table: pa.Table) -> pa.Table:
    for position, name in enumerate(table.column_names[1:], 1):
        table = table.set_column(position, name, table.column(name).dictionary_encode())
    return table
