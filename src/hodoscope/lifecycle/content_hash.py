"""What a table says, as one hash: independent of chunks, row groups, compression, encodings and column order."""

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def content_hash(table: pa.Table) -> str:
    """SHA-256 (64 hex digits) over column names, types and values; the order of rows counts, that of columns does not.

    Equal are: plain and dictionary-encoded values, ``string`` and ``large_string``, all NaNs. Different are: null
    and the empty string, 0.0 and -0.0, int32 and int64.
    """
    total = hashlib.sha256(b"hodoscope-content/1")
    for name in sorted(table.column_names):
        column = table.column(name)
        kind, hasher = _plain(column.type), _Column()
        for chunk in column.chunks:
            hasher.add(chunk)
        for part in (name, str(kind), hasher.digest()):
            total.update(hashlib.sha256(part.encode()).digest())
    return total.hexdigest()


class _Column:
    """Running hashes of one column (or of one nested field), fed chunk by chunk.

    Validity, lengths and values are hashed apart, so that it does not matter where one chunk ends.
    """

    def __init__(self) -> None:
        self._rows = 0
        self._streams = [hashlib.sha256() for _ in ("valid", "lengths", "values")]
        self._children: dict[int, _Column] = {}

    def add(self, array: pa.Array) -> None:
        array = array.cast(_plain(array.type))
        self._rows += len(array)
        valid, lengths, values = self._streams
        valid.update(np.asarray(array.is_valid()).astype(np.uint8).tobytes())
        if pa.types.is_struct(array.type):
            for number, field in enumerate(array.flatten()):
                self._children.setdefault(number, _Column()).add(field)
            return
        array = array.drop_null()
        if pa.types.is_large_list(array.type):
            lengths.update(np.asarray(pc.list_value_length(array)).astype("<i8").tobytes())
            self._children.setdefault(0, _Column()).add(array.flatten())
        elif pa.types.is_large_string(array.type) or pa.types.is_large_binary(array.type):
            lengths.update(np.asarray(pc.binary_length(array)).astype("<i8").tobytes())
            values.update(_joined_bytes(array))
        elif not pa.types.is_null(array.type):
            values.update(_fixed_bytes(array))

    def digest(self) -> str:
        parts = [str(self._rows), *(stream.hexdigest() for stream in self._streams)]
        parts += [f"{number}:{child.digest()}" for number, child in sorted(self._children.items())]
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type that stands for all types which hold the same values."""
    types = pa.types
    if types.is_dictionary(kind):
        return _plain(kind.value_type)
    if types.is_struct(kind):
        return pa.struct([(field.name, _plain(field.type)) for field in kind])
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return pa.large_list(_plain(kind.value_type))
    if types.is_string(kind) or types.is_string_view(kind) or types.is_decimal(kind):
        return pa.large_string()
    if types.is_binary(kind) or types.is_binary_view(kind) or types.is_fixed_size_binary(kind):
        return pa.large_binary()
    return kind


def _joined_bytes(array: pa.Array) -> memoryview:
    offsets = np.frombuffer(array.buffers()[1], np.int64)[array.offset : array.offset + len(array) + 1]
    return memoryview(array.buffers()[2] or b"")[offsets[0] : offsets[-1]]


def _fixed_bytes(array: pa.Array) -> bytes:
    """Little-endian numbers; instants and durations count units of their type."""
    if pa.types.is_temporal(array.type):
        array = array.cast(pa.int32() if array.type.bit_width == 32 else pa.int64())
    numbers = array.to_numpy(zero_copy_only=False)
    if numbers.dtype.kind == "f":
        numbers = np.where(np.isnan(numbers), np.asarray(np.nan, numbers.dtype), numbers)
    return bytes(numbers.astype(numbers.dtype.newbyteorder("<")).tobytes())
