"""Following logs: look again and again, and give out what changed. Growth, rotation and truncation need no case of
their own.

A grown file keeps its identity and goes on at its checkpoint; a rotated one keeps it under its new name; what appears
in its place, or replaces a truncated one, begins differently and is a new source.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from hodoscope.soc.record import RawBatch, SkippedRecord
from hodoscope.soc.sources.discover import resolve
from hodoscope.soc.sources.fingerprint import Known, KnownSources, mark_of
from hodoscope.soc.sources.limits import Limits
from hodoscope.soc.sources.stream_source import Candidate, StreamSource
from hodoscope.soc.sources.walk import OpenFile, open_file, walk

_Look = tuple[int | None, int | None, float | None]  # inode, size, time of change
_SETTLED_ROUNDS = 2  # an audit event ends without a last line; after this many quiet rounds it is complete


class Follower:
    """Finds what is new or has changed since the last round. The caller reads it from its own checkpoints."""

    def __init__(
        self,
        paths: Sequence[str],
        *,
        format: str | None = None,  # noqa: A002 -- as in discover()
        limits: Limits | None = None,
        open_path: OpenFile = open_file,
    ) -> None:
        self._paths = paths
        self._format = format
        self._limits = limits or Limits()
        self._open = open_path
        self._seen: dict[str, _Look] = {}
        self._quiet: dict[str, int] = {}  # rounds without change of sources whose last record waits for more
        self._told: set[tuple[str, str]] = set()

    def changes(self, known: Iterable[Known]) -> list[StreamSource | SkippedRecord]:
        """Sources to read on, each holding back an unfinished last record, and paths not read (each reason once)."""
        changed: list[Candidate | SkippedRecord] = []
        settled: list[Candidate | SkippedRecord] = []
        looks: dict[str, _Look] = {}
        for found in walk(self._paths, self._open) if not self._seen else self._again():
            if isinstance(found, SkippedRecord):
                changed.append(found)
                continue
            look = looks[found.path] = (found.inode, found.size, found.modified)
            if self._seen.get(found.path) != look:
                changed.append(found)
            elif found.path in self._quiet:
                self._quiet[found.path] += 1
                if self._quiet[found.path] == _SETTLED_ROUNDS:
                    settled.append(found)
        self._seen = looks
        remembered = KnownSources(known)
        entries = resolve(changed, remembered, self._limits, self._format, hold_partial=True)
        for entry in entries:
            if isinstance(entry, StreamSource) and entry.found.framing == "auditd":
                self._quiet[entry.path] = 0
        entries += resolve(settled, remembered, self._limits, self._format)
        return [entry for entry in entries if isinstance(entry, StreamSource) or self._is_news(entry)]

    def _again(self) -> Iterator[Candidate | SkippedRecord]:
        return walk([path for path in self._paths if path != "-"], self._open)

    def _is_news(self, letter: SkippedRecord) -> bool:
        key = (letter.path, letter.reason)
        news = key not in self._told and letter.reason not in ("empty", "duplicate")
        self._told.add(key)
        return news


def follow(
    follower: Follower,
    known: Mapping[str, Known],
    *,
    stop: Callable[[], bool],
    sleep: Callable[[float], None],
    poll_seconds: float = 1.0,
    max_records: int = 20_000,
    max_bytes: int = 32 << 20,
) -> Iterator[RawBatch | SkippedRecord | None]:
    """Batches as they appear, until ``stop``; None after each round, when the caller may store and detect.

    ``known``: the checkpoints to start from, by source id. They advance as batches are given out, so the caller must
    store each batch or stop.
    """
    remembered = dict(known)
    while not stop():
        for source in follower.changes(remembered.values()):
            if isinstance(source, SkippedRecord):
                yield source
                continue
            mark = remembered[source.source_id].mark if source.source_id in remembered else None
            remembered[source.source_id] = Known(source.identity, mark)
            for batch in source.read(mark.end if mark else 0, max_records, max_bytes):
                mark = mark_of(batch.end, batch.positions, batch.records, mark)
                remembered[source.source_id] = replace(remembered[source.source_id], mark=mark)
                yield batch
                if stop():
                    return
        yield None
        sleep(poll_seconds)
