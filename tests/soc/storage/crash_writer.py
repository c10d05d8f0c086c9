"""The writing half of the kill test, run as a program: DIRECTORY BATCH [JOURNAL URL].

It ingests made-up batches until it is killed or done.

The protocol is the pipeline's: record the range, leave out what is stored, insert, commit.
"""

import sys
from pathlib import Path

import pyarrow as pa
from tests.support.events import SOURCE, event_table, ids, made_up_finding

from hodoscope.soc.storage.event_store import open_store
from hodoscope.soc.storage.journal import open_journal, open_server_journal
from hodoscope.soc.storage.known_ids import KnownIds

EVENTS, BATCH = 24_000, 200


def main(directory: Path, batch: int, server: str = "") -> None:
    """Resume from the checkpoint and say so on every commit."""
    store = open_store(f"chdb://{directory}")
    journal = open_server_journal(server, "killed") if server else open_journal(directory / "journal.sqlite")
    known = KnownIds(store, "default")
    print("open", flush=True)
    at = journal.checkpoint("default", SOURCE).position
    while at < EVENTS:
        count = min(batch, EVENTS - at)
        token = journal.begin_batch("default", SOURCE, at, at + count)
        events = event_table(count, first=at)
        mask = known.new_mask(ids(events), pa.concat_arrays(events.column("time").chunks))
        if mask.any():
            store.insert_events(events.filter(pa.array(mask)), token)
        store.insert_findings([made_up_finding(str(at // 1000))], token)
        at += count
        journal.commit_batch("default", SOURCE, token, at, count, None)
    store.close()
    journal.close()
    print("done", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
