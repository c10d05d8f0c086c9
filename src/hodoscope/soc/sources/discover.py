"""The entry of reading: what the operator named becomes sources, each with an identity, and everything else a reason.

All heads are read before the first source is given out, because a later file may turn out to be the longer copy of an
earlier one; about 0.2 ms per file.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.archive import ZIP_MAGIC, Archives
from hodoscope.soc.sources.copies import Relation, relation
from hodoscope.soc.sources.detect import Detected, binary_kind, detect
from hodoscope.soc.sources.fingerprint import (
    WINDOW_BYTES,
    Identity,
    Known,
    KnownSources,
    digest_of_blocks,
    identify,
    window_of,
)
from hodoscope.soc.sources.limits import Limits
from hodoscope.soc.sources.stream import ByteStream
from hodoscope.soc.sources.stream_source import Candidate, StreamSource, as_text, read_head
from hodoscope.soc.sources.walk import OpenFile, not_read, open_file, walk


def discover(
    paths: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002 -- the name that the interface, the command line and the mappings use
    limits: Limits | None = None,
    known: Iterable[Known] = (),
    open_path: OpenFile = open_file,
) -> Iterator[StreamSource | SkippedRecord]:
    """Sources and paths not read, in a fixed order. Never raises for what it finds.

    ``known`` is what the checkpoint store remembers: it keeps the identity of files that have grown.
    """
    return iter(resolve(walk(paths, open_path), KnownSources(known), limits or Limits(), format))


def resolve(
    found: Iterable[Candidate | SkippedRecord],
    known: KnownSources,
    limits: Limits,
    forced: str | None,
    *,
    hold_partial: bool = False,
) -> list[StreamSource | SkippedRecord]:
    """Candidates with their identity, format and framing; copies of one another once."""
    plan = _Plan(limits, known, forced, hold_partial)
    for candidate in found:
        plan.consider(candidate)
    plan.settle()
    return plan.entries


@dataclass
class _Plan:
    limits: Limits
    known: KnownSources
    forced: str | None
    hold_partial: bool
    entries: list[StreamSource | SkippedRecord] = field(default_factory=list)
    _alike: dict[str, list[int]] = field(default_factory=dict)  # window digest → entries that begin with it
    _claimed: set[str] = field(default_factory=set)
    _archives: Archives | None = None
    _waiting: list[tuple[Candidate, list[str]]] = field(default_factory=list)

    def consider(self, found: Candidate | SkippedRecord) -> None:
        """Adds the entry or entries of one finding."""
        if isinstance(found, SkippedRecord):
            self.entries.append(found)
            return
        try:
            archive = not found.once and _magic(found).startswith(ZIP_MAGIC)
            if not archive:
                self._add(found)
        except OSError as error:
            self.entries.append(not_read(found.path, "unreadable", error.strerror or str(error)))
            return
        if archive:
            self._archives = self._archives or Archives(self.limits)
            for member in self._archives.members(found):
                self._guarded(member)

    def _guarded(self, member: Candidate | SkippedRecord) -> None:
        if isinstance(member, SkippedRecord):
            self.entries.append(member)
            return
        try:
            self._add(member)
        except OSError as error:
            self.entries.append(not_read(member.path, "unreadable", error.strerror or str(error)))

    def settle(self) -> None:
        """Small files that hold exactly what is stored already: a copy from before a file grew, if the grown one is
        here too, else the file itself."""
        for candidate, known in self._waiting:
            if self._claimed.isdisjoint(known):
                self._add(candidate, last=True)
            else:
                self.entries.append(not_read(candidate.path, "duplicate", "the beginning of a file that has grown"))

    def _add(self, candidate: Candidate, *, last: bool = False) -> None:
        head, fault = read_head(candidate, self.limits)
        if not head:
            reason, detail = (fault.reason, fault.detail) if fault else ("empty", "no bytes")
            self.entries.append(not_read(candidate.path, reason, detail))
            return
        kind = "a zip archive inside compression: unpack it first" if head.startswith(ZIP_MAGIC) else binary_kind(head)
        if kind:
            self.entries.append(not_read(candidate.path, "not a log", kind))
            return
        window = window_of(head)
        fresh = identify(window)
        whole = window == head and len(head) < WINDOW_BYTES
        if self._is_copy(candidate, fresh, whole=whole):
            return
        if whole and not candidate.once and not last:
            matching = self.known.matching(window)
            known = [entry.identity.id for entry in matching if entry.identity.digest == fresh.digest]
            if known:
                self._waiting.append((candidate, known))
                return
        found = detect(as_text(head), self.forced)
        source = StreamSource(candidate, self._identity(candidate, window, fresh, found), found, self.limits,
                              hold_partial=self.hold_partial)  # fmt: skip
        self._claimed.add(source.source_id)
        self._alike.setdefault(fresh.digest, []).append(len(self.entries))
        self.entries.append(source)

    def _is_copy(self, candidate: Candidate, fresh: Identity, *, whole: bool) -> bool:
        """Whether the candidate is a copy of an earlier entry; the longer of two copies stays, under the same
        identity."""
        for at in self._alike.get(fresh.digest, []):
            earlier = self.entries[at]
            if not isinstance(earlier, StreamSource) or candidate.once or earlier.candidate.once:
                continue
            how: Relation = "same" if whole else relation(earlier.candidate, candidate, self.limits)
            if how == "different":
                continue
            if how == "longer":  # the candidate goes on where the earlier one ends
                self.entries[at] = not_read(earlier.path, "duplicate", f"the beginning of {candidate.path}")
                longer = StreamSource(
                    candidate, earlier.identity, earlier.found, self.limits, hold_partial=self.hold_partial
                )
                self._alike[fresh.digest][self._alike[fresh.digest].index(at)] = len(self.entries)
                self.entries.append(longer)
            else:
                words = "the same content as" if how == "same" else "the beginning of"
                self.entries.append(not_read(candidate.path, "duplicate", f"{words} {earlier.path}"))
            return True
        return False

    def _identity(self, candidate: Candidate, window: bytes, fresh: Identity, found: Detected) -> Identity:
        taken = set(self._claimed)
        matching = self.known.matching(window)
        for entry in sorted(matching, key=lambda entry: -(entry.mark.end if entry.mark else 0)):
            identity = Identity(entry.identity.id, fresh.prefix_length, fresh.digest)
            if identity.id in self._claimed:
                continue
            if entry.mark is None or StreamSource(candidate, identity, found, self.limits).holds(entry.mark):
                return identity
            taken.add(identity.id)
        if fresh.id not in taken or candidate.once:
            return fresh
        with ByteStream(candidate.open(), self.limits, candidate.size) as stream:
            return Identity(digest_of_blocks(stream.blocks()), fresh.prefix_length, fresh.digest)


def _magic(candidate: Candidate) -> bytes:
    file = candidate.open()
    try:
        return file.read(4) or b""
    finally:
        file.close()
