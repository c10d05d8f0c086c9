"""ROC and precision–recall curves of one class, with their bands and the shipped threshold."""

import math
from collections.abc import Sequence

from hodoscope.lifecycle.evaluate.curves import Curves, Point
from hodoscope.lifecycle.evaluate.detail import ClassTable
from hodoscope.lifecycle.report.markup import Markup
from hodoscope.lifecycle.report.numbers import number
from hodoscope.lifecycle.report.plots.surface import SHARES, Axis, Plot


def roc_plot(found: Curves, table: ClassTable) -> Markup:
    """Recall against the false-positive rate on a logarithmic axis; the dashed line is guessing."""
    low = 10 ** math.floor(math.log10(found.roc[0].at) + 1e-9)
    ticks = [(10.0**power, _power(power)) for power in range(round(math.log10(low)), 1)]
    plot = Plot(
        f"ROC curve of {table.name}", Axis("false-positive rate", low, 1, ticks, True), Axis("recall", 0, 1, SHARES)
    )
    _curve(plot, found.roc)
    plot.line([(point.at, point.at) for point in found.roc], "guess")
    negatives, positives = table.false_positives + table.true_negatives, table.true_positives + table.false_negatives
    if negatives and positives:
        rate, recall = table.false_positives / negatives, table.true_positives / positives
        says = f"shipped threshold: recall {number(recall)} at a false-positive rate of {number(rate)}"
        plot.dot(max(rate, low), recall, "shipped", says, 5)
    return plot.markup()


def precision_recall_plot(found: Curves, table: ClassTable) -> Markup:
    """Precision against recall; the dashed line is the share of positives, what guessing reaches."""
    plot = Plot(f"Precision and recall of {table.name}", Axis("recall", 0, 1, SHARES), Axis("precision", 0, 1, SHARES))
    _curve(plot, found.precision_recall)
    plot.line([(0, found.share), (1, found.share)], "guess")
    decided, positives = table.true_positives + table.false_positives, table.true_positives + table.false_negatives
    if decided and positives:
        precision, recall = table.true_positives / decided, table.true_positives / positives
        says = f"shipped threshold: precision {number(precision)} at a recall of {number(recall)}"
        plot.dot(recall, precision, "shipped", says, 5)
    return plot.markup()


def _curve(plot: Plot, points: Sequence[Point]) -> None:
    banded = [point for point in points if not math.isnan(point.metric.low)]
    plot.band([(point.at, point.metric.low) for point in banded], [(point.at, point.metric.high) for point in banded])
    plot.line([(point.at, point.metric.value) for point in points])


def _power(power: int) -> str:
    return f"{100 * 10.0**power:g} %"
