"""A hit in plain words: which value matched what, what was absent, who wrote the rule, how to check.

The Detection Rule License asks that messages made from a rule name its author, so every explanation does.
"""

from collections.abc import Sequence

from hodoscope.soc.detectors.evidence import Note
from hodoscope.soc.finding import Severity
from hodoscope.soc.sigma.interface import LeafEvidence
from hodoscope.soc.sigma.rule import Match, Rule

MOST_REASONS = 12
_SHOWN = 160
_MATCHED = {
    Match.EQUALS: "is",
    Match.CONTAINS: "contains",
    Match.STARTSWITH: "begins with",
    Match.ENDSWITH: "ends with",
    Match.GLOB: "has the form",
    Match.REGEX: "matches",
    Match.CIDR: "is in the network",
    Match.LESS: "is less than",
    Match.LESS_EQUAL: "is at most",
    Match.GREATER: "is more than",
    Match.GREATER_EQUAL: "is at least",
    Match.EXISTS: "has a value",
    Match.EQUALS_FIELD: "equals the field",
    Match.CONTAINS_FIELD: "contains the field",
    Match.STARTSWITH_FIELD: "begins with the field",
    Match.ENDSWITH_FIELD: "ends with the field",
    Match.MINUTE: "is in minute",
    Match.HOUR: "is in hour",
    Match.DAY: "is on day",
    Match.WEEK: "is in week",
    Match.MONTH: "is in month",
    Match.YEAR: "is in year",
}
SEVERITIES = {
    "informational": Severity.INFORMATIONAL,
    "low": Severity.LOW,
    "medium": Severity.MEDIUM,
    "high": Severity.HIGH,
    "critical": Severity.CRITICAL,
}
_BELIEF = {"stable": 0.8, "test": 0.6, "experimental": 0.4}
"""A rule's status as confidence (Sigma specification, "status"); own choice of numbers, uncalibrated."""


def reasons(evidence: Sequence[LeafEvidence]) -> list[tuple[str, float]]:
    """(plain words, raw weight), what matched first; exceptions that did not apply weigh a quarter."""
    present: dict[tuple[str, Match], list[str]] = {}
    absent: dict[str, list[LeafEvidence]] = {}
    for leaf in evidence:
        if leaf.present:
            present.setdefault((leaf.field, leaf.match), []).append(leaf.wanted)
        else:
            absent.setdefault(leaf.field, []).append(leaf)
    told = [
        (f"{_named(name)} {_MATCHED[match]}{_alternatives(wanted)}", 1.0) for (name, match), wanted in present.items()
    ]
    told += [(_exception(name, leaves), 0.25) for name, leaves in absent.items()]
    return told[:MOST_REASONS]


def notes(event_id: bytes, time_us: int, evidence: Sequence[LeafEvidence]) -> list[Note]:
    """The values that matched, verbatim, one row per field."""
    values = dict.fromkeys((leaf.field, leaf.value) for leaf in evidence if leaf.present and leaf.value)
    return [Note(event_id, time_us, name, value[:500]) for name, value in values]


def confidence(rule: Rule) -> float:
    """How far a rule of this status is to be believed."""
    return _BELIEF.get(rule.status, 0.5)


def explanation(rule: Rule, entity: str, events: int) -> str:
    """What was seen, how often, and whose rule says so."""
    count = "one event" if events == 1 else f"{events:,} events"
    who = entity.partition(":")[2]
    author = f" by {rule.author}" if rule.author else ""
    meaning = " ".join(rule.description.split()) or "The rule gives no description."
    return f"{meaning} Seen in {count} of {who}. Sigma rule {rule.title!r}{author} ({rule.pack}: {rule.path})."


def how_to_check(rule: Rule) -> str:
    """The rule's own advice: known false alarms, fields to look at, where to read on."""
    known = [
        text.strip().rstrip(".") for text in rule.false_positives if text.strip().lower() not in ("unknown", "none")
    ]
    advice = f"Known false alarms: {'; '.join(known)}." if known else "The author knows of no false alarms."
    if rule.fields:
        advice += f" Look at {', '.join(rule.fields)}."
    advice += " Compare with what else this entity did around that time, and with other machines."
    return advice + (f" Read on: {rule.references[0]}" if rule.references else "")


def _named(name: str) -> str:
    return "the record" if name == "raw" else name


def _alternatives(wanted: Sequence[str]) -> str:
    shown = [f"'{_short(text)}'" for text in dict.fromkeys(wanted) if text]
    return (" " + ", ".join(shown[:4]) + (f" and {len(shown) - 4} more" if len(shown) > 4 else "")) if shown else ""


def _exception(name: str, leaves: Sequence[LeafEvidence]) -> str:
    held = next((leaf.value for leaf in leaves if leaf.value), "")
    seen = f"(it was '{_short(held)}')" if held else "(it had no value)"
    if len(leaves) == 1:
        leaf = leaves[0]
        return f"not: {_named(name)} {_MATCHED[leaf.match]}{_alternatives([leaf.wanted])} {seen}"
    return f"none of the {len(leaves)} exceptions for {_named(name)} applied {seen}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
