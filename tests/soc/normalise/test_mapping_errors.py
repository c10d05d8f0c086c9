"""A mistake in a mapping file is found when it is read, with file, key and what was probably meant."""

from pathlib import Path

import pytest

from hodoscope.errors import MappingError
from hodoscope.soc.normalise.mapping import load_mapping, shipped_mappings
from hodoscope.soc.normalise.parsers import PARSERS, parser_for

GOOD = "format: mine\nparser: json\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("parser: json\n", "'format'"),
        (GOOD + "colums: {}\n", "unknown key 'colums'; did you mean 'columns'?"),
        (GOOD + "columns: {actor_user_nam: a}\n", "no column named 'actor_user_nam'; did you mean 'actor_user_name'?"),
        (GOOD + "columns: {zzz: a}\n", "docs/schema.md"),
        (GOOD + "columns: {actor_user_name: {from: a, apply: [uper]}}\n", "columns.actor_user_name"),
        (GOOD + "rules: [{name: a, wen: {}}]\n", "rules[0]: unknown key 'wen'; did you mean 'when'?"),
        (GOOD + "rules: [{name: a}, {name: a}]\n", "two rules are named 'a'"),
        (GOOD + "rules: {}\n", "expected a list"),
        (GOOD + "columns: []\n", "expected a mapping"),
        (GOOD + "columns_from: ecs\n", "only 'ocsf'"),
        (GOOD + "ecs: {user.name: [actor_user_nam]}\n", "ecs.user.name: no column named 'actor_user_nam'; did you"),
        (GOOD + "identity: id\n", "expected a list"),
        ("- a\n", "expected a mapping"),
        ("a: [\n", "not valid YAML"),
    ],
)
def test_mistakes_name_file_key_and_remedy(tmp_path: Path, text: str, words: str) -> None:
    """The message is one line an operator can act on."""
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(MappingError) as caught:
        load_mapping(path)
    message = str(caught.value)
    assert str(path) in message
    assert words in message, message


def test_an_unknown_parser_lists_the_known_ones(tmp_path: Path) -> None:
    """And so does no other place."""
    path = tmp_path / "mine.yaml"
    path.write_text("format: mine\nparser: jsn\n")
    with pytest.raises(MappingError, match="unknown parser 'jsn'; known: json"):
        parser_for(load_mapping(path))


def test_every_shipped_mapping_loads_and_every_parser_is_used() -> None:
    """The table of parsers holds nothing that nobody needs."""
    mappings = shipped_mappings()
    assert {mapping.parser for mapping in mappings.values()} == set(PARSERS)
    assert all(mapping.rules[-1].name == "" and not mapping.rules[-1].when for mapping in mappings.values())
    assert all(name == mapping.format == mapping.path.stem for name, mapping in mappings.items())


def test_a_rule_inherits_the_base_and_may_take_a_column_away(tmp_path: Path) -> None:
    """``null`` in a rule removes what the base gives; the class sets the category."""
    path = tmp_path / "mine.yaml"
    path.write_text(
        GOOD
        + "columns: {actor_user_name: a, user_name: b}\nrules: [{name: r, class: 201001, columns: {user_name: null}}]\n"
    )
    rule, base = load_mapping(path).rules
    assert set(base.columns) == {"actor_user_name", "user_name"}
    assert set(rule.columns) == {"actor_user_name", "class_uid", "category_uid"}


def test_extends_and_include_make_one_document(tmp_path: Path) -> None:
    """A group's conditions hold for each of its rules; own keys win over extended ones."""
    (tmp_path / "base.yaml").write_text(GOOD + "title: Base\nignore: [x]\n")
    (tmp_path / "group.yaml").write_text(
        "when: {kind: k}\nset: {device_os_name: Linux}\nrules: [{name: g, when: {more: m}}]\n"
    )
    path = tmp_path / "mine.yaml"
    path.write_text("extends: base.yaml\ntitle: Mine\ninclude: [group.yaml]\nrules: [{name: own}]\n")
    mapping = load_mapping(path)
    assert mapping.title == "Mine"
    assert [rule.name for rule in mapping.rules] == ["own", "g", ""]
    assert [condition.path for condition in mapping.rules[1].when] == ["kind", "more"]
    assert "device_os_name" in mapping.rules[1].columns
    assert "x" in mapping.rules[0].used
