"""Canonical entity ids: one id per thing, whatever the spelling, and none for what names nobody."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.entity import (
    account_id,
    address_id,
    host_label,
    key_id,
    mac_digits,
    parse_sid,
    parse_user,
    user_id,
)

_TEXT = st.text(max_size=40)


@pytest.mark.parametrize(
    ("name", "domain", "sid", "place", "expected"),
    [
        ("Bob", "ACME", "", "ws01", "user:acme\\bob"),
        ("ACME\\Bob", "", "", "ws01", "user:acme\\bob"),
        ("bob", "acme.local", "", "ws01", "user:acme\\bob"),
        ("Bob@Acme.example", "", "", "ws01", "user:bob@acme.example"),
        ("bob", "", "", "ws01", "user:bob"),
        ("WS01$", "ACME", "S-1-5-18", "ws01", "host:ws01"),
        ("SYSTEM", "NT AUTHORITY", "S-1-5-18", "ws01", ""),
        ("SYSTÈME", "AUTORITE NT", "S-1-5-18", "ws01", ""),
        ("", "", "S-1-5-19", "ws01", ""),
        ("ANONYMOUS LOGON", "NT AUTHORITY", "S-1-5-7", "ws01", ""),
        ("DWM-1", "Window Manager", "S-1-5-90-0-1", "ws01", ""),
        ("-", "-", "S-1-0-0", "ws01", ""),
        ("eve", "-", "S-1-0-0", "ws01", "user:eve"),
        ("", "", "S-1-5-21-1-2-3-1001", "ws01", "user:s-1-5-21-1-2-3-1001"),
        ("root", "", "", "web1", "user:web1\\root"),
        ("root", "", "", "", "user:root"),
        ("Administrator", "WS01", "", "ws01", "user:ws01\\administrator"),
        ("DefaultAppPool", "IIS APPPOOL", "", "web1", "user:web1\\defaultapppool"),
    ],
)
def test_user_spellings_give_the_documented_id(name: str, domain: str, sid: str, place: str, expected: str) -> None:
    """Every vendor spelling of a user maps to its canonical id; built-in and absent accounts to the documented
    result."""
    assert user_id(parse_user(name, domain, sid), place) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::ffff:192.0.2.7", "ip:192.0.2.7"),
        ("fe80::1%eth0", "ip:fe80::1"),
        ("[2001:db8::1]", "ip:2001:db8::1"),
        ("2001:0DB8:0:0::1", "ip:2001:db8::1"),
        (" 192.0.2.7 ", "ip:192.0.2.7"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("0.0.0.0", ""),  # noqa: S104 -- an address to read, nothing binds to it
        ("::", ""),
        ("224.0.0.251", ""),
        ("255.255.255.255", ""),
        ("-", ""),
        ("LOCAL", ""),
        ("1.2.3", ""),
    ],
)
def test_address_spellings_give_one_id(text: str, expected: str) -> None:
    """Mapped, bracketed and zoned addresses are one entity; addresses of no particular machine are none."""
    assert address_id(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WS01", "ws01"),
        ("ws01.corp.local.", "ws01"),
        ("ws01.corp.acme.example", "ws01"),
        ("www.example.com", "www.example.com"),
        ("localhost", ""),
        ("10.0.0.1", ""),
        ("-", ""),
    ],
)
def test_host_suffix_is_dropped_only_when_internal(text: str, expected: str) -> None:
    """A machine is known by its label inside the company and by its full name outside."""
    assert host_label(text, frozenset({"corp.acme.example"})) == expected


def test_keys_keep_their_case_and_accounts_do_not() -> None:
    """Fingerprints are base64, so two that differ in case are two keys."""
    assert key_id("SHA256:aB") != key_id("SHA256:Ab")
    assert account_id("ACME-Prod") == account_id("acme-prod") == "account:acme-prod"
    assert key_id("-") == account_id("") == ""


def test_mac_notations_agree() -> None:
    """Colons, dashes and dots are the same address; broadcast is none."""
    assert mac_digits("00:1A:2b:3c:4d:5e") == mac_digits("00-1a-2b-3c-4d-5e") == mac_digits("001a.2b3c.4d5e")
    assert mac_digits("ff:ff:ff:ff:ff:ff") == mac_digits("nonsense") == ""


@given(_TEXT, _TEXT, _TEXT, _TEXT)
def test_any_text_gives_a_well_formed_user_id(name: str, domain: str, sid: str, place: str) -> None:
    """Whatever the input, the id is empty or ``user:``/``host:`` with a lower-case name, and nothing raises."""
    entity = user_id(parse_user(name, domain, sid), place.lower())
    assert not entity or entity.startswith(("user:", "host:"))
    assert entity == entity.lower()
    assert entity not in {"user:", "host:"}


@given(st.from_regex(r"[a-z][a-z0-9_.]{0,15}", fullmatch=True), st.from_regex(r"[a-z][a-z0-9]{1,10}", fullmatch=True))
def test_user_id_ignores_case_blanks_and_where_the_domain_stands(name: str, domain: str) -> None:
    """Name and domain in two columns, in one text, in capitals or with blanks around are the same user."""
    plain = user_id(parse_user(name, domain), "ws01")
    assert user_id(parse_user(f" {domain.upper()}\\{name.upper()} "), "ws01") == plain
    assert user_id(parse_user(name.upper(), f"{domain}.local"), "ws01") == plain


@given(_TEXT)
def test_host_label_is_idempotent(text: str) -> None:
    """Reading a canonical name again changes nothing."""
    label = host_label(text)
    assert host_label(label) == label


@given(st.ip_addresses())
def test_address_id_is_canonical(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """The compressed, exploded and bracketed forms give one id, which reads back as itself."""
    entity = address_id(str(address))
    assert address_id(address.exploded) == address_id(f"[{address}]") == entity
    assert not entity or address_id(entity.removeprefix("ip:")) == entity


@given(_TEXT)
def test_only_account_sids_are_kept(text: str) -> None:
    """A SID that names a group or a level of integrity is never taken for a person."""
    sid = parse_sid(text)
    assert not sid or sid.startswith(("s-1-5-21-", "s-1-12-1-", "s-1-5-80-", "s-1-5-82-"))
