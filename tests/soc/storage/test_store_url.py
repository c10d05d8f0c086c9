"""Store addresses: what is understood, what is refused, and that a password is never shown."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.errors import InputError
from hodoscope.soc.storage.store_url import StoreUrl, parse_store_url


def test_forms_of_an_address(tmp_path: Path) -> None:
    """Embedded and server, with and without a database."""
    assert parse_store_url(f"chdb://{tmp_path}?database=x") == StoreUrl("x", directory=tmp_path)
    assert parse_store_url("chdb:relative") == StoreUrl("hodoscope", directory=Path("relative").absolute())
    assert parse_store_url("http://db") == StoreUrl("hodoscope", host="db", port=8123)
    secure = parse_store_url("clickhouses://ann:p%40ss@db:9/logs")
    assert (secure.port, secure.secure, secure.user, secure.password, secure.database) == (
        9,
        True,
        "ann",
        "p@ss",
        "logs",
    )


def test_a_password_is_never_shown() -> None:
    """Messages and logs hold the address."""
    assert "secret" not in parse_store_url("https://ann:secret@db/logs").shown


@pytest.mark.parametrize(
    "url", ["", "gopher://x", "chdb://", "chdb:///", "http://", "http://db/a-b", "http://db/1a", "/a/path"]
)
def test_what_is_no_address_is_refused_with_the_forms(url: str) -> None:
    """As a mistake of the operator."""
    with pytest.raises(InputError, match="store"):
        parse_store_url(url)


@given(st.text(max_size=20) | st.text("chdb:/[]@?#1 http", max_size=20))
def test_any_text_is_an_address_or_refused(url: str) -> None:
    """Nothing else is raised."""
    with contextlib.suppress(InputError):
        parse_store_url(url)
