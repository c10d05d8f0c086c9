"""A finding's identity is what it is about, never when or how it was computed."""

from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.finding import MAX_EVIDENCE, Severity, finding_id

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS, WORDS), unique=True, max_size=6))
def test_different_findings_have_different_ids(parts: list[tuple[str, str, str, str, str]]) -> None:
    """Each part counts."""
    assert len({finding_id(*part) for part in parts}) == len(parts)


def test_an_id_is_the_same_in_every_process() -> None:
    """Pinned: a change would give every stored finding a second life."""
    assert finding_id("default", "brute_force", "1", "ip:192.0.2.1", "2024") == "702dd6fa189e9f31211c708141a8fbcf"


def test_severities_are_the_numbers_of_ocsf_in_order() -> None:
    """1 to 5, so that filters can compare."""
    assert [severity.value for severity in sorted(Severity)] == [1, 2, 3, 4, 5]
    assert Severity.CRITICAL > Severity.HIGH
    assert MAX_EVIDENCE == 50
