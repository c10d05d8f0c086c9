"""The OCSF judge is itself judged: what is valid passes, each kind of break is named at its place."""

import json
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hodoscope.soc.columns import ALL
from tests.support.ocsf_schema import OcsfSchema
from tests.support.ocsf_validator import Problem, validate
from tests.support_tests.ocsf_event_examples import logon, service_created


@pytest.fixture(scope="module")
def schema(shared_data: Path) -> OcsfSchema:
    """The released 1.8.0 schema."""
    return OcsfSchema.load(shared_data / "soc" / "ocsf_schema" / "schema_1_8_0.zip")


@pytest.mark.parametrize("example", [logon, service_created])
def test_valid_event_has_no_problem(schema: OcsfSchema, example: Callable[[], dict[str, Any]]) -> None:
    """Events written by hand after the schema pass, those of the Windows extension included."""
    assert validate(schema, example()) == []


BREAKS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no such class": ({"class_uid": 3999}, "$.class_uid", "unknown class"),
    "required attribute absent": ({"user": None}, "$.user", "missing"),
    "required attribute of an object absent": ({"metadata": {"version": "1.8.0"}}, "$.metadata.product", "missing"),
    "typo": ({"sevrity": "low"}, "$.sevrity", "unknown attribute"),
    "typo inside": ({"user": {"name": "ada", "domian": "LAB"}}, "$.user.domian", "unknown attribute"),
    "text for a number": ({"time": "2024-01-01"}, "$.time", "wrong type"),
    "bool for a number": ({"severity_id": True}, "$.severity_id", "wrong type"),
    "object where text belongs": ({"message": {}}, "$.message", "wrong type"),
    "text where an object belongs": ({"user": "ada"}, "$.user", "wrong type"),
    "one where many belong": ({"observables": {}}, "$.observables", "wrong type"),
    "not an address": ({"src_endpoint": {"ip": "ws1"}}, "$.src_endpoint.ip", "wrong type"),
    "not a port": ({"src_endpoint": {"ip": "::1", "port": 70_000}}, "$.src_endpoint.port", "wrong type"),
    "not in the enum": ({"logon_type_id": 77}, "$.logon_type_id", "not in enum"),
    "no such observable": ({"observables": [{"type_id": 7777}]}, "$.observables[0].type_id", "not in enum"),
    "type uid off": ({"type_uid": 300202}, "$.type_uid", "uid"),
    "wrong category": ({"category_uid": 4}, "$.category_uid", "uid"),
    "profile not declared": ({"cloud": {"provider": "AWS"}}, "$.cloud", "profile"),
    "empty object": ({"src_endpoint": {}}, "$.src_endpoint", "constraint"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_broken_event_is_named(schema: OcsfSchema, name: str) -> None:
    """Each break gives its kind at its path."""
    change, path, kind = BREAKS[name]
    event = {key: value for key, value in (logon() | change).items() if value is not None}
    assert (path, kind) in {(problem.path, problem.kind) for problem in validate(schema, event)}


def test_typo_suggests_the_name_meant(schema: OcsfSchema) -> None:
    """A near miss says what was probably meant."""
    (problem,) = validate(schema, logon() | {"statsu": "Success"})
    assert problem == Problem("$.statsu", "unknown attribute", "authentication has no statsu; did you mean status?")


def test_declared_profile_makes_its_attributes_required(schema: OcsfSchema) -> None:
    """An event that claims the cloud profile owes a cloud object."""
    event = logon()
    event["metadata"]["profiles"] = ["host", "cloud"]
    assert [problem.path for problem in validate(schema, event)] == ["$.cloud"]


def test_every_column_path_exists_in_the_schema(schema: OcsfSchema) -> None:
    """A column names a real OCSF attribute or says that it is ours; remedy: correct ``ocsf`` in columns.py."""
    wrong = [
        f"{column.name}: {column.ocsf}"
        for column in ALL
        if column.ocsf and not column.note.startswith("ours") and schema.attribute(column.ocsf) is None
    ]
    assert wrong == []


def test_columns_that_claim_to_be_ours_are(schema: OcsfSchema) -> None:
    """A path that OCSF does have is not "ours"; the fingerprint columns flatten an object and say so."""
    ours = [column for column in ALL if column.note.startswith("ours")]
    taken = {column.name for column in ours if schema.attribute(column.ocsf) is not None}
    assert taken == {"tls_ja3_hash", "tls_ja3s_hash"}


def test_community_examples_are_read(schema: OcsfSchema, shared_data: Path) -> None:
    """The community's samples follow older versions: only classes we know and a count are claimed."""
    counts: Counter[str] = Counter()
    with zipfile.ZipFile(shared_data / "soc" / "fixtures_ocsf_examples" / "samples.zip") as samples:
        for name in samples.namelist():
            try:
                event = json.loads(samples.read(name))
            except ValueError:
                continue
            if isinstance(event, dict) and "class_uid" in event:
                counts["events"] += 1
                counts.update({problem.kind for problem in validate(schema, event)})
    assert counts["events"] > 20
    assert counts["unknown class"] < counts["events"] / 10
