"""What predicting costs: processor time per 1,000 rows, measured here and now."""

import statistics
import time

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.model import Model

ROWS, REPEATS = 1000, 7


def cpu_per_thousand_rows(model: Model, features: Features) -> Metric:
    """Milliseconds of processor time of all threads: the median of ``REPEATS`` runs, with the least and the most.

    Processor time, because a busy machine must not decide a promotion. The first run (caches, lazy imports) does not
    count. ``InputError`` without rows.
    """
    if not features.rows:
        raise InputError("speed: no rows to predict")
    model.predict(features)
    times = []
    for _ in range(REPEATS):
        began = time.process_time()
        model.predict(features)
        times.append((time.process_time() - began) * 1000 * ROWS / features.rows)
    return Metric(statistics.median(times), min(times), max(times), "ms", REPEATS)
