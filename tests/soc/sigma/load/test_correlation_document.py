"""Correlation documents and their references."""

from pathlib import Path

import pytest
from tests.soc.sigma.load.rule_texts import IDS, loaded, rule

from hodoscope.soc.sigma.rule import Correlation

A, B = IDS["a"], IDS["b"]


def correlation(section: str, name: str = "h", more: str = "") -> str:
    """A correlation document with this section (indented lines)."""
    body = "\n".join(f"    {line}" for line in section.strip().splitlines())
    return f"title: Correlation {name}\nid: {IDS[name]}\nname: {name}\n{more}correlation:\n{body}\n"


def only(folder: Path, section: str, *documents: str) -> Correlation:
    """The one correlation over rules a and b (and further documents)."""
    rules = loaded(folder, rule("a"), rule("b"), *documents, correlation(section))
    assert rules.unsupported == ()
    return rules.correlations[-1]


def refused(folder: Path, section: str, *documents: str) -> tuple[str, str]:
    """Reason and remedy of the last document."""
    rules = loaded(folder, rule("a"), rule("b"), *documents, correlation(section))
    return rules.unsupported[-1].reason, rules.unsupported[-1].remedy


def test_an_event_count_is_read_whole(tmp_path: Path) -> None:
    """References by name or id, in any order of the documents; a range of thresholds."""
    grouped = "group-by: [User, Host]\ntimespan: 90m\ncondition: {gt: 100, lte: 200}"
    section = f"type: event_count\nrules: [a, {B.upper()}]\n{grouped}"
    rules = loaded(tmp_path, correlation(section, more="level: high\nauthor: Somebody\n"), rule("a"), rule("b"))
    (found,) = rules.correlations
    assert (found.kind, found.rules, found.group_by, found.timespan_seconds) == (
        "event_count", (A, B), ("User", "Host"), 5_400,
    )  # fmt: skip
    assert found.conditions == (("gt", 100.0), ("lte", 200.0))
    assert (found.level, found.author, found.generate, found.line) == ("high", "Somebody", False, 1)


@pytest.mark.parametrize(
    ("condition", "field", "percentile"),
    [
        ("type: value_count\ncondition: {field: User, gte: 3}", ("User",), 0.0),
        ("type: value_count\ncondition: {field: [User, Host], gte: 3}", ("User", "Host"), 0.0),
        ("type: value_sum\ncondition: {field: Bytes, gt: 1.5e+6}", ("Bytes",), 0.0),
        ("type: value_avg\ncondition: {field: Bytes, lt: 2}", ("Bytes",), 0.0),
        ("type: value_median\ncondition: {field: Bytes, neq: 2}", ("Bytes",), 0.0),
        ("type: value_percentile\ncondition: {field: Bytes, gte: 2, percentile: 95}", ("Bytes",), 95.0),
    ],
)
def test_a_kind_that_looks_at_values_has_its_field(
    tmp_path: Path, condition: str, field: tuple[str, ...], percentile: float
) -> None:
    """One field, or several for distinct combinations."""
    found = only(tmp_path, f"rules: a\ntimespan: 1h\n{condition}")
    assert (found.field, found.percentile) == (field, percentile)


def test_temporal_kinds_want_every_rule_unless_told_otherwise(tmp_path: Path) -> None:
    """The specification's default."""
    section = "type: {}\nrules: [b, a]\ntimespan: 10s\n"
    assert only(tmp_path, section.format("temporal")).conditions == (("gte", 2.0),)
    assert only(tmp_path, section.format("temporal_ordered")).rules == (B, A)
    assert only(tmp_path, section.format("temporal") + "condition: {gte: 1}").conditions == (("gte", 1.0),)


def test_an_expression_names_rules_and_may_stand_for_their_list(tmp_path: Path) -> None:
    """Resolved to ids, in the order of the expression."""
    found = only(tmp_path, "type: temporal\ntimespan: 10s\ncondition: b and not (a or c)", rule("c"))
    assert found.expression == ("and", B, ("not", ("or", A, IDS["c"])))
    assert (found.rules, found.conditions) == ((B, A, IDS["c"]), ())


def test_aliases_name_a_field_per_rule(tmp_path: Path) -> None:
    """Only the ones that are used."""
    found = only(
        tmp_path,
        "type: temporal\nrules: [a, b]\ntimespan: 10s\ngroup-by: [ip]\n"
        "aliases:\n  ip: {a: SourceIp, b: DestinationIp}\n  unused: {a: X}",
    )
    assert found.aliases == (("ip", ((A, "SourceIp"), (B, "DestinationIp"))),)


def test_correlations_chain(tmp_path: Path) -> None:
    """Written before what they refer to; ``generate`` may stand in the section or beside it."""
    many = correlation(
        "type: event_count\nrules: a\ngroup-by: User\ntimespan: 1m\ncondition: {gte: 5}", "c", "generate: true\n"
    )
    section = "type: temporal_ordered\nrules: [c, b]\ngroup-by: User\ntimespan: 1h\ngenerate: true"
    rules = loaded(tmp_path, correlation(section), many, rule("a"), rule("b"))
    assert [found.rules for found in rules.correlations] == [(IDS["c"], B), (A,)]
    assert all(found.generate for found in rules.correlations)


