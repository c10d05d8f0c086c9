"""Structural characters of JSON text, found without parsing."""

from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sources.json_scan import JsonScanner, crowded, deeper_than


def one_by_one(text: str) -> list[tuple[int, int]]:
    """The reference: (offset, depth after) of every bracket and comma outside strings."""
    found, depth, in_string, escaped = [], 0, False, False
    for at, char in enumerate(text):
        if escaped:
            escaped = False
            if char in '"\\' or in_string:
                continue
        if char == "\\":
            escaped = True
        elif char == '"':
            in_string = not in_string
        elif not in_string and char in "{[]},":
            depth += (char in "{[") - (char in "]}")
            found.append((at, depth))
    return found


inside = st.text(alphabet='ab\\"{}[],', max_size=12).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
)
tokens = st.lists(inside | st.sampled_from(["{", "}", "[", "]", ",", ":", " ", "1"]), max_size=25).map("".join)


@given(tokens, st.lists(st.integers(1, 7), min_size=1, max_size=40))
def test_scanning_in_blocks_is_scanning_character_by_character(text: str, sizes: list[int]) -> None:
    """Strings and escapes may be cut anywhere between blocks."""
    scanner, data, start, found = JsonScanner(), text.encode(), 0, []
    for size in [*sizes, len(data) + 1]:
        at, _, depths = scanner.scan(data[start : start + size])
        found += [(start + place, depth) for place, depth in zip(at.tolist(), depths.tolist(), strict=True)]
        start += size
    assert found == one_by_one(text)


def test_depth_counts_brackets_not_their_pictures() -> None:
    """Braces inside text do not nest."""
    assert deeper_than(b"[" * 600 + b"]" * 600, 512)
    assert not deeper_than(b'{"a":"' + b"[" * 600 + b'"}', 512)


@given(st.lists(st.text("[{a]}", max_size=12).map(str.encode), min_size=1, max_size=6), st.integers(1, 4))
def test_no_deep_record_escapes_the_look_at_all_lines(records: list[bytes], levels: int) -> None:
    """Whatever stands around it, a record nested too deep makes its block crowded."""
    longest = max(map(len, records))
    if any(deeper_than(record, levels) for record in records):
        assert crowded(b"\n".join(records), levels, longest)
    assert not crowded(b"", levels, longest)


def test_brackets_far_apart_are_no_crowd() -> None:
    """Many shallow records do not make each of them worth a closer look."""
    assert not crowded(b'{"a":"some text"}\n' * 100_000, 10, 17)
