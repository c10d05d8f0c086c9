"""Title, headline figures and floors."""

import math

from hodoscope.lifecycle.evaluate.direction import lower_is_better
from hodoscope.lifecycle.evaluate.floors import Standing
from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.report.markup import Child, Markup, joined, tag
from hodoscope.lifecycle.report.numbers import interval, number
from hodoscope.lifecycle.report.report import Report
from hodoscope.lifecycle.report.tables import table
from hodoscope.lifecycle.report.wording import section, words

HEADLINES = (
    "auc",
    "ap",
    "recall_at_fpr_0.01",
    "accuracy",
    "macro_f1",
    "whole_right",
    "ece",
)


def head(report: Report) -> Markup:
    """Title, what was measured on how much, the headline figures and the floors."""
    config, metrics = report.evaluation.config, report.evaluation.metrics
    size = [f"{config[name]:,} {name}" for name in ("rows", "groups") if isinstance(config.get(name), int)]
    names = list(report.headline) or [name for name in HEADLINES if name in metrics][:4]
    return joined(
        tag("h1", report.title),
        tag("p", f"{report.summary} {', '.join(size)}.".strip(), class_="lead"),
        tag("div", *(_tile(name, metrics[name]) for name in names if name in metrics), class_="tiles"),
    )


def _tile(name: str, metric: Metric) -> Markup:
    bar: Child = None
    if metric.unit == "share" and not math.isnan(metric.low) and 0 <= metric.low <= metric.high <= 1:
        left, right, at = (100 * value for value in (metric.low, metric.high, metric.value))
        bar = tag(
            "svg",
            tag("line", x1=0, x2=100, y1=6, y2=6, class_="grid"),
            tag("line", x1=left, x2=max(right, left + 0.4), y1=6, y2=6, class_="whisker", stroke_width=4),
            tag("rect", x=min(max(at - 0.6, 0), 98.8), y=1, width=1.2, height=10, class_="dot"),
            viewBox="0 0 100 12",
            preserveAspectRatio="none",
            aria_hidden="true",
            class_="frame",
        )
    return tag(
        "div",
        tag("div", words(name), class_="what"),
        tag("div", number(metric.value, metric.unit), class_="figure"),
        bar,
        tag("div", interval(metric), class_="range"),
        class_="tile",
    )


def floors(report: Report) -> Markup:
    """Figures that must reach a value."""
    if not report.floors:
        return Markup()
    says = {
        Standing.MET: ("met", "good"),
        Standing.UNSURE: ("met, the interval is not", "unsure"),
        Standing.MISSED: ("missed", "bad"),
    }
    rows = [
        (
            words(floor.name),
            number(floor.metric.value, floor.metric.unit),
            interval(floor.metric),
            f"{'at most' if lower_is_better(floor.name) else 'at least'} {number(floor.limit, floor.metric.unit)}",
            tag("span", says[floor.standing][0], class_=says[floor.standing][1]),
        )
        for floor in report.floors
    ]
    columns = ("figure", "value", "95 %", "limit", "")
    return section("Floors", "What the model must reach.", table(columns, rows, (1, 2, 3)))