@pytest.mark.parametrize(
    ("section", "reason", "told"),
    [
        ("type: event_counts", "correlation: type", "event_count"),
        ("type: event_count\ngroupby: x", "correlation: key", "Did you mean 'group-by'?"),
        ("type: event_count\nrules: [a, x]\ntimespan: 1m\ncondition: {gte: 1}", "reference: unknown", "'x'"),
        ("type: event_count\nrules: [a, a]\ntimespan: 1m\ncondition: {gte: 1}", "correlation: rules", "once"),
        (f"type: temporal\nrules: [a, {A}]\ntimespan: 1m", "correlation: rules", "same rule"),
        ("type: event_count\ntimespan: 1m\ncondition: {gte: 1}", "correlation: rules", "by id or name"),
        ("type: event_count\nrules: a\ntimespan: 5 minutes\ncondition: {gte: 1}", "correlation: timespan", "15m"),
        ("type: event_count\nrules: a\ntimespan: 0s\ncondition: {gte: 1}", "correlation: timespan", "15m"),
        ("type: event_count\nrules: a\ntimespan: 1m", "correlation: condition", "gte: 10"),
        ("type: event_count\nrules: a\ntimespan: 1m\ncondition: a", "correlation: condition", "gte: 10"),
        ("type: event_count\nrules: a\ntimespan: 1m\ncondition: {gtr: 1}", "correlation: condition", "Did you mean"),
        ("type: event_count\nrules: a\ntimespan: 1m\ncondition: {gte: many}", "correlation: condition", "no number"),
        ("type: event_count\nrules: a\ntimespan: 1m\ncondition: {gte: 20000}", "limit: correlation threshold", "10"),
        (
            "type: event_count\nrules: a\ntimespan: 1m\ncondition: {gte: 1, field: x}",
            "correlation: field",
            "no field",
        ),
        ("type: value_count\nrules: a\ntimespan: 1m\ncondition: {gte: 1}", "correlation: field", "needs a field"),
        (
            "type: value_sum\nrules: a\ntimespan: 1m\ncondition: {gte: 1, field: [x, y]}",
            "correlation: field",
            "one field",
        ),
        (
            "type: value_percentile\nrules: a\ntimespan: 1m\ncondition: {gte: 1, field: x}",
            "correlation: percentile",
            "100",
        ),
        ("type: temporal\nrules: [a, b]\ntimespan: 1m\ncondition: a", "correlation: rules", "same rules"),
        ("type: temporal\nrules: [a]\ntimespan: 1m\ncondition: a and c", "condition: unknown selection", "'c'"),
        (
            "type: temporal\nrules: [a, b]\ngroup-by: ip\ntimespan: 1m\naliases: {ip: {a: x}}",
            "correlation: aliases",
            "'b'",
        ),
        (
            "type: temporal\nrules: [a]\ngroup-by: ip\ntimespan: 1m\naliases: {ip: {a: x, b: y}}",
            "correlation: aliases",
            "'b'",
        ),
        ("type: temporal\nrules: [a]\ntimespan: 1m\ngenerate: maybe", "correlation: generate", "true or false"),
        ("type: temporal\nrules: [h]\ntimespan: 1m", "correlation: circular", "Correlation h"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_a_remedy(tmp_path: Path, section: str, reason: str, told: str) -> None:
    """One reason per mistake, countable."""
    found, remedy = refused(tmp_path, section)
    assert found == reason
    assert told in remedy


def test_a_circle_and_what_hangs_on_it_is_refused(tmp_path: Path) -> None:
    """c → d → c; e refers to c, f to nothing bad."""
    one = "type: temporal\nrules: [{}]\ntimespan: 1m"
    documents = [correlation(one.format(to), name) for name, to in (("c", "d"), ("d", "c"), ("e", "c"), ("f", "a"))]
    rules = loaded(tmp_path, rule("a"), *documents)
    assert [found.title for found in rules.correlations] == ["Correlation f"]
    assert [found.reason for found in rules.unsupported] == ["correlation: circular"] * 3


def test_who_refers_to_an_unsupported_document_is_told_so(tmp_path: Path) -> None:
    """By a rule that was refused, and by a correlation over that."""
    one = "type: temporal\nrules: [{}]\ntimespan: 1m"
    documents = [correlation(one.format("a"), "c"), correlation(one.format("c"), "d")]
    rules = loaded(tmp_path, *documents, rule("a", "Image|nonsense: x"))
    reasons = [(found.title, found.reason) for found in rules.unsupported]
    assert reasons == [
        ("Correlation c", "reference: unsupported"),
        ("Correlation d", "reference: unsupported"),
        ("Rule a", "modifier: unknown"),
    ]


def test_a_name_that_two_rules_have_is_ambiguous(tmp_path: Path) -> None:
    """The id is not."""
    twin = rule("c").replace("name: c", "name: a")
    assert refused(tmp_path, "type: temporal\nrules: [a]\ntimespan: 1m", twin)[0] == "reference: ambiguous"
    assert only(tmp_path, f"type: temporal\nrules: [{A}]\ntimespan: 1m", twin).rules == (A,)


def test_a_chain_can_only_group_by_what_the_inner_correlation_groups_by(tmp_path: Path) -> None:
    """Its match has no other field."""
    many = correlation("type: event_count\nrules: a\ngroup-by: User\ntimespan: 1m\ncondition: {gte: 5}", "c")
    found = refused(tmp_path, "type: temporal\nrules: [c, b]\ngroup-by: Host\ntimespan: 1h", many)
    assert found[0] == "correlation: field"
    assert "'Host'" in found[1]
