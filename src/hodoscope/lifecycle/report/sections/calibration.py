"""Whether stated confidence can be taken at its word."""

from hodoscope.lifecycle.report.markup import Markup, tag
from hodoscope.lifecycle.report.numbers import interval, number
from hodoscope.lifecycle.report.plots.calibration import reliability_plot
from hodoscope.lifecycle.report.report import Report
from hodoscope.lifecycle.report.tables import table
from hodoscope.lifecycle.report.wording import section, words

CALIBRATION = (
    "Expected calibration error: mean gap between stated confidence and share right over 15 bins of equal mass, "
    "for the most probable class. It is biased upwards on few units; the grey band shows how much of a gap is chance."
)


def calibration(report: Report) -> Markup:
    """Reliability diagram beside the three figures."""
    if not report.detail.reliability:
        return Markup()
    shown = [name for name in ("ece", "brier", "log_loss") if name in report.evaluation.metrics]
    metrics = [report.evaluation.metrics[name] for name in shown]
    rows = [
        (words(name), number(metric.value, metric.unit), interval(metric))
        for name, metric in zip(shown, metrics, strict=True)
    ]
    key = tag(
        "figcaption",
        tag("span", class_="key soft"),
        "where a calibrated model lies in 95 % of cases; dots are bins of equal size.",
    )
    figures = tag("div", table(("figure", "value", "95 %"), rows, (1, 2)), tag("p", CALIBRATION, class_="hint"))
    plot = tag("figure", reliability_plot(report.detail.reliability), key)
    return section(
        "Calibration", "Whether stated confidence can be taken at its word.", tag("div", plot, figures, class_="pair")
    )
