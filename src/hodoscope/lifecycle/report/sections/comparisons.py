"""Against baselines, between slices, between repeats."""

import math

from hodoscope.lifecycle.evaluate.detail import Gain
from hodoscope.lifecycle.evaluate.direction import lower_is_better
from hodoscope.lifecycle.report.markup import Markup, joined, tag
from hodoscope.lifecycle.report.numbers import interval, number
from hodoscope.lifecycle.report.plots.forest import Row
from hodoscope.lifecycle.report.report import Report
from hodoscope.lifecycle.report.tables import table
from hodoscope.lifecycle.report.wording import forest, section, words

SLICED = ("recall", "ap", "macro_f1", "accuracy")
MOST_SLICES = 40
MOST_GAINS, PER_CLASS = 40, "f1["


def baselines(report: Report) -> Markup:
    """Ours minus each baseline's, paired, with corrected p-values."""
    parts = []
    for name, gains in report.detail.gains.items():
        drawn = [gain for gain in gains if gain.metric.unit == "share"]
        if len(drawn) > MOST_GAINS:  # of many classes only one figure each
            drawn = [gain for gain in drawn if "[" not in gain.figure or gain.figure.startswith(PER_CLASS)]
        more = len(gains) - len(drawn)
        note = tag("p", f"{more} further figures are in the JSON.", class_="hint") if more else None
        plot = forest(f"Ours minus {name}", [_row(gain) for gain in drawn], 0.0, gains=True)
        parts.append(joined(tag("h3", f"against {name}"), plot, note))
    lead = "Ours minus theirs on the same draws of groups. Green is better, red is worse; p-values are Holm-corrected."
    return section("Beside the baselines", lead, *parts) if parts else Markup()


def _row(gain: Gain) -> Row:
    sign = -1 if lower_is_better(gain.figure) else 1
    ends = sorted((sign * gain.metric.low, sign * gain.metric.high))
    mark = "good" if ends[0] > 0 else "bad" if ends[1] < 0 else ""
    chance = "p < 0.01" if gain.adjusted < 0.01 else f"p = {gain.adjusted:.2f}"
    return Row(words(gain.figure), gain.metric, chance, mark)


def slices(report: Report) -> Markup:
    """One figure per slice, worst first, the whole as the dashed line."""
    metrics, parts = report.evaluation.metrics, []
    for name in [name for name in SLICED if name in metrics][:2]:
        rows = [
            Row(place, found[name], f"n {found[name].n:,}", "bad" if found[name].high < metrics[name].value else "")
            for place, found in report.evaluation.slices.items()
            if name in found and not math.isnan(found[name].value)
        ]
        rows.sort(key=lambda row: row.metric.value)
        if rows:
            title = f"{words(name)} by slice, worst first"
            left_out = len(rows) - MOST_SLICES
            more = tag("p", f"{left_out} better slices are in the JSON.", class_="hint") if left_out > 0 else None
            parts.append(joined(tag("h3", title), forest(title, rows[:MOST_SLICES], metrics[name].value), more))
    lead = "Where it is worse than on the whole (dashed). Red: the whole interval lies below the figure of all rows."
    return section("Slices", lead, *parts) if parts else Markup()


def repeats(report: Report) -> Markup:
    """Which part of the uncertainty more folds would remove, and which only more data."""
    if not report.repeated:
        return Markup()
    rows = [
        (
            words(name),
            number(found.metric.value, found.metric.unit),
            interval(found.metric),
            number(found.fold_noise, found.metric.unit),
            number(found.sampling_noise, found.metric.unit),
            f"{len(found.values)}",
        )
        for name, found in report.repeated.items()
    ]
    columns = ("figure", "mean", "95 %", "noise of the folds", "noise of the data", "repeats")
    lead = "Cross-validation repeated with other folds and seeds; noise is one standard deviation of a single repeat."
    return section("Repeated cross-validation", lead, table(columns, rows, range(1, 6)))
