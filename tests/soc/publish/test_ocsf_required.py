"""What a class requires and a record does not tell is Unknown, and nothing that is known changes."""

from pathlib import Path

import pytest
from tests.support.ocsf_schema import OcsfSchema

from hodoscope.soc.publish.ocsf_required import REQUIRED, fill_required


@pytest.mark.parametrize("class_uid", REQUIRED)
def test_every_missing_object_is_filled_and_says_unknown(class_uid: int) -> None:
    """An empty event of the class gets each object it requires."""
    event: dict[str, object] = {}
    fill_required(event, class_uid)
    assert event.keys() >= set(REQUIRED[class_uid])


def test_what_is_known_is_left_alone() -> None:
    """A caller that is named stays the caller."""
    event: dict[str, object] = {"actor": {"user": {"name": "eve"}}, "api": {"operation": "GetObject"}}
    fill_required(event, 6003)
    assert event["actor"] == {"user": {"name": "eve"}}
    assert event["api"] == {"operation": "GetObject"}
    assert event["src_endpoint"] == {"name": "Unknown"}


def test_a_logon_to_a_known_machine_needs_no_service() -> None:
    """The class asks for one of the two."""
    event: dict[str, object] = {"user": {"name": "eve"}, "dst_endpoint": {"hostname": "pc1"}}
    fill_required(event, 3002)
    assert "service" not in event


def test_filled_objects_are_not_shared_between_events() -> None:
    """A later change of one event must not reach the next."""
    first: dict[str, object] = {}
    second: dict[str, object] = {}
    fill_required(first, 3002)
    fill_required(second, 3002)
    assert first["user"] == second["user"]
    assert first["user"] is not second["user"]


def test_the_table_names_only_what_the_schema_requires(shared_data: Path) -> None:
    """Filling an optional object would invent noise."""
    schema = OcsfSchema.load(shared_data / "soc/ocsf_schema/schema_1_8_0.zip")
    for class_uid, names in REQUIRED.items():
        required = {name for name, attribute in schema.classes[class_uid].attributes.items() if attribute.required}
        assert set(names) <= required, class_uid
