"""What a hit rests on."""

from hodoscope.soc.sigma.interface import LeafEvidence
from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not
from hodoscope.soc.sigma.streaming.explain import Texts, explainer, fields_of

A, B = Leaf("f", Match.CONTAINS, "AB"), Leaf("f", Match.STARTSWITH, "x")


def explain(condition: Node, values: Texts) -> list[LeafEvidence]:
    """The evidence of a condition that holds."""
    found = explainer(condition)(values)
    assert found is not None
    return found


def test_every_true_part_of_an_or_is_told_with_its_span() -> None:
    """Spans count code points of the value as written."""
    told = explain(Any((A, B, Leaf("g", Match.EXISTS))), {"f": ("xéAb",)})
    assert [(one.wanted, one.value[one.start : one.end]) for one in told] == [("AB", "Ab"), ("x", "x")]


def test_a_part_that_failed_tells_nothing() -> None:
    """An and inside an or that does not hold leaves no trace."""
    told = explain(Any((All((A, Leaf("g", Match.EXISTS))), B)), {"f": ("xab",)})
    assert [one.wanted for one in told] == ["x"]


def test_of_a_negated_and_the_false_parts_are_told() -> None:
    """With what the field held."""
    told = explain(Not(All((A, B))), {"f": ("ab",)})
    assert [(one.wanted, one.present, one.value) for one in told] == [("x", False, "ab")]


def test_a_keyword_tells_the_text_around_it() -> None:
    """Of a long record only a part."""
    (told,) = explain(Leaf("", Match.CONTAINS, "Needle"), {"": ("h" * 1000 + "needle" + "y" * 1000,)})
    assert told.value[told.start : told.end] == "needle"
    assert len(told.value) < 300


def test_fields_of_a_comparison_are_both_sides() -> None:
    """Each once."""
    assert fields_of([A, B, Leaf("f", Match.EQUALS_FIELD, "g")]) == ("f", "g")


def test_what_does_not_hold_has_no_evidence() -> None:
    """Not even an empty one."""
    assert explainer(All((A, B)))({"f": ("ab",)}) is None
