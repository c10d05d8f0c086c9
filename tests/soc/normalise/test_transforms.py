"""Named transforms: each takes any text, and a few worked examples of each."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.normalise.transforms import TRANSFORMS, apply_to_distinct

ODD = st.text(max_size=12) | st.sampled_from(
    [
        "[",
        "[[1]",
        '"',
        "[" * 2000,
        "9" * 5000,
        "://[",
        "http://[::1",
        "%",
        "@",
        "\\",
        ".",
        "<Command>",
        "1.2.3.4:99999",
        "{}",
    ]
)


@pytest.mark.parametrize("name", TRANSFORMS)
@given(text=ODD)
def test_any_text_gives_text_or_none(name: str, text: str) -> None:
    """A sender chooses the text; no choice ends the run."""
    found = TRANSFORMS[name](text)
    assert found is None or isinstance(found, str)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("absent", "-", None),
        ("basename", r"C:\a/b.EXE", "b.EXE"),
        ("dirname", r"C:\a\b", r"C:\a"),
        ("extension", "a.tar.GZ", "gz"),
        ("account_name", r"LAB\ann", "ann"),
        ("account_domain", "ann", None),
        ("mail_local", "ann@x.org", "ann"),
        ("mail_domain", "ann", None),
        ("mail_address", "ann", None),
        ("ip", "[::ffff:192.0.2.1]:80", "192.0.2.1"),
        ("ip", "fe80::1%eth0", "fe80::1"),
        ("ip", "host", None),
        ("not_ip", "192.0.2.1", None),
        ("port", "[::1]:80", "80"),
        ("integer", "0x1f", "31"),
        ("sha1", "MD5=0A,SHA1=0B", "0b"),
        ("md5", "MD5=0000", None),
        ("url_host", "http://a.org:80/x", "a.org"),
        ("url_path", "http://a.org/x?y", "/x"),
        ("url_query", "/x?y=1#z", "y=1"),
        ("first_label", "a.b.c", "a"),
        ("after_first_dot", "192.0.2.1", None),
        ("distinguished_name", r"CN=Doe\, Ann,OU=x", "Doe, Ann"),
        ("program", '"C:\\a b\\c.exe" -x', "c.exe"),
        ("task_command", "<Command>a</Command><Arguments>&lt;b</Arguments>", "a <b"),
        ("task_command", "&lt;Command&gt;a&lt;/Command&gt;&lt;Arguments&gt;-x &amp;lt;b&lt;/Arguments&gt;", "a -x <b"),
        ("joined", '["a",1]', "a 1"),
        ("json_text", '["a","b"]', "a, b"),
        ("plain", '{"a":1}', None),
        ("syslog_severity", "34", "5"),
        ("strip_dot", "a.org.", "a.org"),
        ("strip_braces", "{a}", "a"),
    ],
)
def test_examples(name: str, text: str, expected: str | None) -> None:
    """What mapping files rely on."""
    assert TRANSFORMS[name](text) == expected


def test_each_distinct_value_is_transformed_once() -> None:
    """Nulls stay null; the order stays."""
    seen: list[str] = []

    def note(text: str) -> str | None:
        seen.append(text)
        return text.upper() if text else None

    array = pa.array(["a", None, "b", "a", ""])
    assert apply_to_distinct(array, note).to_pylist() == ["A", None, "B", "A", None]
    assert sorted(seen) == ["", "a", "b"]
