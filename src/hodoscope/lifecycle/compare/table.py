"""The table that decides, as text and as JSON."""

from collections.abc import Mapping

from hodoscope.lifecycle.compare.candidates import BASELINE
from hodoscope.lifecycle.compare.comparison import Comparison, Row
from hodoscope.lifecycle.metric import Metric

SHOWN = ("ap", "recall_at_fpr_0.01", "log_loss")
"""Figures beside the headline, where there are any of the name."""


def to_text(comparison: Comparison) -> str:
    """One line per candidate: headline with interval, noise of splitting, other figures, size, speed, training time."""
    shown = [name for name in SHOWN if any(row.scores and name in row.scores.figures for row in comparison.rows)]
    head = f"{'model':10} {comparison.headline + ' (95 %)':>22} {'split sd':>8}"
    head += "".join(f" {name.replace('recall_at_fpr_0.01', 'R@FPR.01'):>9}" for name in shown)
    head += f" {'bytes':>11} {'µs/row':>8} {'train s':>8}  "
    lines = [head, *(_line(comparison, row, shown) for row in comparison.rows)]
    lines += [f"note: {note}" for note in comparison.notes]
    return "\n".join([*lines, f"take: {comparison.taken or 'none'} ({comparison.why})"]) + "\n"


def to_json(comparison: Comparison) -> dict[str, object]:
    """``{"metrics", "baselines", "config"}`` as every benchmark writes it; names are ``MODEL.FIGURE``."""
    metrics: dict[str, object] = {}
    baselines: dict[str, object] = {}
    for row in comparison.rows:
        (baselines if row.name == BASELINE else metrics).update(
            {f"{row.name}.{name}": metric.to_json() for name, metric in _metrics(row).items()}
        )
    config = {
        **comparison.config,
        "headline": comparison.headline,
        "taken": comparison.taken,
        "why": comparison.why,
        "notes": list(comparison.notes),
        "problems": {row.name: row.problem for row in comparison.rows if row.problem},
        "settings": {row.name: dict(row.settings) for row in comparison.rows},
    }
    return {"metrics": metrics, "baselines": baselines, "config": config}


def _metrics(row: Row) -> Mapping[str, Metric]:
    found = {name: repeated.metric for name, repeated in row.scores.figures.items()} if row.scores else {}
    cells = sum(row.settings.values())
    costs = {
        "size": (row.size_bytes, "bytes"),
        "predict": (row.micros_per_row, "us/row"),
        "train": (row.train_seconds, "cpu-s"),
        "spent": (row.spent_seconds, "cpu-s"),
    }
    noise = {
        f"{name}_split_sd": Metric(repeated.fold_noise, repeated.fold_noise, repeated.fold_noise, "sd", cells)
        for name, repeated in (row.scores.figures.items() if row.scores else ())
    }
    return {
        **found,
        **noise,
        **{name: Metric(value, value, value, unit, cells) for name, (value, unit) in costs.items()},
    }


def _line(comparison: Comparison, row: Row, shown: list[str]) -> str:
    costs = f" {row.size_bytes:11,.0f} {row.micros_per_row:8.2f} {row.train_seconds:8.2f}"
    if row.scores is None:
        return f"{row.name:10} {'–':>22} {'':8}{' ' * 10 * len(shown)}{costs}  {row.problem}"
    headline = row.scores.figures[comparison.headline]
    figure = f"{headline.metric.value:.3f} ({headline.metric.low:.3f}–{headline.metric.high:.3f})"
    others = "".join(f" {row.scores.value(name):9.3f}" for name in shown)
    marks = "; ".join(part for part in ("taken" if row.name == comparison.taken else "", row.problem) if part)
    return f"{row.name:10} {figure:>22} {headline.fold_noise:8.4f}{others}{costs}  {marks}".rstrip()
