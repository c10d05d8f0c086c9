"""What was known when an alert came: what its signature, address and host had said before, and how suspicious that was.

Only earlier alerts of the same group count, never one of the same moment: a feature that sees the future looks
excellent and works nowhere. Nothing tells the absolute time, which in exercises tells the attack.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features
from hodoscope.soc.alert_ranking.first_alerts import codes, first_alerts, require_columns

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
_SECOND = 1_000_000
_WINDOWS = {"10min": 600 * _SECOND, "1h": 3_600 * _SECOND, "1d": 86_400 * _SECOND}
_KEYS = {
    "all": (),
    "signature": ("signature",),
    "address": ("address",),
    "host": ("host",),
    "signature_address": ("signature", "address"),
    "signature_host": ("signature", "host"),
}
_NEVER = 30 * 86_400 * _SECOND
"""A pause of a key that has not spoken before: longer than any that matters."""
_PARTS = 1_000_000
"""Weights are kept in millionths."""


@dataclass(frozen=True, slots=True, eq=False)
class AlertHistory:
    """``first``: row numbers of the first alerts; ``counted``: columns (first alerts,) that need no suspicion."""

    first: Codes
    times: Codes
    keys: Mapping[str, Codes]
    counted: Mapping[str, Floats]

    @classmethod
    def of(cls, alerts: pa.Table) -> Self:
        """Counts of all earlier alerts, flood included; pauses in seconds; as log(1 + x).

        Raises ``InputError`` when alerts lack a column (see ``first_alerts.py``).
        """
        require_columns(alerts)
        first = first_alerts(alerts)
        times = alerts.column("time_us").to_numpy()
        keys, counted = {}, {}
        for name, key in _KEYS.items():
            everything = codes(alerts, "group", *key)
            keys[name] = everything[first]
            before = _Past(everything, times, np.ones(len(times)))
            for window, length in _WINDOWS.items():
                counted[f"{name}_alerts_{window}"] = np.log1p(before.sums(keys[name], times[first], length))
            counted[f"{name}_pause"] = np.log1p(before.pauses(keys[name], times[first]) / _SECOND)
        for name in ("address", "host", "all"):
            hourly = np.log1p(np.expm1(counted[f"{name}_alerts_1d"]) / 24)
            counted[f"{name}_burst"] = counted[f"{name}_alerts_1h"] - hourly
        return cls(first, times[first], keys, counted)

    def features(self, rates: Floats) -> Features:
        """One row per first alert. ``rates`` (first alerts,): how suspicious each signature is, learned elsewhere.

        The sums of the rates of earlier first alerts come beside the counts.
        """
        columns = {"rate": rates, **self.counted}
        for name, keys in self.keys.items():
            suspicious = _Past(keys, self.times, rates)
            for window, length in _WINDOWS.items():
                columns[f"{name}_suspicion_{window}"] = np.log1p(suspicious.sums(keys, self.times, length))
        return Features(tuple(columns), np.stack(list(columns.values()), axis=1))


class _Past:
    """Sums of weights by key over time, answered by binary search in one sorted array."""

    def __init__(self, keys: Codes, times: Codes, weights: Floats) -> None:
        self._start = int(times.min(initial=0)) - 2 * _NEVER
        self._span = int(times.max(initial=0)) - self._start + 1
        if (int(keys.max(initial=0)) + 1) * self._span > 2**62:
            raise InputError(
                f"alerts: {keys.max()} keys over {self._span / _SECOND:.0f} s; rank a shorter time at once"
            )
        order = np.lexsort((times, keys))
        self._places = self._place(keys[order], times[order])
        # Whole numbers add without rounding: what comes later must not change the last bit of what was before.
        whole = np.rint(weights[order] * _PARTS).astype(np.int64)
        self._cumulated = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(whole)])

    def _place(self, keys: Codes, times: Codes) -> Codes:
        return keys * self._span + (times - self._start)

    def sums(self, keys: Codes, times: Codes, length: int) -> Floats:
        """Weights of ``keys`` from ``length`` microseconds before each time until just before it."""
        ends = np.searchsorted(self._places, self._place(keys, times), "left")
        begins = np.searchsorted(self._places, self._place(keys, times - length), "left")
        return np.asarray(np.maximum(self._cumulated[ends] - self._cumulated[begins], 0) / _PARTS)

    def pauses(self, keys: Codes, times: Codes) -> Floats:
        """Microseconds since the key last spoke before each time; a month when it never did."""
        places = self._place(keys, times)
        last = np.searchsorted(self._places, places, "left") - 1
        found = places - self._places[np.maximum(last, 0)]
        return np.asarray(np.where((last >= 0) & (found < _NEVER), found, _NEVER), dtype=np.float64)
