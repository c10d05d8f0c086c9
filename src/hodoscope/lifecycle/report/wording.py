"""How figures are called for people, and the frame every part of the page has."""

from collections.abc import Sequence

from hodoscope.lifecycle.report.markup import Child, Markup, tag
from hodoscope.lifecycle.report.plots.forest import Row, forest_plot

WORDS = {
    "auc": "area under ROC",
    "ap": "average precision",
    "recall_at_fpr_0.01": "recall at 1 % false positives",
    "recall_at_fpr_0.001": "recall at 0.1 % false positives",
    "fpr": "false-positive rate",
    "f1": "F1",
    "mcc": "Matthews correlation",
    "macro_f1": "macro F1",
    "micro_f1": "micro F1",
    "whole_right": "wholes with every unit right",
    "ece": "expected calibration error",
    "brier": "Brier score",
    "log_loss": "log loss",
    "attacks_detected": "attacks detected",
    "delay_median": "median detection delay",
    "delay_p90": "detection delay, 90 %",
}


def words(name: str) -> str:
    """A figure's name for people; ``recall_at_50`` is a budget."""
    figure, bracket, rest = name.partition("[")
    if figure.startswith(("recall_at_", "precision_at_")) and figure.rpartition("_")[2].isdigit():
        figure = f"{figure.partition('_')[0]} with a budget of {figure.rpartition('_')[2]}"
    return f"{WORDS.get(figure, figure.replace('_', ' '))}{bracket}{rest}"


def forest(title: str, rows: Sequence[Row], reference: float | None = None, *, gains: bool = False) -> Markup:
    return tag("figure", forest_plot(title, rows, reference, gains), class_="wide")


def section(title: str, lead: str, *parts: Child) -> Markup:
    return tag("section", tag("h2", title), tag("p", lead, class_="hint"), *parts)
