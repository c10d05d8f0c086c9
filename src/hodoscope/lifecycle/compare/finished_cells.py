"""Finished cells on disk, so that an interrupted comparison goes on where it stopped."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from hodoscope.lifecycle.atomic_files import write_file
from hodoscope.lifecycle.compare.candidates import Candidate
from hodoscope.lifecycle.compare.cell import Cell, Problem
from hodoscope.lifecycle.split import Fold

MEASURES = ("setting", "train_seconds", "predict_seconds", "spent_seconds", "size_bytes")


@dataclass(frozen=True, slots=True)
class FinishedCells:
    """A folder of NumPy archives (read without pickle). Without a folder nothing is kept.

    A cell is found again only by the same data, fold, candidate settings, inner folds and seed: they make its name.
    """

    folder: Path | None
    data_hash: str
    inner_folds: int

    def path(self, candidate: Candidate, fold: Fold, seed: int) -> Path | None:
        """Where the cell is kept, or None when nothing is."""
        if self.folder is None:
            return None
        parts = [self.data_hash, repr(candidate), str(self.inner_folds), str(seed)]
        content = "\n".join(parts).encode() + fold.train.tobytes() + b"|" + fold.test.tobytes()
        return self.folder / f"{candidate.name}-{seed}-{hashlib.sha256(content).hexdigest()[:16]}.npz"

    def load(self, candidate: Candidate, fold: Fold, seed: int) -> Cell | None:
        """The finished cell, or None; a file that cannot be read counts as not there and is written anew."""
        path = self.path(candidate, fold, seed)
        if path is None or not path.is_file():
            return None
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
                setting, train, predict, spent, size = arrays["measures"].tolist()
                return Cell(arrays["probabilities"], int(setting), train, predict, spent, int(size))
        except (OSError, ValueError, KeyError, BadZipFile):
            return None

    def save(self, candidate: Candidate, fold: Fold, seed: int, cell: Cell) -> None:
        """Keeps the cell, whole or not at all. Raises ``StoreError`` when the disk does not take it."""
        path = self.path(candidate, fold, seed)
        if path is None:
            return
        stream = io.BytesIO()
        measures = np.array([getattr(cell, name) for name in MEASURES], np.float64)
        np.savez_compressed(stream, probabilities=cell.probabilities, measures=measures)
        write_file(path, stream.getvalue())


def data_hash(problem: Problem) -> str:
    """SHA-256 over features, labels, classes and groups."""
    features = problem.features
    digest = hashlib.sha256(features.names_hash.encode() + "\n".join(problem.classes).encode())
    values = features.values
    arrays = [values.data, values.indices, values.indptr] if features.sparse else [np.ascontiguousarray(values)]
    for array in (*arrays, problem.labels, problem.groups):
        digest.update(array.tobytes())
    return digest.hexdigest()
