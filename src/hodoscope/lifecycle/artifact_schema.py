"""The shapes of ``artifact.json`` and ``release.json`` as JSON Schema, for readers in other languages.

Writes ``contracts/model_artifact.json`` and ``contracts/model_release.json``; names and field lists come from the
records themselves, so a field cannot be added here alone.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from hodoscope.lifecycle.artifact.artifact import FORMAT as ARTIFACT_FORMAT
from hodoscope.lifecycle.artifact.artifact import DataUse
from hodoscope.lifecycle.artifact.file_set import MANIFEST, MOST_FILE_BYTES, NAMES, SIGNATURE
from hodoscope.lifecycle.artifact.weights_check import ONNX_FORMAT, OWN_FORMAT
from hodoscope.lifecycle.datasheet import AllowedUse
from hodoscope.lifecycle.release.record import FORMAT as RELEASE_FORMAT
from hodoscope.lifecycle.release.record import Action, Release

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: dict[str, object] = {"type": "string"}
_COUNT: dict[str, object] = {"type": "integer", "minimum": 0}
_DIGEST: dict[str, object] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_TYPES: dict[object, dict[str, object]] = {str: _TEXT, int: _COUNT}


def artifact_schema() -> dict[str, object]:
    """``artifact.json``: the manifest whose SHA-256 is the artifact's identity."""
    listed = sorted(NAMES - {MANIFEST, SIGNATURE})
    use = {one.name: _TYPES[one.type] for one in fields(DataUse)} | {
        "content_hash": _DIGEST,
        "allowed_use": {"enum": [str(use) for use in AllowedUse]},
    }
    file = _object({"sha256": _DIGEST, "bytes": {**_COUNT, "maximum": MOST_FILE_BYTES}})
    properties: dict[str, object] = {
        "format": {"const": ARTIFACT_FORMAT},
        "task": _TEXT,
        "classes": {"type": "array", "items": _TEXT, "minItems": 1},
        "weights_format": {"enum": [OWN_FORMAT, ONNX_FORMAT]},
        "features": _object({"count": _COUNT, "names_hash": _DIGEST}),
        "thresholds": {"type": "object", "additionalProperties": {"type": "number"}},
        "datasets": {"type": "array", "items": _object(use)},
        "settings": {"type": "object"},
        "seed": {"type": "integer"},
        "code_version": _TEXT,
        "files": {"type": "object", "propertyNames": {"enum": listed}, "additionalProperties": file},
    }
    return _named("model_artifact", "Manifest of a model artifact", properties)


def release_schema() -> dict[str, object]:
    """``release.json``: one signed record of the chain."""
    known: dict[str, object] = {
        "counter": {"type": "integer", "minimum": 1},
        "action": {"enum": [str(action) for action in Action]},
        "artifact": _DIGEST,
        "previous": _DIGEST,
        "when": {"type": "string", "format": "date-time"},
        "gate": {"type": "object"},
    }
    properties = {one.name: known.get(one.name, _TEXT) for one in fields(Release)}
    return _named("model_release", "Release record", {"format": {"const": RELEASE_FORMAT}, **properties})


def _object(properties: Mapping[str, object]) -> dict[str, object]:
    """All properties are required, no other is allowed."""
    return {
        "type": "object", "properties": dict(properties), "required": sorted(properties), "additionalProperties": False,
    }  # fmt: skip


def _named(name: str, title: str, properties: Mapping[str, object]) -> dict[str, object]:
    return {"$schema": DIALECT, "$id": f"hodoscope:{name}", "title": title, **_object(properties)}


def generated() -> dict[str, str]:
    """The files this module writes, by their path in the repository."""
    schemas = {"model_artifact": artifact_schema(), "model_release": release_schema()}
    return {f"contracts/{name}.json": json.dumps(schema, indent=2) + "\n" for name, schema in schemas.items()}


def main() -> None:
    """``--write`` writes the files below the current folder."""
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python -m hodoscope.lifecycle.artifact_schema --write")
    for path, text in generated().items():
        Path(path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
