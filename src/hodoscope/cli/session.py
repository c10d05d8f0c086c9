"""Opens what a command works on: store, journal, operator knowledge, mappings, detectors."""

import hashlib
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from hodoscope.cli.places import default_store
from hodoscope.errors import InputError, InterruptedByUserError
from hodoscope.soc.normalise.mapping import FormatMapping, load_mapping, shipped_mappings
from hodoscope.soc.normalise.parsers import parser_for
from hodoscope.soc.storage.event_store import open_store
from hodoscope.soc.storage.interface import EventStore, Journal
from hodoscope.soc.storage.journal import open_journal, open_server_journal
from hodoscope.soc.storage.store_url import DEFAULT_DATABASE, StoreUrl, parse_store_url

DEFAULT_TENANT = "default"


@dataclass(frozen=True, slots=True)
class Session:
    """An open store with its journal."""

    store: EventStore
    journal: Journal
    where: str


@contextmanager
def session(store: str | None, journal: str | None = None, *, create: bool = True) -> Iterator[Session]:
    """Open the store a command changes, with its journal, and close both whatever happens.

    A folder holds the embedded store and its journal; the journal of a server's database is in the default folder, one
    per database: checkpoints of one store say nothing about another. ``journal`` names a PostgreSQL database instead,
    where each store has a schema of its own.
    """
    where = store or default_store()
    with event_store(store, create=create) as events:
        opened = _open_journal(parse_store_url(_address(where)), journal)
        try:
            yield Session(events, opened, where)
        finally:
            opened.close()


@contextmanager
def event_store(store: str | None, *, create: bool = True) -> Iterator[EventStore]:
    """Open the store alone; with ``create`` false one that is not there is an :class:`InputError`."""
    address = _address(store or default_store())
    directory = parse_store_url(address).directory
    if not create and directory is not None and not directory.exists():
        raise InputError(f"no store at {directory}; `hodoscope soc run PATH` makes one, --store names another")
    events = open_store(address)
    if threading.current_thread() is threading.main_thread():
        # The embedded engine takes SIGINT for itself when it opens; Ctrl-C must stay an exception.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield events
    except KeyboardInterrupt:
        raise InterruptedByUserError(
            "interrupted; what was stored is kept, run the same command again to go on"
        ) from None
    finally:
        events.close()


def _address(where: str) -> str:
    return where if "://" in where else f"chdb://{quote(str(Path(where).expanduser().absolute()))}"


def _open_journal(store: StoreUrl, journal: str | None) -> Journal:
    if journal is not None:
        if not journal.startswith(("postgresql://", "postgres://")):
            raise InputError(f"--journal {journal.partition('://')[0]!r}: use postgresql://user@host:5432/database")
        digest = hashlib.sha256(store.shown.encode()).hexdigest()[:12]
        return open_server_journal(journal, f"hodoscope_{store.database[:32]}_{digest}")
    if store.directory is not None:
        suffix = "" if store.database == DEFAULT_DATABASE else f"-{store.database}"
        return open_journal(store.directory / f"journal{suffix}.sqlite")
    return open_journal(
        Path(default_store()).expanduser() / f"journal-{store.host}-{store.port}-{store.database}.sqlite"
    )


def mappings(extra: Sequence[Path] | None) -> Mapping[str, FormatMapping]:
    """The shipped mappings with the operator's own on top."""
    own = [load_mapping(path) for path in extra or []]
    for mapping in own:
        parser_for(mapping)
    return {**shipped_mappings(), **{mapping.format: mapping for mapping in own}}


def known_format(name: str | None, known: Mapping[str, FormatMapping]) -> str | None:
    """The forced format; :class:`InputError` when no mapping reads it: its file would count as read and never be."""
    if name is not None and name not in known:
        raise InputError(f"--format {name!r}: no such format; use one of {', '.join(sorted(known))}")
    return name


def time_options(zone: str | None, year: int | None) -> dict[str, str]:
    """Options the normaliser reads for stamps without zone or year."""
    options = {"zone": zone or "", "year": "" if year is None else str(year)}
    return {key: value for key, value in options.items() if value}
