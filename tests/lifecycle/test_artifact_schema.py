"""The published shapes are those of the files we write, and refuse what our readers refuse."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from hodoscope.errors import HodoscopeError
from hodoscope.lifecycle.artifact.artifact import Artifact
from hodoscope.lifecycle.artifact.file_set import MANIFEST
from hodoscope.lifecycle.artifact_schema import artifact_schema, release_schema
from hodoscope.lifecycle.release.record import Release
from tests.lifecycle.release_site import make_site
from tests.lifecycle.trained_artifacts import small_artifact

FILES = small_artifact().to_files()
Draft202012Validator: Any = import_module("jsonschema").Draft202012Validator  # has no types
ARTIFACT, RELEASE = Draft202012Validator(artifact_schema()), Draft202012Validator(release_schema())


def test_the_shapes_are_valid_schemas() -> None:
    """Of the dialect they name."""
    for schema in (artifact_schema(), release_schema()):
        Draft202012Validator.check_schema(schema)


def test_what_we_write_has_the_published_shape(tmp_path: Path) -> None:
    """A real artifact's manifest and a real release."""
    ARTIFACT.validate(json.loads(FILES[MANIFEST]))
    RELEASE.validate(json.loads(make_site(tmp_path).release("ab" * 32).content))


MANIFEST_CHANGES: list[dict[str, Any]] = [
    {"format": "other/1"},
    {"weights_format": "pickle"},
    {"features": {"count": 3}},
    {"datasets": [{"name": "x"}]},
    {"files": {"../card.md": {"sha256": "ab" * 32, "bytes": 1}}},
    {"thresholds": {"dga": "high"}},
    {"more": 1},
]


@pytest.mark.parametrize("change", MANIFEST_CHANGES, ids=str)
def test_schema_and_reader_refuse_the_same_manifests(change: dict[str, Any]) -> None:
    """Neither is the laxer one."""
    document = json.loads(FILES[MANIFEST]) | change
    assert not ARTIFACT.is_valid(document)
    with pytest.raises(HodoscopeError):
        Artifact.from_files({**FILES, MANIFEST: json.dumps(document).encode()})


@pytest.mark.parametrize("change", [{"counter": 0}, {"action": "hide"}, {"artifact": "ab"}, {"more": 1}], ids=str)
def test_schema_and_reader_refuse_the_same_releases(tmp_path: Path, change: dict[str, Any]) -> None:
    """Likewise."""
    document = json.loads(make_site(tmp_path).release("ab" * 32).content) | change
    assert not RELEASE.is_valid(document)
    with pytest.raises(HodoscopeError):
        Release.from_bytes(json.dumps(document).encode(), "here")
