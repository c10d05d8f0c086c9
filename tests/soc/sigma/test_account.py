"""A hit in plain words."""

from hodoscope.soc.detectors.evidence import Note
from hodoscope.soc.sigma import account
from hodoscope.soc.sigma.interface import LeafEvidence
from hodoscope.soc.sigma.rule import Leaf, LogSource, Match, Rule

RULE = Rule(
    "id-a", "Shell from Word", "high", "test", LogSource(), Leaf("x", Match.EXISTS), author="Ana Writer",
    description="Word starts\n  a shell.", references=("https://attack.mitre.org/",), fields=("CommandLine", "User"),
    false_positives=("Add-ins.", "Unknown"), path="a.yml", pack="ours",
)  # fmt: skip


def leaf(field: str, match: Match, wanted: str, value: str, present: bool = True) -> LeafEvidence:
    """One leaf of a verdict."""
    return LeafEvidence(field, match, wanted, value, 0, len(wanted) if present else 0, present)


def test_what_matched_is_told_by_field_and_what_was_absent_with_what_was_there_instead() -> None:
    """Alternatives of one field are one reason; exceptions weigh less."""
    told = account.reasons(
        [
            leaf("CommandLine", Match.CONTAINS, "-enc", "powershell -enc AA"),
            leaf("CommandLine", Match.CONTAINS, "hidden", "powershell -enc AA"),
            leaf("ParentImage", Match.ENDSWITH, "\\agent.exe", "C:\\w.exe", present=False),
            leaf("User", Match.EQUALS, "a", "", present=False),
            leaf("User", Match.EQUALS, "b", "", present=False),
            leaf("raw", Match.CONTAINS, "x", "x"),
        ]
    )
    assert told == [
        ("CommandLine contains '-enc', 'hidden'", 1.0),
        ("the record contains 'x'", 1.0),
        ("not: ParentImage ends with '\\agent.exe' (it was 'C:\\w.exe')", 0.25),
        ("none of the 2 exceptions for User applied (it had no value)", 0.25),
    ]


def test_long_values_and_long_lists_are_cut() -> None:
    """An analyst reads a line, not a page."""
    (text, _), *_ = account.reasons([leaf("x", Match.EQUALS, f"{number}" * 400, "v") for number in range(6)])
    assert len(text) < 800
    assert text.endswith("and 2 more")


def test_evidence_quotes_each_field_once() -> None:
    """The value that matched, whatever the number of leaves."""
    leaves = [leaf("a", Match.CONTAINS, "x", "xyz"), leaf("a", Match.ENDSWITH, "z", "xyz")]
    rows = account.notes(b"i" * 16, 7, [*leaves, leaf("b", Match.EQUALS, "q", "p", present=False)])
    assert rows == [Note(b"i" * 16, 7, "a", "xyz")]


def test_the_author_is_named() -> None:
    """The Detection Rule License asks for it."""
    text = account.explanation(RULE, "host:ws1", 3)
    assert (
        text
        == "Word starts a shell. Seen in 3 events of ws1. Sigma rule 'Shell from Word' by Ana Writer (ours: a.yml)."
    )


def test_advice_comes_from_the_rule() -> None:
    """False alarms, fields, reference; an empty "unknown" is no advice."""
    text = account.how_to_check(RULE)
    assert text.startswith("Known false alarms: Add-ins. Look at CommandLine, User.")
    assert text.endswith("Read on: https://attack.mitre.org/")
