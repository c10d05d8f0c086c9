"""A keyword's evidence names the field of the record that holds it."""

import pytest

from hodoscope.soc.sigma.reference import explain
from hodoscope.soc.sigma.rule import Leaf, Match
from hodoscope.soc.sigma.streaming.keyword_place import SNIPPET, keyword_place

RECORD = '{"Event":{"System":{"Channel":"A"},"Data":[{"k":"C:\\\\Temp\\\\x"},{"k":"Evil Tool"}],"n":4688,"none":null}}'


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        (Leaf("", Match.CONTAINS, "c:\\temp"), ("Event.Data.k", "C:\\Temp\\x", 0, 7)),
        (Leaf("", Match.CONTAINS, "Tool", cased=True), ("Event.Data.k", "Evil Tool", 5, 9)),
        (Leaf("", Match.GLOB, "evil*l"), ("Event.Data.k", "Evil Tool", 0, 9)),
        (Leaf("", Match.REGEX, "T[a-z]+p"), ("Event.Data.k", "C:\\Temp\\x", 3, 7)),
        (Leaf("", Match.CONTAINS, "4688"), ("Event.n", "4688", 0, 4)),
    ],
)
def test_the_field_its_value_and_the_place_in_it(keyword: Leaf, expected: tuple[str, str, int, int]) -> None:
    """Whatever the spelling in JSON; the judge says the same."""
    assert keyword_place(keyword, RECORD, (0, 1)) == expected
    told = explain(keyword, {}, RECORD, json_raw=True)[0]
    assert (told.field, told.value) == expected[:2]


@pytest.mark.parametrize(
    ("record", "keyword"),
    [
        ('{"a":"b","c":"d"}', Leaf("", Match.REGEX, '"b","c"')),  # spans two fields
        ('{"a":"b","c":"d"}', Leaf("", Match.GLOB, "b*d")),
        ('{"needle":"d"}', Leaf("", Match.CONTAINS, "needle")),  # a name
        ('{"broken":"needle"', Leaf("", Match.CONTAINS, "needle")),
        ("sshd: needle", Leaf("", Match.CONTAINS, "needle")),
    ],
)
def test_what_no_single_field_holds_is_in_the_record(record: str, keyword: Leaf) -> None:
    assert keyword_place(keyword, record, (2, 4)) == ("raw", record, 2, 4)
    assert explain(keyword, {}, record, json_raw=record[0] == "{")[0].field == "raw"


def test_of_a_long_record_the_text_around_the_keyword_is_shown() -> None:
    record = "x" * 1_000 + "needle" + "x" * 1_000
    field, value, start, end = keyword_place(Leaf("", Match.CONTAINS, "needle"), record, (1_000, 1_006))
    assert (field, value[start:end], len(value)) == ("raw", "needle", SNIPPET + 6)
