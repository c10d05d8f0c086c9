"""A model as data: a kind, settings and arrays, in files that can be read without executing anything."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError

FORMAT = "hodoscope-weights/1"
JSON_FILE, BINARY_FILE, TEXT_FILE = "weights.json", "weights.bin", "weights.txt"
MOST_INLINE_VALUES = 4096
"""A model of up to so many numbers is one readable JSON file; a larger one keeps its numbers in ``weights.bin``."""
DTYPES = ("<f4", "<f8", "<i4", "<i8")


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """``kind`` names the model class, ``settings`` are JSON values (classes, names hash …), ``arrays`` its numbers.

    ``text`` is a model in the text format of its library (LightGBM), else empty.
    """

    kind: str
    settings: Mapping[str, object]
    arrays: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)
    text: str = ""

    def to_files(self) -> dict[str, bytes]:
        """File name → content; the same weights give the same bytes.

        ``weights.json`` always; ``weights.bin`` (little-endian, each array at a multiple of 8 bytes) for more than
        ``MOST_INLINE_VALUES`` numbers; ``weights.txt`` for a text model.
        """
        inline = sum(array.size for array in self.arrays.values()) <= MOST_INLINE_VALUES
        described: dict[str, object] = {}
        binary = bytearray()
        for name, array in sorted(self.arrays.items()):
            stored = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
            if stored.dtype.str not in DTYPES:
                raise InputError(f"weights {self.kind}.{name}: {array.dtype} is not one of {', '.join(DTYPES)}")
            place = {"values": stored.ravel().tolist()} if inline else {"offset": len(binary)}
            described[name] = {"dtype": stored.dtype.str, "shape": list(stored.shape), **place}
            if not inline:
                binary += stored.tobytes() + bytes(-stored.nbytes % 8)
        beside = {BINARY_FILE: bytes(binary), TEXT_FILE: self.text.encode()}
        beside = {name: content for name, content in beside.items() if content}
        head = {
            "format": FORMAT,
            "kind": self.kind,
            "settings": dict(self.settings),
            "arrays": described,
            "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in beside.items()},
        }
        text = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return {JSON_FILE: text.encode() + b"\n", **beside}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """Reads what :meth:`to_files` wrote. Raises ``InputError`` naming the file and what is wrong with it."""
        if JSON_FILE not in files:
            raise InputError(f"{JSON_FILE}: missing; a model has it beside {', '.join(sorted(files)) or 'nothing'}")
        try:
            head = json.loads(files[JSON_FILE])
            if head["format"] != FORMAT:
                raise InputError(f"{JSON_FILE}: $.format is {head['format']!r}; this version reads {FORMAT!r}")
            for name, digest in head["sha256"].items():
                if hashlib.sha256(files.get(name, b"")).hexdigest() != digest:
                    raise InputError(f"{name}: missing or not the file that {JSON_FILE} was written with; restore it")
            binary = files.get(BINARY_FILE, b"")
            arrays = {str(name): _array(entry, binary) for name, entry in head["arrays"].items()}
            text = files.get(TEXT_FILE, b"").decode()
            return cls(str(head["kind"]), dict(head["settings"]), arrays, text)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(f"{JSON_FILE}: not the weights of a model ({error!r})") from None

    def identity(self) -> tuple[tuple[str, ...], str]:
        """Class names and the names hash of the features, which every kind of model keeps in its settings."""
        classes, names_hash = self.settings["classes"], self.settings["names_hash"]
        if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes) or len(classes) < 2:
            raise InputError(f"weights {self.kind}: $.settings.classes: expected two or more names")
        if not isinstance(names_hash, str):
            raise InputError(f"weights {self.kind}: $.settings.names_hash: expected text")
        return tuple(classes), names_hash

    def array(self, name: str, shape: tuple[int | None, ...]) -> NDArray[Any]:
        """The array ``name``. Raises ``InputError`` when it is missing or of another shape (None: any length)."""
        found = self.arrays.get(name)
        if found is None:
            raise InputError(f"weights {self.kind}: no array {name!r} among {sorted(self.arrays)}")
        if len(found.shape) != len(shape) or any(w not in (None, n) for w, n in zip(shape, found.shape, strict=True)):
            raise InputError(f"weights {self.kind}.{name}: shape {found.shape}, expected {shape}")
        return found

    @property
    def size_bytes(self) -> int:
        """Bytes of all its files together."""
        return sum(len(content) for content in self.to_files().values())


def _array(entry: Mapping[str, object], binary: bytes) -> NDArray[np.generic]:
    dtype, shape = entry["dtype"], entry["shape"]
    if dtype not in DTYPES or not isinstance(shape, list):
        raise ValueError(f"array of dtype {dtype!r} and shape {shape!r}")
    if "values" in entry:
        return np.array(entry["values"], str(dtype)).reshape(shape)
    offset = entry["offset"]
    if not isinstance(offset, int) or offset < 0:
        raise ValueError(f"offset {offset!r}")
    return np.frombuffer(binary, str(dtype), int(np.prod(shape)), offset).reshape(shape)
