"""DNS tunnels: name splitting, entropy and the limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.soc.detectors.streams import every, found

from hodoscope.soc.detectors.dns_tunnel import DnsTunnel, entropy, split_name
from hodoscope.soc.detectors.examples import Row


def asks(names: list[str], kind: str = "A", source: str = "10.1.0.5") -> list[Row]:
    """One query a second."""
    base = {"class_uid": 4003, "src_endpoint_ip": source, "query_type": kind}
    return every(1, [{**base, "query_hostname": name} for name in names])


def random_name(seed: int, size: int) -> str:
    """Hex digits that differ by seed."""
    return f"{pow(7, seed + 300, 16**size):0{size}x}"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a.b.example.com.", ("a.b", "example.com")),
        ("x.shop.example.co.uk", ("x.shop", "example.co.uk")),
        ("example.com", ("", "example.com")),
        ("4.3.2.1.in-addr.arpa", ("", "")),
        ("printer.local", ("", "")),
        ("wpad", ("", "")),
    ],
)
def test_names_are_split_below_the_registered_domain(name: str, parts: tuple[str, str]) -> None:
    """Two labels, three below known two-level suffixes, nothing for reverse and local zones."""
    assert split_name(name) == parts


@given(st.text(max_size=300))
def test_any_name_splits_and_has_an_entropy(name: str) -> None:
    """No text crashes; entropy lies between 0 and log2 of the length."""
    split_name(name)
    assert 0 <= entropy(name) <= 9


def test_fewer_names_are_enough_when_they_ask_for_data_records() -> None:
    """Thirty long names fire for TXT and not for A."""
    names = [f"{random_name(i, 48)}.t.example.com" for i in range(30)]
    assert found(DnsTunnel(), asks(names, "TXT"))
    assert not found(DnsTunnel(), asks(names, "A"))


def test_two_machines_are_not_added_up() -> None:
    """Each machine's names count for itself."""
    half = [f"{random_name(i, 48)}.example.com" for i in range(40)]
    other = [f"{random_name(i + 40, 48)}.example.com" for i in range(40)]
    assert not found(DnsTunnel(), [*asks(half), *asks(other, source="10.1.0.6")])
    assert found(DnsTunnel(), asks(half + other))


def test_readable_long_names_do_not_fire() -> None:
    """A signature look-up with few different characters is long and not random."""
    assert not found(DnsTunnel(), asks([f"{i % 2}{'0' * 40}{i % 7}.avts.example.com" for i in range(200)] * 2))
