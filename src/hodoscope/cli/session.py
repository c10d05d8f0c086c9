"""Opens what a command works on: store, journal, operator knowledge, mappings, detectors."""

import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hodoscope.cli.places import default_store
from hodoscope.errors import InterruptedByUserError
from hodoscope.soc.normalise.mapping import FormatMapping, load_mapping, shipped_mappings
from hodoscope.soc.storage.event_store import open_store
from hodoscope.soc.storage.interface import EventStore, Journal
from hodoscope.soc.storage.journal import open_journal

DEFAULT_TENANT = "default"


@dataclass(frozen=True, slots=True)
class Session:
    """An open store with its journal."""

    store: EventStore
    journal: Journal
    where: str


@contextmanager
def session(store: str | None) -> Iterator[Session]:
    """Open the store a command works on and close it whatever happens.

    A folder holds the embedded store and its journal; with a server URL the journal stays in the default folder.
    """
    where = store or default_store()
    is_url = "://" in where
    folder = Path(
        default_store() if is_url and not where.startswith("chdb:") else where.removeprefix("chdb://")
    ).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    events = open_store(where if is_url else f"chdb://{folder.absolute()}")
    if threading.current_thread() is threading.main_thread():
        # The embedded engine takes SIGINT for itself when it opens; Ctrl-C must stay an exception.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        journal = open_journal(folder / "journal.sqlite")
        try:
            yield Session(events, journal, where)
        except KeyboardInterrupt:
            raise InterruptedByUserError(
                "interrupted; what was stored is kept, run the same command again to go on"
            ) from None
        finally:
            journal.close()
    finally:
        events.close()


def mappings(extra: Sequence[Path] | None) -> Mapping[str, FormatMapping]:
    """The shipped mappings with the operator's own on top."""
    own = [load_mapping(path) for path in extra or []]
    return {**shipped_mappings(), **{mapping.format: mapping for mapping in own}}


def time_options(zone: str | None, year: int | None) -> dict[str, str]:
    """Options the normaliser reads for stamps without zone or year."""
    options = {"zone": zone or "", "year": str(year) if year else ""}
    return {key: value for key, value in options.items() if value}
