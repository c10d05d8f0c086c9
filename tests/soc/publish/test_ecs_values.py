"""Values and derived fields of the ECS export."""

from datetime import UTC, datetime

from hodoscope.soc.columns import BY_NAME
from hodoscope.soc.event import FULL_SCHEMA
from hodoscope.soc.publish.ecs_values import DERIVED, SHAPES, iso_time


def test_a_time_has_one_spelling() -> None:
    """Milliseconds of OCSF, text of a Beat and our own times come out alike; what is no time is left out."""
    start = SHAPES["process.start"]
    expected = iso_time(datetime(2023, 9, 21, 4, 56, 21, 548_000, tzinfo=UTC))
    assert start("1695272181548") == start("2023-09-21T04:56:21.548Z") == expected == "2023-09-21T04:56:21.548000Z"
    assert start("2021-01-01T00:01:01.000Z") == "2021-01-01T00:01:01Z"
    assert start("soon") is None
    assert start("9" * 30) is None


def test_directions_are_words_of_ecs() -> None:
    """OCSF writes Inbound and Lateral; a sensor's own word is no direction."""
    direction = SHAPES["network.direction"]
    assert [direction(word) for word in ("Inbound", "Lateral", "Unknown", "to_server")] == [
        "inbound", "internal", "unknown", None,
    ]  # fmt: skip


def test_dns_answers_are_objects_without_the_words_windows_adds() -> None:
    """Each answer once, in order."""
    given = ["type:  5 a.acme.test", "::ffff:192.0.2.1", "::ffff:192.0.2.1", ""]
    assert DERIVED["dns.answers"].of(given) == [{"data": "a.acme.test"}, {"data": "::ffff:192.0.2.1"}]


def test_dns_type_tells_query_from_answer() -> None:
    """Traffic of both, and events of other classes, are neither."""
    of = DERIVED["dns.type"].of
    assert [of(4003, 1), of(4003, 2), of(4003, 6), of(4001, 1), of(4003, None)] == ["query", "answer", None, None, None]


def test_a_principal_loses_its_realm_only_beside_it() -> None:
    """``bob@ACME.TEST`` of domain ``acme.test`` is bob; an address whose domain is another keeps it."""
    of = DERIVED["derived.account_name"].of
    assert [of("bob@ACME.TEST", "acme.test"), of("bob@mail.test", "ACME"), of("bob", None), of(None, None)] == [
        "bob", "bob@mail.test", "bob", None,
    ]  # fmt: skip


def test_the_network_type_is_that_of_the_source() -> None:
    """Neither a name nor nothing has one."""
    of = DERIVED["derived.network_type"].of
    assert [of("192.0.2.1"), of("2001:db8::1"), of("gateway"), of("")] == ["ipv4", "ipv6", None, None]


def test_derived_fields_read_columns_there_are() -> None:
    """A column renamed elsewhere would silence them without a sound."""
    known = {*BY_NAME, *FULL_SCHEMA.names}
    assert [name for derived in DERIVED.values() for name in derived.columns if name not in known] == []
