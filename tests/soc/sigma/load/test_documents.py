"""Files to documents: their lines, and what would bring a parser down."""

import time

import pytest

from hodoscope.soc.sigma.load.documents import documents


def found(text: str) -> list[tuple[int, object]]:
    """Line and content (or reason) of every document."""
    return [(one.line, one.refused.reason if one.refused else one.content) for one in documents("x", text.encode())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1", [(1, {"a": 1})]),
        ("---\na: 1\n---\nb: 2\n", [(2, {"a": 1}), (4, {"b": 2})]),
        ("# c\n\n---\n# d\na: 1\n", [(5, {"a": 1})]),
        ("a: 1\n...\n---\nb: 2\n...\n", [(1, {"a": 1}), (4, {"b": 2})]),
        ("--- {a: 1}\n--- # c\n{b: 2}", [(1, {"a": 1}), (3, {"b": 2})]),
        ("%YAML 1.1\n---\na: 1\n", [(3, {"a": 1})]),
        ("a: 1\r\n---\r\nb: 2\r\n", [(1, {"a": 1}), (3, {"b": 2})]),
        ("\N{BYTE ORDER MARK}a: 1", [(1, {"a": 1})]),
        ("a: '---x'\nb: |\n  ---\n  c\n", [(1, {"a": "---x", "b": "---\nc\n"})]),
        ("a: [\n---\nb: 2", [(2, "yaml"), (3, {"b": 2})]),
        ("", []),
        ("---\n---\n\n# only comments", []),
        ("a: 1\na: 2", [(2, "yaml")]),
        ("b: 2\ndate: 2024-02-31", [(1, "yaml")]),
        ("a: !!python/object/apply:os.system [id]", [(1, "yaml")]),
        ("a: &x 1\nb: *x", [(1, {"a": 1, "b": 1})]),
        ("base: &x {a: 1}\nc: {<<: *x, a: 2}", [(1, {"base": {"a": 1}, "c": {"a": 2}})]),
    ],
)
def test_documents_and_their_lines(text: str, expected: list[tuple[int, object]]) -> None:
    """Markers, comments, directives, line ends, duplicates, tags, broken parts; a line is one that an editor shows."""
    assert found(text) == expected


BILLION_LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
MERGES = "a0: &a0 {k: v}\n" + "".join(f"a{n}: &a{n}\n  <<: [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 500_000,
        "{a: " * 300_000,
        "- " * 500_000,
        "? " * 500_000,
        "a: \n" + "".join(" " * depth + "a:\n" for depth in range(1, 1_300)),
        BILLION_LAUGHS,
        MERGES,
        "a: &a [*a]",
        "a: " + "9" * 500_000,
        "a: 1e999999999",
        '"' + "a" * 500_000,
        "&" * 500_000,
        "\x00" * 500_000,
        "!" * 100_000,
        "a: 0000-00-00",
    ],
    ids=lambda bomb: bomb[:12].encode("unicode_escape").decode(),
)
def test_a_yaml_bomb_is_refused_in_bounded_time(bomb: str) -> None:
    """Nesting (libyaml nests on the C stack), aliases, merges, endless numbers and texts; no crash, no minute."""
    began = time.process_time()
    for _, content in found(bomb):
        assert content == "yaml" or isinstance(content, dict)
    assert time.process_time() - began < 5


def test_a_file_that_is_no_text_or_too_large_is_one_refused_document() -> None:
    """With the line of the first wrong byte."""
    (wrong,) = documents("x", b"a: 1\nb: \xff")
    assert (wrong.line, wrong.refused and wrong.refused.reason) == (2, "encoding")
    (large,) = documents("x", b"a" * 2_000_001)
    assert large.refused
    assert large.refused.reason == "limit: file size"
