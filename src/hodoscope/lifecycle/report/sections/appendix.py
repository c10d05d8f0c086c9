"""Datasheets, every figure, and how all of it was made."""

from collections.abc import Mapping

from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.report.markup import Markup, joined, tag
from hodoscope.lifecycle.report.numbers import interval, number
from hodoscope.lifecycle.report.report import Report
from hodoscope.lifecycle.report.tables import table
from hodoscope.lifecycle.report.wording import section, words

METHOD = (
    "Intervals are 95 % percentile intervals of a cluster bootstrap: whole groups are drawn with replacement, and the "
    "percentiles are moved outwards for few groups (Hesterberg 2015). A share that never left 0 or 1 carries the exact "
    "binomial bound. Curves, slices and baselines use the same draws."
)


def data(report: Report) -> Markup:
    """The datasheets."""
    parts = [
        joined(tag("h3", name), table(("", ""), [(key.replace("_", " "), value) for key, value in sheet.items()]))
        for name, sheet in report.data.items()
    ]
    return section("Data", "What it was measured on, and the known traps.", *parts) if parts else Markup()


def figures(report: Report) -> Markup:
    """Every figure of all rows and of the baselines."""
    names = list(report.evaluation.metrics)
    others = list(report.evaluation.baselines)
    rows = [
        (
            words(name),
            number(metric.value, metric.unit),
            interval(metric),
            f"{metric.n:,}",
            *(_of(report.evaluation.baselines[other], name) for other in others),
        )
        for name, metric in ((name, report.evaluation.metrics[name]) for name in names)
    ]
    columns = ("figure", "value", "95 %", "groups", *others)
    return section(
        "All figures",
        "Groups: the independent units behind the interval.",
        table(columns, rows, range(1, len(columns))),
    )


def _of(metrics: Mapping[str, Metric], name: str) -> str:
    return number(metrics[name].value, metrics[name].unit) if name in metrics else ""


def method(report: Report) -> Markup:
    """How intervals were made, limits, and what reproduces the report."""
    rows = [(str(key), tag("code", str(value))) for key, value in report.evaluation.config.items()]
    notes = [tag("p", note) for note in report.notes]
    return section("Method", METHOD, *notes, table(("", ""), rows))
