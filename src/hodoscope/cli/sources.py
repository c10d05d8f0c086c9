"""Opens what the operator named, with what the journal remembers, so that a grown or renamed file is known again."""

from collections.abc import Iterable, Sequence

from hodoscope.errors import InputError
from hodoscope.soc.record import SkippedRecord
from hodoscope.soc.sources.discover import discover
from hodoscope.soc.sources.fingerprint import Identity, Known, Mark
from hodoscope.soc.sources.interface import Source
from hodoscope.soc.storage.interface import Checkpoint, Journal, SourceRecord


def open_sources(
    paths: Sequence[str], log_format: str | None, journal: Journal, tenant: str
) -> list[Source | SkippedRecord]:
    """Every source below the paths, in a fixed order."""
    known = known_sources(journal, tenant)
    return checked(discover(paths, format=log_format, known=known), paths)


def checked(discovered: Iterable[Source | SkippedRecord], paths: Sequence[str]) -> list[Source | SkippedRecord]:
    """What was discovered; :class:`InputError` when a path does not exist or there is nothing at all."""
    if not paths:
        raise InputError("name at least one file, folder, glob or - for standard input")
    found = list(discovered)
    absent = [item.path for item in found if isinstance(item, SkippedRecord) and item.reason == "not found"]
    if absent:
        raise InputError(f"not found: {', '.join(absent)}; check the path or the glob")
    if not found:
        raise InputError(f"nothing to read at {', '.join(paths)}; check the path or the glob")
    return found


def known_sources(journal: Journal, tenant: str) -> list[Known]:
    """Every source the journal remembers, with how far it is stored."""
    return [_known(record, journal.checkpoint(tenant, record.source_id)) for record in journal.sources(tenant)]


def _known(record: SourceRecord, checkpoint: Checkpoint) -> Known:
    identity = Identity(record.source_id, record.prefix_length, record.prefix_digest)
    if checkpoint.last_position is None:
        return Known(identity)
    return Known(identity, Mark(checkpoint.position, checkpoint.last_position, checkpoint.last_digest))
