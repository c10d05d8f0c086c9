"""Every threshold at once: ROC and precision–recall."""

from hodoscope.lifecycle.report.markup import Markup, joined, tag
from hodoscope.lifecycle.report.plots.curve import precision_recall_plot, roc_plot
from hodoscope.lifecycle.report.report import Report
from hodoscope.lifecycle.report.wording import section


def curves(report: Report) -> Markup:
    """ROC and precision–recall curve per class; above six classes only the six with most positives."""
    drawn = [counts for counts in report.detail.tables if report.detail.curves[counts.name].roc]
    drawn = sorted(drawn, key=lambda counts: -(counts.true_positives + counts.false_negatives))[:6]
    pairs = [
        joined(
            tag("h3", counts.name) if len(drawn) > 1 else None,
            tag(
                "div",
                tag(
                    "figure",
                    roc_plot(report.detail.curves[counts.name], counts),
                    _curve_key("ROC on a logarithmic axis."),
                ),
                tag(
                    "figure",
                    precision_recall_plot(report.detail.curves[counts.name], counts),
                    _curve_key("Precision and recall."),
                ),
                class_="pair",
            ),
        )
        for counts in drawn
    ]
    lead = "Every threshold at once. Bands are pointwise 95 % intervals over groups."
    return section("Ranking", lead, *pairs) if pairs else Markup()


def _curve_key(what: str) -> Markup:
    return tag("figcaption", f"{what} ", tag("span", class_="key ring"), "the shipped threshold; dashed: guessing.")
