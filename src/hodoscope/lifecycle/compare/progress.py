"""Live progress of a comparison on standard error; a line now and then where there is no terminal."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

SECONDS_BETWEEN_LINES = 20


class ProgressBar:
    """Counts finished cells; call it with what was finished. Use it as a context manager."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        console = Console(stderr=True)
        self._live = console.is_terminal and not quiet
        self._quiet = quiet
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=console, transient=True, disable=not self._live,
        )  # fmt: skip
        self._task = self._bar.add_task("comparing", total=total)
        self._total, self._done, self._printed = total, 0, time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, description: str) -> None:
        self._done += 1
        self._bar.update(self._task, completed=self._done, description=f"{description:24}")
        now = time.monotonic()
        if not self._live and not self._quiet and now - self._printed > SECONDS_BETWEEN_LINES:
            self._printed = now
            sys.stderr.write(f"comparing: {self._done} of {self._total} ({description})\n")
