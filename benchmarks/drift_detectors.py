"""Who watches the streams: our monitor and River's detectors, on all columns and on a model's scores."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from river.base import DriftDetector
from river.drift import ADWIN, KSWIN, PageHinkley

from benchmarks.drift_streams import Stream
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.models.boosting import BoostingTrainer
from hodoscope.lifecycle.monitor.drift import DriftMonitor, DriftSettings

Floats = NDArray[np.float64]
Watch = Callable[[Stream, int], list[int]]
"""Rows of a stream's values at which it gives alarm, ascending; the second argument is the block of the reference."""
WINDOW, STEP = 200, 50
_LAST_OF_REFERENCE = 500
"""A detector that forgets is shown the end of the reference only."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """``name`` with its setting; ``watch`` sees the stream as the view makes it."""

    name: str
    view: str
    watch: Watch


def watchers() -> list[Watcher]:
    """Ours at two shares of false triggers; River's at their defaults and at stricter settings."""
    found = [
        Watcher(f"{view} / ours, {share:g} of windows", view, _ours(share)) for view in VIEWS for share in (0.01, 0.001)
    ]
    peers: dict[str, Callable[[int], DriftDetector]] = {
        "ADWIN, delta .002 (default)": lambda columns: ADWIN(),
        "ADWIN, delta .002 / columns": lambda columns: ADWIN(delta=0.002 / columns),
        "PageHinkley, threshold 50 (default)": lambda columns: PageHinkley(),
        "PageHinkley, threshold 5": lambda columns: PageHinkley(threshold=5),
        "KSWIN, alpha .005 (default)": lambda columns: KSWIN(seed=7),
        "KSWIN, alpha .0001": lambda columns: KSWIN(alpha=0.0001, seed=7),
    }
    for name, make in peers.items():
        # One KSWIN takes 0.3 ms a row: one per column would take minutes for what one on the scores shows.
        views = ("scores",) if "KSWIN" in name else ("columns",) if "/ columns" in name else tuple(VIEWS)
        found += [Watcher(f"{view} / {name}", view, _river(make)) for view in views]
    return sorted(found, key=lambda watcher: watcher.view)


def scored(stream: Stream) -> Stream:
    """The stream of probabilities that a model trained on one half of the reference gives; the other half is scored.

    A model's scores of its own training rows are another distribution than those of new ones.
    """
    trains, rest = (np.arange(first, stream.reference.rows, 2) for first in (0, 1))
    trainer = BoostingTrainer(rounds=50)
    labels = stream.labels[trains]
    model = trainer.fit(stream.reference.take(trains), labels, ("benign", "attack"), None, 7)
    reference, values = (
        Features(("score",), model.predict(features)[:, 1:])
        for features in (stream.reference.take(rest), stream.values)
    )
    return Stream(reference, stream.labels[rest], values, stream.change)


def ranked(stream: Stream) -> Stream:
    """Ranks among the reference: detectors of means must not hang on the unit of a column."""
    ordered = np.sort(stream.reference.dense(), axis=0)

    def ranks(features: Features) -> Features:
        columns = [
            (np.searchsorted(known, column, "left") + np.searchsorted(known, column, "right")) / (2 * len(known))
            for known, column in zip(ordered.T, features.dense().T, strict=True)
        ]
        return Features(features.names, np.stack(columns, axis=1))

    return Stream(ranks(stream.reference), stream.labels, ranks(stream.values), stream.change)


VIEWS: dict[str, Callable[[Stream], Stream]] = {"columns": ranked, "scores": scored}


def _ours(share: float) -> Watch:
    def watch(stream: Stream, block: int) -> list[int]:
        window = min(WINDOW, stream.reference.rows // 4)
        settings = DriftSettings(window=window, block=block, false_trigger_share=share, deals=2000)
        monitor = DriftMonitor.fit(stream.reference, settings)
        alarms: list[int] = []
        for end in range(window, stream.values.rows + 1, STEP):
            if alarms and end - alarms[-1] < WINDOW:
                continue
            if monitor.check(stream.values.take(np.arange(end - window, end))).drifted:
                alarms.append(end)
        return alarms

    return watch


def _river(make: Callable[[int], DriftDetector]) -> Watch:
    """One detector per column; the alarm of any is an alarm, and one within a window of the last tells the same."""

    def watch(stream: Stream, block: int) -> list[int]:
        known, values = stream.reference.dense()[-_LAST_OF_REFERENCE:], stream.values.dense()
        count = values.shape[1]
        rows = {row for column in range(count) for row in _alarms(make(count), known[:, column], values[:, column])}
        alarms: list[int] = []
        for row in sorted(rows):
            if not alarms or row - alarms[-1] >= WINDOW:
                alarms.append(row)
        return alarms

    return watch


def _alarms(detector: DriftDetector, known: Floats, values: Floats) -> list[int]:
    for value in known.tolist():
        detector.update(value)
    found = []
    for row, value in enumerate(values.tolist(), 1):
        detector.update(value)
        if detector.drift_detected:
            found.append(row)
    return found
