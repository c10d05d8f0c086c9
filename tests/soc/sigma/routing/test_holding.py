"""Where mappings keep vendor fields, told from the mapping files."""

from pathlib import Path

import pytest

from hodoscope.soc.normalise.mapping import FormatMapping, load_mapping
from hodoscope.soc.normalise.paths import parse_path
from hodoscope.soc.sigma.interface import FieldSource
from hodoscope.soc.sigma.routing.holding import Holding, path_of, written

DOORS = """
format: doors
parser: {parser}
time: []
keep: [kept]
columns:
  user_name: holder
  device_hostname: [door, place]
  src_endpoint_ip: {{from: reader, apply: [ip]}}
  src_endpoint_hostname: 'parts[0].name'
  dst_endpoint_port: port
  http_response_code: code
  message: kept.inner
"""


def holding(tmp_path: Path, parser: str = "json") -> Holding:
    path = tmp_path / "doors.yaml"
    path.write_text(DOORS.format(parser=parser), encoding="utf-8")
    mapping: FormatMapping = load_mapping(path)
    return Holding(mapping, mapping.rules[-1])


def test_a_copied_field_is_its_column(tmp_path: Path) -> None:
    assert holding(tmp_path).sources("holder") == (FieldSource("user_name", path=("[]",)),)
    assert holding(tmp_path, "windows").sources("holder") == (FieldSource("user_name"),)
    assert holding(tmp_path, "windows").sources("port") == (FieldSource("dst_endpoint_port"),)


def test_a_changed_value_and_a_number_are_read_from_the_record(tmp_path: Path) -> None:
    assert holding(tmp_path).sources("reader") == (FieldSource("raw", path=("reader",)),)
    assert holding(tmp_path).sources("code") == (FieldSource("raw", path=("code",)),)
    assert holding(tmp_path).is_lost("reader")
    shapes = holding(tmp_path, "windows").sources("code")
    assert FieldSource("raw", path=("Event", "EventData", "code")) in shapes
    assert FieldSource("raw", path=("code",)) in shapes


def test_a_field_no_column_holds_is_a_key_or_inside_a_list_of_a_shorter_one(tmp_path: Path) -> None:
    assert holding(tmp_path).sources("a.b.c") == (
        FieldSource("unmapped", "a.b.c", ("[]",)),
        FieldSource("unmapped", "a.b", ("c",)),
        FieldSource("unmapped", "a", ("b", "c")),
    )
    assert holding(tmp_path, "windows").sources("Threat Name") == (FieldSource("unmapped", "Threat Name"),)


def test_a_kept_field_is_a_key_though_a_column_reads_it(tmp_path: Path) -> None:
    assert holding(tmp_path).sources("kept") == (FieldSource("unmapped", "kept", ("[]",)),)
    assert not holding(tmp_path).is_lost("kept")


def test_a_column_of_several_fields_is_its_first_one_and_others_only_when_they_mean_the_same(tmp_path: Path) -> None:
    column = (FieldSource("device_hostname", path=("[]",)),)
    assert holding(tmp_path).sources("door") == column
    assert holding(tmp_path).sources("place") == (FieldSource("raw", path=("place",)),)
    assert holding(tmp_path).is_lost("place")
    assert holding(tmp_path).sources("place", frozenset(("door", "place"))) == column
    assert not holding(tmp_path).is_lost("place", frozenset(("door", "place")))


def test_a_list_read_for_one_element_is_lost_as_a_whole(tmp_path: Path) -> None:
    assert holding(tmp_path).sources("parts.name") == (FieldSource("raw", path=("parts", "name")),)


@pytest.mark.parametrize(
    ("path", "steps"),
    [("a.b", ("a", "b")), ("a[].b", ("a", "b")), ("a[2]", ("a", "[2]")), ("a[n=x].v", ("a", "[n=x]", "v"))],
)
def test_steps_are_written_as_field_sources_read_them(path: str, steps: tuple[str, ...]) -> None:
    assert written(parse_path(path)) == steps


def test_names_of_rules_become_paths() -> None:
    assert path_of("id.orig_h", "zeek") == "id\\.orig_h"
    assert path_of("userIdentity.arn", "json") == "userIdentity.arn"
    assert parse_path(path_of("odd[", "json")) == ("odd[",)
