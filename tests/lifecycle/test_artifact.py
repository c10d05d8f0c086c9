"""An artifact is data, complete, and the same bytes whenever it is made from the same."""

import json
from dataclasses import replace

import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact.artifact import Artifact
from hodoscope.lifecycle.artifact.file_set import MANIFEST
from tests.lifecycle.trained_artifacts import small_artifact


def test_an_artifact_survives_its_files() -> None:
    """Read again it is equal, down to the digest."""
    artifact = small_artifact()
    again = Artifact.from_files(artifact.to_files())
    assert again == artifact
    assert again.digest == artifact.digest


def test_training_twice_gives_the_same_bytes() -> None:
    """Same data, settings, seed and code; another seed gives another artifact."""
    assert small_artifact(seed=3).to_files() == small_artifact(seed=3).to_files()
    assert small_artifact(seed=3).digest != small_artifact(seed=4).digest


@pytest.mark.parametrize("name", sorted(small_artifact().to_files()))
def test_a_changed_file_is_refused(name: str) -> None:
    """Also without a signature: the manifest holds every other file's hash."""
    files = small_artifact().to_files()
    with pytest.raises(InputError):
        Artifact.from_files({**files, name: files[name] + b" "})


@pytest.mark.parametrize("name", sorted(small_artifact().to_files()))
def test_a_missing_file_is_refused(name: str) -> None:
    """The message names it."""
    files = small_artifact().to_files()
    del files[name]
    with pytest.raises(InputError, match=name):
        Artifact.from_files(files)


def test_an_unlisted_file_is_refused() -> None:
    """Even one whose name an artifact may have."""
    with pytest.raises(InputError, match=r"weights\.bin"):
        Artifact.from_files({**small_artifact().to_files(), "weights.bin": b"\0" * 8})


@pytest.mark.parametrize(
    ("key", "value"),
    [("task", None), ("seed", "x"), ("classes", 3), ("datasets", [{}]), ("thresholds", {"dga": None}), ("more", 1)],
)
def test_a_manifest_of_another_shape_is_refused(key: str, value: object) -> None:
    """A wrong type, and a key that this version does not know."""
    files = small_artifact().to_files()
    manifest = json.loads(files[MANIFEST]) | {key: value}
    with pytest.raises(InputError, match=MANIFEST):
        Artifact.from_files({**files, MANIFEST: json.dumps(manifest).encode()})


@pytest.mark.parametrize("content", [b"", b"[" * 100_000, b"\xff", b"\x80\x04."])
def test_a_manifest_that_is_no_json_is_refused(content: bytes) -> None:
    """Deep nesting does not end the process."""
    with pytest.raises(InputError, match=MANIFEST):
        Artifact.from_files({**small_artifact().to_files(), MANIFEST: content})


def test_values_json_cannot_hold_are_refused() -> None:
    """At the time of writing, not at the time of reading."""
    with pytest.raises(InputError, match="JSON"):
        replace(small_artifact(), settings={"penalty": float("nan")}).to_files()
    with pytest.raises(InputError, match="thresholds"):
        replace(small_artifact(), thresholds={"dga": float("inf")})
    with pytest.raises(InputError, match="thresholds"):
        replace(small_artifact(), thresholds={"phishing": 0.5})
