"""Formats found by content."""

import json

from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sources.detect import FORMATS, binary_kind, detect, detect_record

from .format_samples import LINES, RECORDS


def test_majority_of_the_records_decides() -> None:
    """A stray first line and noise between do not change the format; broken lines neither."""
    zeek = json.dumps(RECORDS["zeek_json"][0]) + "\n"
    assert detect(("starting up\n{broken\n" + zeek * 5 + '{"other": 1}\n').encode()).format == "zeek_json"
    assert detect(b"# comment\n" + LINES["syslog"][0].encode() + b"\n").format == "syslog"


def test_pretty_printed_records_and_long_wrapped_files_are_recognised() -> None:
    """Neither line ends nor a first line longer than the head get in the way."""
    record = RECORDS["cloudtrail"][0]
    assert detect(json.dumps(record, indent=2).encode()).framing == "json_values"
    wrapped = json.dumps({"Records": [record] * 2000}).encode()[:65536]
    assert (detect(wrapped).format, detect(wrapped).framing) == ("cloudtrail", "json_values")
    assert detect(json.dumps({"Records": [record]}, indent=1).encode()).format == "cloudtrail"


def test_forced_format_keeps_the_framing_of_the_content() -> None:
    """The name is the operator's; whether it is an array is the file's."""
    line = json.dumps({"x": 1}).encode()
    assert detect(b"[" + line + b"]", "okta").framing == "json_values"
    assert (detect(line, "mine").format, detect(line, "mine").framing) == ("mine", "json_lines")
    assert detect(b"a,b\n1,2\n", "csv").framing == "csv_rows"
    assert detect(b"Mar 27 13:06:56 h a: b\n", "text").format == "text"


@given(st.binary(max_size=300), st.sampled_from([b"", b"{", b"[{", b"#", b"\xff\xfe", b'{"Records":[', b'a,"b']))
def test_nonsense_never_raises(data: bytes, lead: bytes) -> None:
    """Fuzz: any head has some format."""
    assert detect(lead + data).format in FORMATS
    assert detect_record(lead + data) in FORMATS
    binary_kind(lead + data)


def test_deep_nesting_is_no_trouble_for_detection() -> None:
    """A head full of brackets."""
    assert detect(b"[" * 60_000 + b"{").format in FORMATS
    assert detect_record(b'{"a":' * 10_000) == "text"
