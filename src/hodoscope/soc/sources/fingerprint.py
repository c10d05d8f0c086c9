"""Which stream is this? An identity from content, so that copies, renamed, rotated and gzipped files are one source.

The rule, over the decompressed bytes:

1. An identity is the SHA-256 (32 hex digits) of the first 64 KiB, or of the whole stream while it is shorter.
2. A stream keeps the identity it got at first sight while it grows: :class:`Identity` holds the prefix it was last
   seen with (``prefix_length``, ``digest``), which is recorded beside its checkpoint, and a stream that begins with
   this prefix *is* it.
3. Beyond the first 64 KiB the last stored record is the proof (:class:`Mark`): hosts cloned from one image share a long
   prefix, and a file is continued only if it has this very record at this very place. A stream that shares the first
   64 KiB with another, but not the rest, gets the SHA-256 of all of its bytes (at most 1 GiB) as its identity.
4. EVTX rewrites its file header and chunk headers while it grows: there the first event record takes the place of the
   prefix.

The window is 64 KiB, not the 1 KiB usual with log shippers, because format detection reads it anyway and because
headers of Zeek and CSV files and the first lines after a reboot fill a kilobyte with the same bytes.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

import orjson

WINDOW_BYTES = 1 << 16
WHOLE_BYTES = 1 << 30
EVTX_MAGIC = b"ElfFile\x00"
_EVTX_FIRST_RECORD = 4096 + 512  # file header, chunk header
_RECORD_MAGIC = b"\x2a\x2a\x00\x00"


@dataclass(frozen=True, slots=True)
class Identity:
    """``id`` never changes; ``digest`` covers the first ``prefix_length`` bytes of the window as last seen."""

    id: str
    prefix_length: int
    digest: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The last stored record of a source: its position, its digest, and where reading goes on."""

    end: int
    last_position: int
    last_digest: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a checkpoint store remembers of a source; ``mark`` is None before its first stored record."""

    identity: Identity
    mark: Mark | None = None

    def as_text(self) -> str:
        """One line for a checkpoint store."""
        return orjson.dumps(self).decode()

    @classmethod
    def from_text(cls, text: str) -> "Known":
        """The inverse of :meth:`as_text`."""
        value = orjson.loads(text)
        mark = value["mark"]
        return cls(Identity(**value["identity"]), Mark(**mark) if mark else None)


def digest_of(data: bytes) -> str:
    """32 hex digits of the SHA-256."""
    return hashlib.sha256(data).hexdigest()[:32]


def window_of(head: bytes) -> bytes:
    """The bytes of a stream's head (its first 64 KiB or more) that identify it."""
    if head.startswith(EVTX_MAGIC):
        at = _EVTX_FIRST_RECORD
        size = int.from_bytes(head[at + 4 : at + 8], "little")
        if head[at : at + 4] == _RECORD_MAGIC and 24 < size <= len(head) - at:
            return head[at : at + size]
    return head[:WINDOW_BYTES]


def identify(window: bytes) -> Identity:
    """The identity of a stream never seen before."""
    digest = digest_of(window)
    return Identity(digest, len(window), digest)


def digest_of_blocks(blocks: Iterable[bytes]) -> str:
    """Rule 3: the identity of a stream that only differs from another after the window."""
    whole, left = hashlib.sha256(b"whole stream\0"), WHOLE_BYTES
    for block in blocks:
        whole.update(block[:left])
        left -= len(block)
        if left <= 0:
            break
    return whole.hexdigest()[:32]


def mark_of(end: int, positions: list[int], records: list[bytes], before: Mark | None = None) -> Mark | None:
    """The mark after a stored batch; one without records moves ``end`` only."""
    whole = bisect_left(positions, end)  # a last line without its end is read again, see lines.resume
    if whole:
        return Mark(end, positions[whole - 1], digest_of(records[whole - 1]))
    return Mark(end, before.last_position, before.last_digest) if before else None


class KnownSources:
    """Finds the known sources that a stream may continue, the longest recorded prefix first."""

    def __init__(self, known: Iterable[Known] = ()) -> None:
        self._by_prefix: dict[int, dict[str, list[Known]]] = {}
        for entry in known:
            self.add(entry)

    def add(self, entry: Known) -> None:
        by_digest = self._by_prefix.setdefault(entry.identity.prefix_length, {})
        by_digest.setdefault(entry.identity.digest, []).append(entry)

    def matching(self, window: bytes) -> list[Known]:
        """Known sources whose recorded prefix this window begins with."""
        whole = self._by_prefix.get(len(window), {}).get(digest_of(window), [])
        found: list[Known] = []
        running, done = hashlib.sha256(), 0
        for length in sorted(n for n in self._by_prefix if 0 < n < len(window)):
            running.update(window[done:length])
            done = length
            found = self._by_prefix[length].get(running.copy().hexdigest()[:32], []) + found
        return whole + found
