"""Run the main path in this process and kill it with SIGKILL at its Nth step, or let it end.

``python -m tests.support.kill_worker STORE LOGS KILL_AT RECORDS PAGE`` — KILL_AT 0 never kills; RECORDS and PAGE are
batch sizes. A step is one call on the store or the journal, before or after it took effect. Prints the number of steps.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from hodoscope.cli.startup import keep_pandas_out

CHANGING = frozenset(
    (
        "insert_events",
        "insert_findings",
        "insert_dead_letters",
        "begin_batch",
        "commit_batch",
        "commit_detection",
        "reset_detection",
        "acknowledge",
        "record_source",
        "start_run",
        "finish_run",
    )
)


class Counting:
    """Passes every call on and ends the process without warning when its turn has come."""

    steps = 0
    kill_at = 0

    def __init__(self, inner: object) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if name not in CHANGING:
            return method

        def call(*args: object, **keywords: object) -> object:
            self._step()
            result = method(*args, **keywords)
            self._step()
            return result

        return call

    @staticmethod
    def _step() -> None:
        Counting.steps += 1
        if Counting.steps == Counting.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """See the module's text."""
    keep_pandas_out()
    from hodoscope.cli.progress import IngestProgress
    from hodoscope.cli.session import mappings, session
    from hodoscope.cli.sources import open_sources
    from hodoscope.soc.detectors.registry import build_all
    from hodoscope.soc.enrich.knowledge import Knowledge
    from hodoscope.soc.event import utc_now
    from hodoscope.soc.ingestion import BatchSize
    from hodoscope.soc.pipeline import Pipeline

    store, logs, kill_at, records, page = sys.argv[1:]
    Counting.kill_at = int(kill_at)
    with session(store) as opened:
        pipeline = Pipeline(
            Counting(opened.store),
            Counting(opened.journal),
            mappings(None),
            build_all(),
            Knowledge(),
            "default",
            {},
            utc_now,
            BatchSize(int(records)),
            int(page),
            commit_rows=int(page) * 2,
        )
        sources = open_sources([str(Path(logs))], None, opened.journal, "default")
        pipeline.ingest(sources, IngestProgress(None, quiet=True))
        pipeline.detect(lambda _: None)
    print(Counting.steps)


if __name__ == "__main__":
    main()
