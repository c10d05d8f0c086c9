"""JSON formats told by their keys."""

import json

import pytest

from hodoscope.soc.sources.detect import FORMATS, detect, detect_record

from .format_samples import RECORDS


@pytest.mark.parametrize("name", RECORDS)
def test_json_formats_are_told_by_their_keys(name: str) -> None:
    """Alone, as lines, as an array."""
    assert name in FORMATS
    for record in RECORDS[name]:
        line = json.dumps(record).encode()
        assert detect_record(line) == name
        assert detect(line + b"\n" + line).format == name
        assert detect(line + b"\n" + line).framing == "json_lines"
        found = detect(b"[" + line + b"," + line + b"]")
        assert (found.format, found.framing) == (name, "json_values")
