"""Groups of sites."""

import pytest

from hodoscope.forms.site import registrable_domain


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.example.com", "example.com"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("example.de", "example.de"),
        ("com.br", "com.br"),
        ("192.0.2.7", "192.0.2.7"),
        ("localhost", "localhost"),
        ("WWW.Example.ORG.", "example.org"),
    ],
)
def test_registrable_domain(host: str, site: str) -> None:
    """Subdomains of one owner are one site."""
    assert registrable_domain(host) == site
