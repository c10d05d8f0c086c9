"""How JSON lies in a file."""

import pytest

from hodoscope.soc.sources.json_shape import json_shape


@pytest.mark.parametrize(
    ("head", "shape"),
    [
        (b'{"a":1}\n{"a":2}\n', "lines"),
        (b'\xef\xbb\xbf{"a":1}', "lines"),
        (b'{broken\n{"a":2}\n', "lines"),
        (b' [ {"a":1}]', "array"),
        (b"[]", "array"),
        (b'{"Records":[{"a":1}]}', "wrapped"),
        (b'{"Records": [\n{"a":1},\n{"a":', "wrapped"),
        (b'{"@odata.context":"x","value":[{"a":1}]}', "wrapped"),
        (b'{"kind":"EventList","metadata":{"v":1},"items":[{"a":{"b":1}}]}', "wrapped"),
        (b'{\n  "a": {},\n  "b": {}\n}\n{\n', "sequence"),
        (b"[Wed Oct 11 14:32:52 2000] [error] text", None),
        (b"plain text", None),
        (b"", None),
    ],
)
def test_shape_is_found_from_the_head(head: bytes, shape: str | None) -> None:
    """Lines, arrays, envelopes of the large vendors, pretty-printed values, or no JSON."""
    assert json_shape(head) == shape
