"""Detector state: bounded maps that expire by event time, and bytes that execute nothing when loaded.

A snapshot is JSON with a seal (detector name and rule hash). What one would get wrong: JSON has no tuples, bytes or
sets and only text keys, so each detector turns its state into plain lists itself and sorts what has no order; then
equal states give equal bytes, which the laws compare.
"""

from base64 import b64decode, b64encode
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Generic, TypeAlias, TypeVar, cast

import numpy as np
import orjson

from hodoscope.errors import InputError
from hodoscope.soc.detectors.evidence import Note, rule_hash
from hodoscope.soc.detectors.interface import DetectorSpec

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
"""What a snapshot may hold."""

K = TypeVar("K", bound=str | int | tuple[str, ...])
V = TypeVar("V")


class RecentMap(Generic[K, V]):
    """Map that forgets entries untouched for ``keep_us`` of event time, and the longest untouched beyond ``limit``.

    Times passed must not decrease. Forgetting depends only on the sequence of calls, hence not on batches. A detector
    chooses ``keep_us`` so that a forgotten entry could not have mattered; ``limit`` bounds memory against an attacker
    who invents keys, at the price that more than ``limit`` keys at once hide the oldest. An ``OrderedDict`` on purpose:
    in a plain one, finding the first key after many deletions at the front is linear (measured: 60 µs instead of 1).
    """

    __slots__ = ("_entries", "keep_us", "limit")

    def __init__(self, keep_us: int, limit: int) -> None:
        self.keep_us = keep_us
        self.limit = limit
        self._entries: OrderedDict[K, tuple[int, V]] = OrderedDict()

    def get(self, key: K, now_us: int) -> V | None:
        """The value touched within ``keep_us`` before ``now_us``; does not touch it."""
        entry = self._entries.get(key)
        return None if entry is None or entry[0] + self.keep_us < now_us else entry[1]

    def put(self, key: K, now_us: int, value: V) -> None:
        """Set and touch; forgets what is stale or beyond the limit."""
        entries = self._entries
        entries[key] = (now_us, value)
        entries.move_to_end(key)
        oldest = next(iter(entries))
        while len(entries) > self.limit or entries[oldest][0] + self.keep_us < now_us:
            del entries[oldest]
            oldest = next(iter(entries))

    def drop(self, key: K) -> None:
        """Forget a key now."""
        self._entries.pop(key, None)

    def items(self) -> Iterator[tuple[K, int, V]]:
        """(key, last touch, value), least recently touched first: the order a snapshot must keep."""
        return ((key, touched, value) for key, (touched, value) in self._entries.items())

    def restore(self, key: K, touched_us: int, value: V) -> None:
        """Append an entry of a snapshot, in the order of :meth:`items`, forgetting nothing."""
        self._entries[key] = (touched_us, value)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries


def seal(spec: DetectorSpec, state: Plain) -> bytes:
    """Plain state as bytes that say whose they are."""
    return orjson.dumps({"detector": spec.name, "rule_hash": rule_hash(spec), "state": state})


def unseal(spec: DetectorSpec, data: bytes) -> Plain:
    """The inverse of :func:`seal`; ``InputError`` for another detector, version or parameters, or damaged bytes."""
    try:
        snapshot = orjson.loads(data)
        sealed = (snapshot["detector"], snapshot["rule_hash"])
        state = cast("Plain", snapshot["state"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        message = f"detector {spec.name}: its state snapshot is damaged ({error}); replay to rebuild it"
        raise InputError(message) from error
    if sealed != (spec.name, rule_hash(spec)):
        raise InputError(
            f"detector {spec.name}: the state snapshot belongs to {sealed[0]} with other version or parameters; "
            "restore those, or start a new state and replay"
        )
    return state


def notes_to_plain(notes: Iterable[Note]) -> Plain:
    """Evidence notes as plain lists."""
    return [[note.event_id.hex(), note.time_us, note.field, note.value] for note in notes]


def notes_from_plain(plain: Plain) -> list[Note]:
    """The inverse of :func:`notes_to_plain`."""
    rows = cast("list[tuple[str, int, str, str]]", plain)
    return [Note(bytes.fromhex(event_id), time_us, field, value) for event_id, time_us, field, value in rows]


def hashes_to_plain(hashes: Iterable[int]) -> str:
    """64-bit unsigned hashes, in the order given, as base64 of little-endian words (8 bytes instead of 20 digits)."""
    return b64encode(np.fromiter(hashes, dtype="<u8").tobytes()).decode()


def hashes_from_plain(plain: Plain) -> list[int]:
    """The inverse of :func:`hashes_to_plain`."""
    words: list[int] = np.frombuffer(b64decode(cast("str", plain)), dtype="<u8").tolist()
    return words
