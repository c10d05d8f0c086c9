"""Inside and outside."""

import pytest

from hodoscope.errors import InputError
from hodoscope.soc.detectors.networks import Networks, is_group, stays_inside


def test_private_and_shared_ranges_are_inside() -> None:
    """Private, carrier-grade, link-local, loopback and unique local addresses."""
    inside = Networks().is_internal
    assert all(map(inside, ("10.0.0.1", "100.64.3.4", "169.254.1.1", "127.0.0.1", "fd00::1", "fe80::1", "::1")))
    assert not any(map(inside, ("8.8.8.8", "2001:db8::1", "host", "")))


def test_a_wrong_network_says_how_to_write_one() -> None:
    """The message names the text and an example."""
    with pytest.raises(InputError, match=r"10\.0\.0\.1/8.*203\.0\.113\.0/24"):
        Networks(["10.0.0.1/8"])


def test_group_addresses_and_local_names_are_known() -> None:
    """Multicast and broadcast are no machines; one label or an internal suffix never leaves the company."""
    assert all(map(is_group, ("224.0.0.251", "ff02::fb", "255.255.255.255", "192.168.1.255")))
    assert not any(map(is_group, ("192.168.1.25", "8.8.8.255", "name")))
    assert stays_inside("printer")
    assert stays_inside("wiki.corp.")
    assert not stays_inside("evil.example")
