"""Dots with intervals, one row each: classes, slices or gains side by side with their numbers."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.report.markup import Markup, tag
from hodoscope.lifecycle.report.numbers import interval, number, signed

ROW, NAME, NUMBERS, WIDTH = 24, 236, 268, 960


@dataclass(frozen=True, slots=True)
class Row:
    """``note`` stands after the numbers; ``mark`` is a style: ``good``, ``bad`` or nothing."""

    name: str
    metric: Metric
    note: str = ""
    mark: str = ""


def forest_plot(title: str, rows: Sequence[Row], reference: float | None = None, gains: bool = False) -> Markup:
    """Rows from top to bottom; the vertical line is the reference. Values are drawn where they are defined."""
    low, high = _range(rows, reference)
    ticks = _ticks(low, high)
    floor = ROW * len(rows) + 12

    def across(value: float) -> float:
        return NAME + (min(max(value, low), high) - low) / (high - low) * (WIDTH - NAME - NUMBERS)

    parts = []
    for value in ticks:
        parts.append(tag("line", x1=across(value), x2=across(value), y1=6, y2=floor, class_="grid"))
        label = f"{value:+g}".replace("-", "−") if gains and value else f"{value:g}"
        parts.append(tag("text", label, x=across(value), y=floor + 15, text_anchor="middle"))
    if reference is not None:
        parts.append(tag("line", x1=across(reference), x2=across(reference), y1=4, y2=floor, class_="reference"))
    drawn = [_row(row, 18 + ROW * place, across, gains) for place, row in enumerate(rows)]
    box = f"0 0 {WIDTH} {floor + 24}"
    return tag(
        "svg", tag("title", title), tag("g", *parts, class_="frame"), *drawn, viewBox=box, role="img", class_="forest"
    )


def _row(row: Row, middle: float, across: Callable[[float], float], gains: bool) -> Markup:
    metric = row.metric
    parts = [
        tag(
            "text",
            _short(row.name),
            tag("title", row.name),
            x=NAME - 12,
            y=middle + 4,
            text_anchor="end",
            class_="name",
        )
    ]
    if not math.isnan(metric.value):
        if not math.isnan(metric.low):
            parts.append(
                tag("line", x1=across(metric.low), x2=across(metric.high), y1=middle, y2=middle, class_="whisker")
            )
        parts.append(tag("circle", cx=across(metric.value), cy=middle, r=4, class_="dot"))
    value = signed(metric.value, metric.unit) if gains else number(metric.value, metric.unit)
    parts.append(tag("text", value, x=WIDTH - NUMBERS + 52, y=middle + 4, text_anchor="end", class_="value"))
    parts.append(tag("text", interval(metric), x=WIDTH - NUMBERS + 64, y=middle + 4, class_="note"))
    parts.append(tag("text", row.note, x=WIDTH - 4, y=middle + 4, text_anchor="end", class_="note"))
    return tag("g", *parts, class_=f"row {row.mark}".strip())


def _range(rows: Sequence[Row], reference: float | None) -> tuple[float, float]:
    seen = [reference] if reference is not None else []
    for row in rows:
        seen += [value for value in (row.metric.value, row.metric.low, row.metric.high) if not math.isnan(value)]
    low, high = min(seen, default=0.0), max(seen, default=1.0)
    room = max((high - low) * 0.06, 1e-6)
    shares = all(row.metric.unit == "share" for row in rows) and low >= 0
    return (max(low - room, 0.0), min(high + room, 1.0)) if shares else (low - room, high + room)


def _ticks(low: float, high: float) -> list[float]:
    """Four to eight round values."""
    step = 10.0 ** math.floor(math.log10(high - low))
    step = next(step * part for part in (0.1, 0.2, 0.25, 0.5, 1.0, 2.0) if (high - low) / (step * part) <= 7)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 10) for number in range(first, math.floor(high / step + 1e-9) + 1)]


def _short(name: str, most: int = 32) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
