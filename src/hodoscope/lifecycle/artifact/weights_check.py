"""Refuses weights that are not plain data, before anything tries to load them."""

from collections.abc import Mapping

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact.file_set import ONNX

ONNX_FORMAT, OWN_FORMAT = "onnx", "hodoscope-weights"
_PICKLES = tuple(bytes((0x80, protocol)) for protocol in range(2, 6))
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"\x93NUMPY", b"\x89HDF")  # torch, joblib, NumPy and Keras files


def weights_format(files: Mapping[str, bytes]) -> str:
    """``onnx`` (opaque bytes, loaded by nothing here) or ``hodoscope-weights`` (JSON, binary, LightGBM text).

    ``InputError`` for none, a mixture, and content that is not what its name says, a pickle above all.
    """
    names = sorted(files)
    if not names:
        raise InputError("the artifact has no weights")
    for name, content in files.items():
        if name != "weights.bin" and content.startswith((*_PICKLES, *_ARCHIVES)):
            raise InputError(
                f"{name} is a pickle or an archive: loading it can execute code; export the weights as data"
            )
    if names == [ONNX]:
        if not files[ONNX].startswith(b"\x08"):  # protobuf field 1 (ir_version) comes first in every exporter's file
            raise InputError(f"{ONNX}: not an ONNX model; the first field has to be ir_version")
        return ONNX_FORMAT
    if ONNX in files or "weights.json" not in files:
        raise InputError(
            f"weights {', '.join(names)}: give either {ONNX} alone or weights.json with what belongs to it"
        )
    if "weights.txt" in files and not files["weights.txt"].startswith(b"tree\n"):
        raise InputError("weights.txt: not a LightGBM model in text form; it begins with the line 'tree'")
    return OWN_FORMAT
