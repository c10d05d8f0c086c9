"""What is decided at the shipped thresholds."""

import math

from hodoscope.lifecycle.report.markup import Markup, joined, tag
from hodoscope.lifecycle.report.numbers import interval, number
from hodoscope.lifecycle.report.plots.calibration import scores_plot
from hodoscope.lifecycle.report.plots.forest import Row
from hodoscope.lifecycle.report.report import Report
from hodoscope.lifecycle.report.tables import matrix, plain_table, table, two_by_two
from hodoscope.lifecycle.report.wording import forest, section, words

MOST_MATRIX_CLASSES = 24


def decisions(report: Report) -> Markup:
    """2×2 table of the positive class, or the figures of all classes, and the confusion matrix."""
    metrics, parts = report.evaluation.metrics, []
    if len(report.detail.tables) == 1 and report.detail.scores is not None:
        counts = report.detail.tables[0]
        shown = [name for name in ("precision", "recall", "fpr", "f1", "mcc") if name in metrics]
        rows = [(words(name), number(metrics[name].value), interval(metrics[name])) for name in shown]
        note = tag("figcaption", "Units at the shipped threshold; shares are of the row.")
        figures = plain_table(("", "", "95 %"), rows, (1, 2))
        scores = tag("figure", scores_plot(report.detail.scores, counts.name), _scores_key(counts.name))
        parts.append(tag("div", tag("figure", two_by_two(counts), note, figures), scores, class_="pair"))
    else:
        parts.append(_classes(report))
    small = len(report.detail.matrix.decided) <= MOST_MATRIX_CLASSES
    if small and (len(report.detail.tables) > 1 or len(report.detail.matrix.decided) > 2):
        under = "Blue is right, orange is wrong; the shade and the percentage are the share of the row."
        parts.append(tag("figure", matrix(report.detail.matrix), tag("figcaption", under), class_="wide"))
    return section("Decisions", "What is decided at the thresholds that ship.", *parts)


def _scores_key(positive: str) -> Markup:
    return tag(
        "figcaption",
        tag("span", class_="key a"),
        f"{positive}   ",
        tag("span", class_="key b"),
        "everything else. Heights on a square-root scale.",
    )


def _classes(report: Report) -> Markup:
    metrics, rows = report.evaluation.metrics, []
    for counts in report.detail.tables:
        found = [metrics[f"{name}[{counts.name}]"] for name in ("precision", "recall", "f1", "fpr", "mcc")]
        boxes = (counts.true_positives, counts.false_positives, counts.false_negatives, counts.true_negatives)
        rows.append((counts.name, *(f"{box:,}" for box in boxes), *(number(metric.value) for metric in found)))
    plot = [Row(counts.name, metrics[f"f1[{counts.name}]"]) for counts in report.detail.tables]
    plot.sort(key=lambda row: (not math.isnan(row.metric.value), row.metric.value))
    title = "F1 by class, worst first"
    columns = ("class", "TP", "FP", "FN", "TN", "precision", "recall", "F1", "FPR", "MCC")
    return joined(table(columns, rows, range(1, 10)), tag("h3", title), forest(title, plot))
