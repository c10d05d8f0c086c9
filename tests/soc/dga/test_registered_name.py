"""What a registrant chose is told from what registries, providers and resolvers add."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.dga.registered_name import registered_name


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("example.com", "example"),
        ("WWW.Example.COM.", "example"),
        ("shop.example.co.uk", "example"),
        ("co.uk.example", "uk"),
        ("d1inq1x5xtur5k.cloudfront.net", "cloudfront"),
        ("qltixfwxgy.dyndns.org", "qltixfwxgy"),
        ("www.qltixfwxgy.dyndns.org", "qltixfwxgy"),
        ("dyndns.org", "dyndns"),
        ("com.de", "com"),
    ],
)
def test_the_registrants_label_is_found(domain: str, name: str) -> None:
    """Public suffix and free host providers are taken off."""
    assert registered_name(domain) == name


@pytest.mark.parametrize(
    "domain",
    ["", "localhost", "4.3.2.1.in-addr.arpa", "_ipp._tcp.local", "10.0.0.1", "xn--bcher-kva.example", "a..com"],
)
def test_what_nobody_registered_has_no_name(domain: str) -> None:
    """Nor have internationalised labels: the encoding hides their letters."""
    assert registered_name(domain) == ""


@given(st.text(max_size=40))
def test_any_text_gives_one_of_its_labels_or_nothing(text: str) -> None:
    """Nothing is invented and nothing fails."""
    assert registered_name(text) in {"", *text.strip().lower().split(".")}
