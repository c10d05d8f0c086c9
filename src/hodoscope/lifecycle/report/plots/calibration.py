"""Reliability diagram, and how the scores of both sides are spread."""

import math
from collections.abc import Sequence

from hodoscope.lifecycle.evaluate.detail import Scores
from hodoscope.lifecycle.evaluate.reliability import Bin
from hodoscope.lifecycle.report.markup import Markup
from hodoscope.lifecycle.report.numbers import interval, number
from hodoscope.lifecycle.report.plots.surface import SHARES, Axis, Plot


def reliability_plot(bins: Sequence[Bin]) -> Markup:
    """Share right against stated confidence. The grey band is where a perfectly calibrated model lies in 95 %."""
    lowest = min(min(one.confidence, one.right.value) for one in bins)
    low = min(0.8, math.floor(lowest * 5) / 5)
    ticks = [tick for tick in SHARES if tick[0] >= low] if low < 0.8 else [(0.8, "0.8"), (0.9, "0.9"), (1, "1")]
    plot = Plot("Reliability diagram", Axis("stated confidence", low, 1, ticks), Axis("share right", low, 1, ticks))
    plot.band(
        [(one.confidence, one.consistent[0]) for one in bins],
        [(one.confidence, one.consistent[1]) for one in bins],
        "consistent",
    )
    plot.line([(low, low), (1, 1)], "guess")
    for one in bins:
        if not math.isnan(one.right.low):
            plot.whisker(one.confidence, one.right.low, one.right.high)
        share = f"{number(one.right.value)} ({interval(one.right)})"
        says = f"{one.rows:,} units state {number(one.confidence)} and are right in {share}"
        plot.dot(one.confidence, one.right.value, "dot", says)
    return plot.markup()


def scores_plot(scores: Scores, positive: str) -> Markup:
    """Share of each side's units per bin, on a square-root scale so that rare scores are seen."""
    totals = [max(sum(side), 1) for side in (scores.positives, scores.negatives)]
    heights = [
        [math.sqrt(count / total) for count in side]
        for side, total in zip((scores.positives, scores.negatives), totals, strict=True)
    ]
    top = max(max(side) for side in heights)
    shown = [share for share in (0.01, 0.05, 0.1, 0.25, 0.5, 1.0) if math.sqrt(share) <= top]
    plot = Plot(
        f"Scores of {positive}",
        Axis(f"score of {positive}", 0, 1, SHARES),
        Axis(
            "share of the units of a side", 0, top * 1.05, [(math.sqrt(share), f"{100 * share:g} %") for share in shown]
        ),
    )
    for side, name in zip(reversed(heights), ("negatives", "positives"), strict=True):
        for left, right, height in zip(scores.edges, scores.edges[1:], side, strict=False):
            if height:
                plot.bar(left, right, height, name)
    return plot.markup()
