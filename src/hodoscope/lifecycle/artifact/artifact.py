"""What a model is, as a record and as files. The same record gives the same bytes; its digest is its identity.

Times, hosts and measured speed are left out on purpose: the same data, settings, seed and code give the same artifact.
Those belong to the release record.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact.file_set import (
    CARD,
    EVALUATION,
    FEATURES,
    MANIFEST,
    PREPROCESSING,
    WEIGHTS,
    check_name,
)
from hodoscope.lifecycle.artifact.weights_check import weights_format
from hodoscope.lifecycle.features import names_hash
from hodoscope.lifecycle.metric import Evaluation

FORMAT = "hodoscope-artifact/1"


@dataclass(frozen=True, slots=True)
class DataUse:
    """A data set the model learned from, as its datasheet said at the time."""

    name: str
    content_hash: str
    rows: int
    licence: str
    allowed_use: str


@dataclass(frozen=True, slots=True)
class Artifact:
    """``weights`` maps file name → content (``Model.to_weights().to_files()``, or ``weights.onnx`` alone).

    ``preprocessing`` and ``settings`` hold JSON values, ``thresholds`` the probability from which a class is decided,
    ``card`` the model card in Markdown, ``code_version`` what trained it.

    Raises ``InputError`` for weights that are no plain data and for values that JSON has no form for.
    """

    task: str
    classes: tuple[str, ...]
    weights: Mapping[str, bytes]
    feature_names: tuple[str, ...]
    preprocessing: Mapping[str, object]
    thresholds: Mapping[str, float]
    evaluation: Evaluation
    datasets: tuple[DataUse, ...]
    settings: Mapping[str, object]
    seed: int
    code_version: str
    card: str

    def __post_init__(self) -> None:
        weights_format(self.weights)
        unknown = sorted(self.thresholds.keys() - set(self.classes))
        if unknown or not all(math.isfinite(value) for value in self.thresholds.values()):
            raise InputError(f"thresholds {dict(self.thresholds)}: finite numbers for classes of {list(self.classes)}")

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the manifest, which holds the SHA-256 of every other file."""
        return hashlib.sha256(self.to_files()[MANIFEST]).hexdigest()

    @property
    def size_bytes(self) -> int:
        """Bytes of weights and preprocessing: what a consumer downloads and keeps in memory."""
        return sum(map(len, self.weights.values())) + len(_json(dict(self.preprocessing)))

    def to_files(self) -> dict[str, bytes]:
        """File name → content, without the signature."""
        files = {
            **self.weights,
            FEATURES: _json(list(self.feature_names)),
            PREPROCESSING: _json(dict(self.preprocessing)),
            EVALUATION: _json(self.evaluation.to_json()),
            CARD: self.card.encode(),
        }
        manifest = {
            "format": FORMAT,
            "task": self.task,
            "classes": list(self.classes),
            "weights_format": weights_format(self.weights),
            "features": {"count": len(self.feature_names), "names_hash": names_hash(self.feature_names)},
            "thresholds": dict(self.thresholds),
            "datasets": [asdict(dataset) for dataset in self.datasets],
            "settings": dict(self.settings),
            "seed": self.seed,
            "code_version": self.code_version,
            "files": {name: {"sha256": _sha256(files[name]), "bytes": len(files[name])} for name in sorted(files)},
        }
        return {MANIFEST: _json(manifest), **files}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """Read what :meth:`to_files` gave, executing nothing. ``InputError`` names the file and the place in it.

        The manifest's hashes are checked; who vouches for the manifest is the signature's business.
        """
        manifest = _object(files, MANIFEST)
        for name in sorted(files.keys() | _strings(manifest, "files").keys()):
            check_name(name, "artifact")
            promised = _strings(manifest, "files").get(name, {})
            if name != MANIFEST and (name not in files or promised.get("sha256") != _sha256(files[name])):
                raise InputError(f"artifact: {name} is missing or not the file that {MANIFEST} lists")
        if manifest.get("format") != FORMAT:
            raise InputError(f"{MANIFEST}: $.format is {manifest.get('format')!r}; this version reads {FORMAT!r}")
        names = _parsed(files, FEATURES)
        promised_names = _strings(manifest, "features").get("names_hash")
        if not isinstance(names, list) or names_hash(tuple(map(str, names))) != promised_names:
            raise InputError(f"{FEATURES}: not the feature names whose hash {MANIFEST} holds")
        try:
            artifact = cls(
                task=str(manifest["task"]),
                classes=tuple(map(str, manifest["classes"])),
                weights={name: files[name] for name in WEIGHTS if name in files},
                feature_names=tuple(map(str, names)),
                preprocessing=_object(files, PREPROCESSING),
                thresholds={name: float(value) for name, value in _strings(manifest, "thresholds").items()},
                evaluation=Evaluation.from_json(files[EVALUATION]),
                datasets=tuple(_data_use(entry) for entry in manifest["datasets"]),
                settings=_strings(manifest, "settings"),
                seed=int(manifest["seed"]),
                code_version=str(manifest["code_version"]),
                card=files[CARD].decode(),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(f"{MANIFEST}: not the manifest of an artifact ({error!r})") from None
        if artifact.to_files() != dict(files):
            raise InputError(f"{MANIFEST}: holds more than an artifact of {FORMAT} does, or in another spelling")
        return artifact


def _data_use(entry: Mapping[str, Any]) -> DataUse:
    texts = {name: str(entry[name]) for name in ("name", "content_hash", "licence", "allowed_use")}
    return DataUse(rows=int(entry["rows"]), **texts)


def _object(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    document = _parsed(files, name)
    if not isinstance(document, dict):
        raise InputError(f"{name}: expected a JSON object")
    return document


def _parsed(files: Mapping[str, bytes], name: str) -> object:
    if name not in files:
        raise InputError(f"artifact: {name} is missing; copy the whole artifact")
    try:
        return json.loads(files[name])
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: not JSON ({error})") from None


def _strings(manifest: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = manifest.get(key)
    if not isinstance(value, dict):
        raise InputError(f"{MANIFEST}: $.{key}: expected an object")
    return value


def _json(document: object) -> bytes:
    """One spelling per value: sorted keys, no spaces, UTF-8, no NaN."""
    try:
        text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"artifact: a value has no form in JSON ({error}); use finite numbers, text, lists") from None
    return text.encode() + b"\n"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
