"""Processing pipelines and placeholder files."""

from pathlib import Path

import pytest
from tests.soc.sigma.load.rule_texts import IDS, loaded, rule

from hodoscope.errors import InputError
from hodoscope.soc.sigma.rule import All, Any, Leaf, LogSource, Match, Not

MAPPING = """
name: ours
transformations:
  - id: fields
    type: field_name_mapping
    mapping: {Image: process.path, User: [user.name, user.id], Host: host.name}
    rule_conditions: [{type: logsource, product: windows}]
"""


def test_fields_are_mapped_where_the_rule_condition_says(tmp_path: Path) -> None:
    """One field to one, one to several alternatives, and not in rules of another product."""
    documents = (rule("a"), rule("b", "User: x"), rule("c", logsource="product: linux"))
    found = loaded(tmp_path, *documents, pipeline=MAPPING).rules
    assert found[0].condition == Leaf("process.path", Match.EQUALS, "x")
    assert found[1].condition == Any((Leaf("user.name", Match.EQUALS, "x"), Leaf("user.id", Match.EQUALS, "x")))
    assert found[2].condition == Leaf("Image", Match.EQUALS, "x")


def test_conditions_and_log_sources_are_changed(tmp_path: Path) -> None:
    """``add_condition`` and ``change_logsource``."""
    pipeline = """
transformations:
  - {type: add_condition, conditions: {EventID: 1}}
  - {type: change_logsource, product: windows, service: sysmon}
"""
    (found,) = loaded(tmp_path, rule("a", logsource="category: process_creation"), pipeline=pipeline).rules
    assert found.logsource == LogSource("windows", "", "sysmon")
    assert found.condition == All((Leaf("EventID", Match.EQUALS, "1"), Leaf("Image", Match.EQUALS, "x")))


def test_dropped_items_leave_the_rest(tmp_path: Path) -> None:
    """A rule of which nothing is left is listed."""
    pipeline = """
transformations:
  - type: drop_detection_item
    field_name_conditions: [{type: include_fields, fields: [User]}]
"""
    found = loaded(tmp_path, rule("a", "{User: x, Image: y}"), rule("b", "User: x"), pipeline=pipeline)
    assert [one.condition for one in found.rules] == [Leaf("Image", Match.EQUALS, "y")]
    assert [one.reason for one in found.unsupported] == ["pipeline: nothing left"]


def test_a_pipeline_may_refuse_a_rule_in_its_own_words(tmp_path: Path) -> None:
    """``rule_failure``."""
    pipeline = "transformations: [{type: rule_failure, message: not on our machines}]"
    (refused,) = loaded(tmp_path, rule("a"), pipeline=pipeline).unsupported
    assert refused.reason == "pipeline: refused"
    assert "not on our machines" in refused.remedy


def test_fields_of_correlations_follow_the_rules_they_refer_to(tmp_path: Path) -> None:
    """The same name may be another field in each rule."""
    correlation = f"""\
title: C
id: {IDS["h"]}
correlation:
    {{type: value_count, rules: [a, b], group-by: [Host], timespan: 1m, condition: {{gte: 2, field: Image}}}}
"""
    (found,) = loaded(
        tmp_path, rule("a"), rule("b", logsource="product: linux"), correlation, pipeline=MAPPING
    ).correlations
    assert found.aliases == (
        ("Host", ((IDS["a"], "host.name"), (IDS["b"], "Host"))),
        ("Image", ((IDS["a"], "process.path"), (IDS["b"], "Image"))),
    )


def test_fields_of_filters_follow_the_rules_they_filter(tmp_path: Path) -> None:
    """Two rules, two spellings."""
    sigma_filter = "title: F\nlogsource: {category: c}\nfilter: {rules: any, s: {Host: h}, condition: not s}"
    documents = (
        rule("a", logsource="product: windows, category: c"),
        rule("b", logsource="product: linux, category: c"),
    )
    found = loaded(tmp_path, *documents, sigma_filter, pipeline=MAPPING).rules
    assert [one.condition.parts[1] for one in found if isinstance(one.condition, All)] == [
        Not(Leaf("host.name", Match.EQUALS, "h")),
        Not(Leaf("Host", Match.EQUALS, "h")),
    ]


def test_another_taxonomy_needs_a_pipeline(tmp_path: Path) -> None:
    """Its field names are none of ours."""
    document = "taxonomy: ecs\n" + rule("a")
    assert [one.reason for one in loaded(tmp_path, document).unsupported] == ["taxonomy"]
    assert len(loaded(tmp_path, document, pipeline=MAPPING).rules) == 1


@pytest.mark.parametrize(
    ("pipeline", "told"),
    [
        ("transformations: [{type: no_such_thing}]", "no_such_thing"),
        ("transformations: [{type: field_name_mapping}]", "correct its transformation"),
        ("transformations: [{type: command_placeholders, command: 'id'}]", "would run a program"),
        (
            "transformations: [{type: nest, items: [{type: http_placeholders, url: 'http://x'}]}]",
            "would reach the network",
        ),
        ("transformations: []\nfinalizers: [{type: concat}]", "finalizers"),
        ("- 1", "mapping"),
        ("name: x", "list of transformations"),
        ("transformations: [", "pipelines.txt:2"),
        ("transformations: []\nunknown: 1", "unknown"),
    ],
)
def test_a_pipeline_that_cannot_be_used_is_an_error(tmp_path: Path, pipeline: str, told: str) -> None:
    """Unlike one bad rule: every rule would come out wrong."""
    with pytest.raises(InputError) as error:
        loaded(tmp_path, rule("a"), pipeline=pipeline)
    assert told in str(error.value)


def test_placeholders_come_from_a_file_of_values(tmp_path: Path) -> None:
    """One value or a list; the values are part of the digest."""
    document = rule("a", "Host|expand: '%servers%'")
    assert [one.reason for one in loaded(tmp_path, document).unsupported] == ["placeholder without value"]
    one = loaded(tmp_path, document, placeholders="servers: srv*")
    two = loaded(tmp_path, document, placeholders="servers: [a, 2]")
    assert one.rules[0].condition == Leaf("Host", Match.STARTSWITH, "srv")
    assert two.rules[0].condition == Any((Leaf("Host", Match.EQUALS, "a"), Leaf("Host", Match.EQUALS, "2")))
    assert one.digest != two.digest
    with pytest.raises(InputError, match="write a text or number"):
        loaded(tmp_path, document, placeholders="servers: {a: b}")
