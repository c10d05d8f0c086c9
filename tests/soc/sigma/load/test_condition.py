"""The condition language."""

import time
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sigma.load.condition import parse_condition
from hodoscope.soc.sigma.load.refusal import Refused
from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not

NAMES = ("a", "sel_1", "sel_2", "filter_x", "_hidden", "notepad")
PARTS: dict[str, Node | None] = {name: Leaf(name, Match.EXISTS) for name in NAMES}


def plain(node: Node | None) -> str:
    """Fully bracketed."""
    match node:
        case Leaf():
            return node.field
        case Not():
            return f"not({plain(node.part)})"
        case All():
            return "and(" + ",".join(map(plain, node.parts)) + ")"
        case Any():
            return "or(" + ",".join(map(plain, node.parts)) + ")"
    return "nothing"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "a"),
        ("a or sel_1 and sel_2", "or(a,and(sel_1,sel_2))"),
        ("(a or sel_1) and not sel_2", "and(or(a,sel_1),not(sel_2))"),
        ("not a and sel_1", "and(not(a),sel_1)"),
        ("not not a", "a"),
        ("not (a or not sel_1)", "not(or(a,not(sel_1)))"),
        ("1 of sel_*", "or(sel_1,sel_2)"),
        ("any of sel_*", "or(sel_1,sel_2)"),
        ("all of sel_*", "and(sel_1,sel_2)"),
        ("1 of *_x", "filter_x"),
        ("a and not 1 of filter_*", "and(a,not(filter_x))"),
        ("1 of them", "or(a,sel_1,sel_2,filter_x,notepad)"),
        ("all of them", "and(a,sel_1,sel_2,filter_x,notepad)"),
        ("1 of _*", "_hidden"),
        ("notepad", "notepad"),
        ("a\n  and\tsel_1", "and(a,sel_1)"),
    ],
)
def test_condition_means(text: str, expected: str) -> None:
    """Precedence, selectors, brackets, whitespace."""
    assert plain(parse_condition(text, PARTS)) == expected


@pytest.mark.parametrize(
    ("text", "reason", "told"),
    [
        ("sel_3", "condition: unknown selection", "Did you mean 'sel_"),
        ("1 of other*", "condition: unknown selection", "there are: a, sel_1"),
        ("2 of sel_*", "condition: quantifier", "'1 of' or 'all of'"),
        ("a AND sel_1", "condition: syntax", "Write 'and'"),
        ("a and", "condition: syntax", "its end"),
        ("(a", "condition: syntax", "its end"),
        ("a)", "condition: syntax", ")"),
        ("a sel_1", "condition: syntax", "sel_1"),
        ("1 of", "condition: syntax", "its end"),
        ("a | count() by b > 5", "deprecated: aggregation in the condition", "event_count"),
        ("a near sel_1", "deprecated: near", "temporal"),
        ("(" * 60 + "a" + ")" * 60, "limit: nesting", "flatter"),
    ],
)
def test_what_is_no_condition_is_told_with_a_remedy(text: str, reason: str, told: str) -> None:
    """Unknown names, old syntax, wrong syntax, bombs."""
    with pytest.raises(Refused) as refused:
        parse_condition(text, PARTS)
    assert refused.value.reason == reason
    assert told in refused.value.remedy


def test_a_dropped_part_is_left_out_wherever_it_stands() -> None:
    """A pipeline may drop detection items: neither "always true" nor "never true" takes their place."""
    parts = PARTS | {"sel_1": None}
    assert plain(parse_condition("a or sel_1", parts)) == "a"
    assert plain(parse_condition("a and not sel_1", parts)) == "a"
    assert plain(parse_condition("1 of sel_*", parts)) == "sel_2"
    assert parse_condition("not sel_1", parts) is None


@dataclass(frozen=True)
class Tree:
    """A condition to be written; ``not`` uses only the first operand."""

    operator: str
    operands: "tuple[Tree | str, Tree | str]"


def written(tree: Tree | str) -> str:
    """With every bracket."""
    if isinstance(tree, str):
        return tree
    first, second = map(written, tree.operands)
    return f"(not {first})" if tree.operator == "not" else f"({first} {tree.operator} {second})"


def truth(tree: Tree | str, true: set[str]) -> bool:
    """Of the tree, when these names are true."""
    if isinstance(tree, str):
        return tree in true
    both = [truth(operand, true) for operand in tree.operands]
    return {"and": all(both), "or": any(both), "not": not both[0]}[tree.operator]


def holds(node: Node | None, true: set[str]) -> bool:
    """Of the parsed condition."""
    match node:
        case Leaf():
            return node.field in true
        case Not():
            return not holds(node.part, true)
        case All():
            return all(holds(part, true) for part in node.parts)
        case Any():
            return any(holds(part, true) for part in node.parts)
    raise AssertionError(node)


TREES = st.recursive(
    st.sampled_from(NAMES[:5]),
    lambda inner: st.builds(Tree, st.sampled_from(("and", "or", "not")), st.tuples(inner, inner)),
)


@given(TREES, st.sets(st.sampled_from(NAMES)))
def test_a_written_condition_means_what_was_written(tree: Tree | str, true: set[str]) -> None:
    """For any tree and any truth of its names."""
    assert holds(parse_condition(written(tree), PARTS), true) == truth(tree, true)


def test_brackets_cost_linear_time() -> None:
    """pySigma's own parser needs exponential time here."""
    began = time.process_time()
    parse_condition(" or ".join(["(" * 40 + "a" + ")" * 40] * 200), PARTS)
    assert time.process_time() - began < 2
