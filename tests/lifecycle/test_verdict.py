"""A verdict can be written into a record and read again."""

import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.gate.verdict import Clause, Verdict


def test_a_verdict_survives_its_json() -> None:
    """Clauses and notes."""
    verdict = Verdict((Clause("size", True, "1 byte", "at most 2"), Clause("card", False, "empty", "text")), ("note",))
    assert Verdict.from_json(verdict.to_json(), "$.gate") == verdict
    assert not verdict.passed


def test_nothing_looked_at_is_not_passed() -> None:
    """An empty verdict refuses."""
    assert not Verdict(()).passed


@pytest.mark.parametrize("document", [{}, {"clauses": 1}, {"clauses": [{"name": "x"}]}])
def test_another_document_is_refused(document: dict[str, object]) -> None:
    """The place is named."""
    with pytest.raises(InputError, match=r"\$\.gate"):
        Verdict.from_json(document, "$.gate")
