"""Plots are valid SVG, in their frame, and defined for the awkward cases."""

import math
from xml.etree import ElementTree as ET

import pytest

from hodoscope.lifecycle.evaluate.curves import Curves, Point
from hodoscope.lifecycle.evaluate.detail import ClassTable, Scores
from hodoscope.lifecycle.evaluate.reliability import Bin
from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.report.plots.calibration import reliability_plot, scores_plot
from hodoscope.lifecycle.report.plots.curve import precision_recall_plot, roc_plot
from hodoscope.lifecycle.report.plots.forest import Row, forest_plot
from hodoscope.lifecycle.report.plots.surface import SHARES, Axis, Plot

UNDEFINED = Metric(math.nan, math.nan, math.nan)


def inside(markup: str) -> bool:
    """Parsed as XML, every coordinate lies in the view box."""
    svg = ET.fromstring(markup)  # noqa: S314 -- written by the plot a line above
    _, _, width, height = map(float, svg.attrib["viewBox"].split())
    across, up = {"x", "x1", "x2", "cx"}, {"y", "y1", "y2", "cy"}
    for element in svg.iter():
        for key, value in element.attrib.items():
            if (key in across and not 0 <= float(value) <= width) or (key in up and not 0 <= float(value) <= height):
                return False
        for pair in element.attrib.get("points", "").split():
            x, y = map(float, pair.split(","))
            if not (0 <= x <= width and 0 <= y <= height):
                return False
    return True


def test_curves_with_one_point_and_without_interval() -> None:
    """One group has no band; a model that decides nothing has no shipped point."""
    point = Point(0.5, Metric(0.5, math.nan, math.nan))
    found = Curves((point, Point(1.0, Metric(1, 0.9, 1))), (point,), 0.3)
    table = ClassTable("a < b", 0, 0, 5, 10)
    assert inside(roc_plot(found, table))
    assert inside(precision_recall_plot(found, table))
    assert "shipped" not in precision_recall_plot(found, table)


def test_reliability_of_a_hopeless_and_a_perfect_model() -> None:
    """The axis reaches down to the lowest dot; a good model gets the upper fifth only."""
    low, high = (Bin(at, Metric(right, right, right), 10, (at, at)) for at, right in ((0.5, 0.0), (0.99, 1.0)))
    assert ">0<" in reliability_plot([low, high])
    assert inside(reliability_plot([low, high]))
    assert ">0.9<" in reliability_plot([high])


def test_scores_of_one_side_only() -> None:
    """No negatives at all."""
    assert inside(scores_plot(Scores((0.0, 0.5, 1.0), (3, 7), (0, 0)), "yes"))


@pytest.mark.parametrize(
    "metrics",
    [
        [UNDEFINED],
        [Metric(0.5, 0.5, 0.5)],
        [Metric(0.5, math.nan, math.nan), Metric(0.2, 0.1, 0.3)],
        [Metric(-0.3, -0.5, 0.1), Metric(900, 10, 5000, "s")],
        [Metric(1e-9, 0, 1e-8)],
        [Metric(0.0, 0.0, 9.9)],
    ],
)
def test_forest_plots_of_any_figures(metrics: list[Metric]) -> None:
    """Undefined, equal, tiny and large ones; a long name is cut and told in full to the pointer."""
    rows = [Row("n" * 60, metric, "note") for metric in metrics]
    markup = forest_plot("any", rows, 0.0)
    assert inside(markup)
    assert "n" * 60 in markup
    assert "…" in markup


def test_values_outside_an_axis_are_clipped() -> None:
    """On both kinds of axis."""
    plot = Plot("clipped", Axis("x", 0.01, 1, ((0.1, "0.1"),), True), Axis("y", 0, 1, SHARES))
    plot.line([(0.0, -5), (2, 5)])
    assert inside(plot.markup())
