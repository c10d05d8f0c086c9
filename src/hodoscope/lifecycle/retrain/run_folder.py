"""What a retraining has done so far, one file per finished step, so that a killed one goes on where it was."""

import fcntl
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hodoscope.errors import StoreBusyError, StoreError
from hodoscope.lifecycle import atomic_files

BEGUN, OUTCOME = "run", "outcome"
DATA = "data.parquet"
HELD = "held.json"


@dataclass(frozen=True, slots=True)
class Run:
    """One retraining. ``data.parquet`` beside the steps is the data it began with: later rows do not disturb it."""

    folder: Path

    @property
    def name(self) -> str:
        """Its id: the same data, champion, seed and code have the same."""
        return self.folder.name

    @property
    def data(self) -> Path:
        """Where the data it began with lie."""
        return self.folder / DATA

    def done(self, step: str) -> dict[str, Any] | None:
        """What a finished step found; None when it is not finished. :class:`StoreError` for a damaged file."""
        path = self.folder / f"{step}.json"
        try:
            document: dict[str, Any] = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise StoreError(f"{path}: cannot be read ({error}); remove {self.folder} to train anew") from None
        return document

    def finish(self, step: str, found: Mapping[str, object]) -> dict[str, Any]:
        """Write down what a step found; it will not be done again."""
        text = json.dumps(found, sort_keys=True, indent=1, allow_nan=False)
        atomic_files.write_file(self.folder / f"{step}.json", text.encode() + b"\n")
        document: dict[str, Any] = json.loads(text)
        return document


def unfinished(folder: Path) -> Run | None:
    """The run below ``folder`` that has begun and has no outcome; None when all are done."""
    runs = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    for path in runs:
        if (path / f"{BEGUN}.json").is_file() and not (path / f"{OUTCOME}.json").is_file():
            return Run(path)
    return None


def held_before(folder: Path) -> list[str]:
    """Keys of the labels that were held back when the champion was trained; empty when there were none.

    :class:`StoreError` for a damaged list: without it those labels would be learned in silence.
    """
    path = folder / HELD
    try:
        return [str(key) for key in json.loads(path.read_bytes())]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(f"{path}: cannot be read ({error}); restore it from your backup") from None


def remember_held(folder: Path, keys: Sequence[str]) -> None:
    """Write the keys down for the next retraining; correcting the data is what takes a label off."""
    atomic_files.write_file(folder / HELD, json.dumps(list(keys), indent=1).encode())


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One retraining of a task at a time; :class:`StoreBusyError` when another process is at it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise StoreError(f"{folder}: cannot be written ({error.strerror}); give another folder") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreBusyError(f"{folder}: another retraining is running; wait for it") from None
        yield
