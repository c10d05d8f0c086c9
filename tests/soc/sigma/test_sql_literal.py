"""Literals come back from the engine as they went in."""

import pytest
from tests.support.store import fresh_store

from hodoscope.soc.sigma.sql_literal import quoted, quoted_list

HARD = (
    "", "it's", 'say "x"', "a\\", "\\'", "\\\\'", "'; DROP TABLE events; --", "nul\0in\0it", "\x01\x1b\x7f\x80\x9f",
    "tab\tline\r\nend", "100 % _ {name:String} %(x)s $1", "é\u2028\u202e😀", "/* -- #",
)  # fmt: skip


def test_no_text_ends_its_literal() -> None:
    """Quotes, backslashes, NUL, comments, parameters, line ends and odd scripts, one query for all."""
    with fresh_store() as store:
        found = store.query(f"SELECT [{quoted_list(HARD)}] AS texts, {{n:UInt8}} AS n", {"n": 7}).to_pylist()
        assert found == [{"texts": list(HARD), "n": 7}]
        assert store.query(f"SELECT {quoted(HARD[6])} AS v").column("v").to_pylist() == [HARD[6]]


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"a\x80'\\\0", "é".encode() + b"\xc3", b"\xed\xa0\x80"])
def test_bytes_that_are_no_text_stay_these_bytes(raw: bytes) -> None:
    """Also the halves of a pair, which Python keeps in text."""
    with fresh_store() as store:
        assert store.query(f"SELECT hex({quoted(raw)}) AS v").column("v").to_pylist() == [raw.hex().upper()]
        errors = "surrogatepass" if raw == b"\xed\xa0\x80" else "surrogateescape"
        text = raw.decode("utf-8", errors)
        assert store.query(f"SELECT hex({quoted(text)}) AS v").column("v").to_pylist() == [raw.hex().upper()]
