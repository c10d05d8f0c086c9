"""The bound on real alerts: kept on a random part of the same sites, and what becomes of it at a site never seen.

Data: ``soc/alerts_ait_ads`` (every ``*.csv.gz`` is a site). The model is a table of attack rates per signature; what
is learned, what calibrates the threshold and what checks it are random thirds of all sites but one, then that one.
Repeated alerts of a signature and an address within ten minutes count once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from hodoscope.lifecycle.evaluate.units import Codes, Flags, Floats
from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.risk_control import Bound, close_below, observed

FOLDER = Path("soc") / "alerts_ait_ads"
WINDOW_SECONDS = 600
ALPHA, DELTA = 0.05, 0.05


@dataclass(frozen=True, slots=True)
class Site:
    """One site left out: the missed fraction on a random third of the others and at the site itself.

    ``refuted``: share of ``splits`` in which that third refutes the promise (its whole 95 % interval lies above α). The
    figures are of the first split. ``closed``: share of the site's harmless alerts below the threshold.
    """

    name: str
    bound: Bound
    same: Metric
    here: Metric
    closed: float
    refuted: float
    splits: int


def sites(data: Path, splits: int, seed: int) -> Iterator[Site]:
    """Every site in turn; nothing when the data is absent."""
    alerts = {path.name.partition(".")[0]: _read(path) for path in sorted((data / FOLDER).glob("*.csv.gz"))}
    for name in alerts if len(alerts) > 1 else ():
        others = pl.concat([frame for other, frame in alerts.items() if other != name])
        signature = np.unique(pl.concat([others, alerts[name]])["name"].to_numpy(), return_inverse=True)[1]
        codes, attack = signature[: len(others)], others["attack"].to_numpy()
        yield _left_out(name, codes, attack, signature[len(others) :], alerts[name]["attack"].to_numpy(), splits, seed)


def _left_out(name: str, codes: Codes, attack: Flags, here: Codes, attack_here: Flags, splits: int, seed: int) -> Site:
    runs = []
    for split in range(splits):
        third = np.random.default_rng((seed, split)).integers(0, 3, len(codes))
        rates = _rates(codes[third == 0], attack[third == 0], int(max(codes.max(), here.max())) + 1)
        bound = close_below(rates[codes[(third == 1) & attack]], ALPHA, DELTA)
        missed = bound.acts(rates[codes[(third == 2) & attack]])
        runs.append((bound, missed, rates))
    bound, missed, rates = runs[0]
    lost = bound.acts(rates[here[attack_here]])
    return Site(
        name,
        bound,
        observed(int(missed.sum()), len(missed)),
        observed(int(lost.sum()), len(lost)),
        float(bound.acts(rates[here[~attack_here]]).mean()),
        float(np.mean([observed(int(run[1].sum()), len(run[1])).low > ALPHA for run in runs])),
        splits,
    )


def _rates(codes: Codes, attack: Flags, size: int) -> Floats:
    """Attack rate per signature with one imagined alert of the overall rate; an unknown signature has that rate."""
    overall = attack.mean()
    rates: Floats = (np.bincount(codes, attack, size) + overall) / (np.bincount(codes, minlength=size) + 1)
    return rates


def _read(path: Path) -> pl.DataFrame:
    frame = pl.read_csv(path, columns=["time", "name", "ip", "event_label"], schema_overrides={"time": pl.Float64})
    return (
        frame.with_columns(window=pl.col("time") // WINDOW_SECONDS, attack=pl.col("event_label") != "-")
        .group_by("name", "ip", "window", maintain_order=True)
        .agg(pl.col("attack").max())
    )
