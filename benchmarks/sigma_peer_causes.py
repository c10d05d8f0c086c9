"""Why a peer's verdict on one rule and one event is another than ours: found by evaluating, never by the rule's name.

The reference evaluator judges the same condition twice: over the fields as our router reads them, and over the peer's
flat row. Where the two agree with us but SQL does not, the three-valued logic of SQL is tried: a comparison with an
absent column is NULL, and so is its negation.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hodoscope.soc.sigma.reference import matches
from hodoscope.soc.sigma.rule import All, Leaf, Match, Node, Not, Rule, leaves
from hodoscope.soc.sigma.streaming.explain import fields_of

Texts = Mapping[str, Sequence[str]]


class Cause(NamedTuple):
    """A kind of difference: what happens, and what the specification says."""

    title: str
    told: str
    section: str
    ours: bool  # whether our verdict is the specification's; False: a choice it leaves to the target


CAUSES: dict[str, Cause] = {
    "keywords": Cause(
        "The peer has no keywords",
        "A list of texts without a field searches the whole event. pySigma's SQLite backend refuses such a rule.",
        "Rules, Keywords search",
        ours=True,
    ),
    "keyword place": Cause(
        "The peer looks for keywords elsewhere",
        "A list of texts without a field searches the full log message. We search the record as received, the peer the "
        "values of its row.",
        "Rules, Lists; Keywords search",
        ours=True,
    ),
    "refused": Cause(
        "The peer refuses the rule for another reason",
        "The rule is valid; what the peer says is in the table.",
        "Rules, Detection",
        ours=True,
    ),
    "no column": Cause(
        "The query fails, because no event of the file has one of the rule's fields",
        "A field that an event lacks makes its comparison false and nothing else; here the whole rule falls silent, "
        "alternatives and negated parts included.",
        "Rules, Field Existence; Condition",
        ours=True,
    ),
    "query fails": Cause(
        "The query fails otherwise",
        "SQLite refuses the query, for instance one nested deeper than its limit.",
        "Rules, Detection",
        ours=True,
    ),
    "log source": Cause(
        "Another event of the rule's log source",
        "A category names a kind of activity and not one channel: process creation is Security 4688 too, a service is "
        "more than one channel. The peer's pipelines put one channel or event id in its place.",
        "Rules, LogSource",
        ours=True,
    ),
    "not our log source": Cause(
        "The peer takes an event that is not of the rule's log source",
        "Without product, category and service of its own the rule does not apply to the event.",
        "Rules, LogSource",
        ours=True,
    ),
    "negation": Cause(
        "A negated part over a field that the event lacks",
        "`not selection` is true when the selection does not match, and over an absent field it does not. In SQL both "
        "the comparison and its negation are NULL, so the event is lost.",
        "Rules, Condition (Negation with 'not')",
        ours=True,
    ),
    "empty": Cause(
        "The empty value and the absent field",
        "`Field: ''` and `Field: null` are for the target to define. Here absent, null and empty text are one; the "
        "peer drops empty values and then compares NULL with ''.",
        "Rules, Special Field Values",
        ours=False,
    ),
    "name": Cause(
        "The field stands in the event under another name or place",
        "Rules name fields as the taxonomy does, whatever the event calls them (NewProcessName is Image, names lose "
        "their blanks). The peer looks for the literal name only.",
        "Rules, Field Usage; Appendix Taxonomy, Fields",
        ours=True,
    ),
    "value": Cause(
        "The field has another value in the peer's row",
        "A value is compared as the record has it. Flattening keeps one of several parts of the same name, writes a "
        "list as one text, or a truth value as a number.",
        "Rules, General",
        ours=True,
    ),
    "comparison": Cause(
        "The same values, compared another way",
        "Case beyond ASCII, regular expressions of another dialect, or numbers compared as numbers.",
        "Rules, General; Appendix Modifiers",
        ours=True,
    ),
    "not read": Cause(
        "We do not read the record",
        "It became a dead letter, which `hodoscope soc coverage` lists.",
        "-",
        ours=False,
    ),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One event as both sides see it."""

    fields: Texts  # the rule's fields as our router reads them
    row: Texts  # the same as the peer's flat row has them
    raw: str


def why_only_we(rule: Rule, seen: Seen, silent: str, *, bare: bool) -> str:
    """The cause of a hit that the peer has not. ``silent``: why it does not run the rule; ``bare``: it hits without
    the conditions that its pipelines add."""
    if silent:
        return _silent(silent)
    if bare:
        return "log source"
    if any(not leaf.field for leaf in leaves(rule.condition)):
        return "keyword place"
    if _two(rule.condition, seen.row):
        for empty in (False, True):
            if _three(rule.condition, seen.row, empty=empty) is not True:
                return "empty" if empty else "negation"
        return "comparison"
    return _differing(rule.condition, seen)


def why_only_peer(rule: Rule, seen: Seen | None, *, routed: bool) -> str:
    """The cause of a hit that we have not."""
    if seen is None:
        return "not read"
    if not routed:
        return "not our log source"
    return _differing(rule.condition, seen) if _two(rule.condition, seen.row) else "comparison"


def differing_fields(condition: Node, seen: Seen) -> tuple[str, ...]:
    """Fields of the leaves on which the two readings of the event disagree."""
    return fields_of([leaf for leaf in leaves(condition) if _disagree(leaf, seen)])


def _silent(reason: str) -> str:
    if "no such column" in reason:
        return "no column"
    if reason.startswith("query fails"):
        return "query fails"
    return "keywords" if "keywords" in reason else "refused"


def _differing(condition: Node, seen: Seen) -> str:
    found = [leaf for leaf in leaves(condition) if _disagree(leaf, seen)]
    absent = any(bool(seen.row.get(leaf.field)) != bool(seen.fields.get(leaf.field)) for leaf in found)
    return "name" if absent else "value" if found else "comparison"


def _disagree(leaf: Leaf, seen: Seen) -> bool:
    return bool(leaf.field) and matches(leaf, seen.fields) != matches(leaf, seen.row)


def _two(condition: Node, fields: Texts) -> bool:
    return matches(condition, fields)


def _three(node: Node, fields: Texts, *, empty: bool) -> bool | None:
    """SQL's answer; None is NULL. ``empty``: "no value" is a comparison with '' and not ``IS NULL``."""
    if isinstance(node, Leaf):
        if node.match is Match.EXISTS and not empty:
            return bool(fields.get(node.field))
        return matches(node, fields) if fields.get(node.field) else None
    if isinstance(node, Not):
        part = _three(node.part, fields, empty=empty)
        return None if part is None else not part
    parts = list(_parts(node.parts, fields, empty=empty))
    deciding = not isinstance(node, All)
    return deciding if deciding in parts else None if None in parts else not deciding


def _parts(parts: Sequence[Node], fields: Texts, *, empty: bool) -> Iterator[bool | None]:
    return (_three(part, fields, empty=empty) for part in parts)
