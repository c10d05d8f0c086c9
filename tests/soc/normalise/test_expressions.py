"""Value expressions of mapping files over small records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.errors import MappingError
from hodoscope.soc.normalise.expressions import compile_expression
from hodoscope.soc.normalise.interface import Kind
from hodoscope.soc.normalise.json_fields import fields_of

RECORDS = fields_of([{"a": "X", "n": 1500, "l": "p; q;-"}, {"b": "y", "n": "2"}, {"a": "", "b": "z"}])


def values(node: object, kind: Kind = "text") -> list[object]:
    """The expression's values for the records."""
    return list(compile_expression(node, "here").evaluate(RECORDS, kind).to_pylist())


@pytest.mark.parametrize(
    ("node", "kind", "expected"),
    [
        ("a", "text", ["X", None, ""]),
        (["a", "b"], "text", ["X", "y", "z"]),
        ({"const": 3}, "int", [3, 3, 3]),
        ({"from": "a", "apply": ["lower"]}, "text", ["x", None, None]),
        ({"from": ["a", "b"], "table": {"x": "one"}, "otherwise": "other"}, "text", ["one", "other", "other"]),
        ({"from": "a", "table": {"x": 1}, "default": 9}, "int", [1, 9, 9]),
        ({"join": ["a", "b"], "sep": "/"}, "text", [None, None, None]),
        ({"join": [["a", "b"], {"const": "c"}]}, "text", ["X c", "y c", "z c"]),
        ({"from": "b", "regex": "(?P<value>[xy])"}, "text", [None, "y", None]),
        ({"from": "l", "split": ";"}, "list", [["p", "q"], None, None]),
        ({"from": "n", "scale": 0.001}, "int", [2, 0, None]),
        ({"from": "n", "scale": 0.001}, "float", [1.5, 0.002, None]),
    ],
)
def test_values(node: object, kind: Kind, expected: list[object]) -> None:
    """One line per form of expression."""
    assert values(node, kind) == expected


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (5, "expected a path"),
        ({"form": "a"}, "unknown key 'form'"),
        ({"table": {}}, "needs 'from'"),
        ({"from": "a", "apply": ["lowr"]}, "unknown transform 'lowr'"),
        ({"from": "a", "regex": "("}, "regex"),
        ({"from": "a", "regex": "x"}, r"needs a group \(\?P<value>"),
        ({"from": "a", "scale": "2"}, "scale needs a number"),
        ("a[", "malformed"),
    ],
)
def test_mistakes_are_named(node: object, words: str) -> None:
    """Where and what, when the file is loaded."""
    with pytest.raises(MappingError, match=words):
        compile_expression(node, "here")


def test_paths_that_an_expression_reads() -> None:
    """What it reads is no longer unmapped."""
    node = {"join": ["a", {"from": ["b", "c.d"], "apply": ["lower"]}, {"from": "n", "scale": 2}, {"const": 1}]}
    assert compile_expression(node, "here").paths() == {"a", "b", "c.d", "n"}


NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["a", "a.b", "a[", "", "lower", "("]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["from", "apply", "regex", "table", "join", "split", "scale"]), inner)
    ),
    max_leaves=6,
)


@given(NODES)
def test_any_node_is_an_expression_or_a_named_mistake(node: object) -> None:
    """A mapping file is written by people: no mistake of theirs is a traceback."""
    told = ""
    try:
        expression = compile_expression(node, "mine.yaml: columns.x")
    except MappingError as error:
        told = str(error)
    if told:
        assert "mine.yaml: columns.x" in told
        return
    assert len(expression.evaluate(RECORDS, "text")) == len(RECORDS)
