"""One SVG plot: axes, grid, lines, bands and dots in data coordinates. Colours come from the page's style sheet."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from hodoscope.lifecycle.report.markup import Markup, joined, tag

Pairs = Iterable[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Axis:
    """``low``…``high`` in data, with ticks (value, label). ``logarithmic`` needs ``low`` > 0."""

    label: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    logarithmic: bool = False

    def place(self, value: float) -> float:
        """0 at ``low``, 1 at ``high``; outside is clipped."""
        scale: Callable[[float], float] = math.log10 if self.logarithmic else float
        inside = min(max(value, self.low), self.high)
        return (scale(inside) - scale(self.low)) / (scale(self.high) - scale(self.low))


SHARES = tuple((value / 5, f"{value / 5:g}") for value in range(6))


@dataclass(slots=True)
class Plot:
    """A drawing surface of ``width`` × ``height`` pixels that scales with the page."""

    title: str
    x: Axis
    y: Axis
    width: float = 460
    height: float = 330
    left: float = 58
    bottom: float = 42
    top: float = 10
    right: float = 18
    parts: list[Markup] = field(default_factory=list)

    def across(self, value: float) -> float:
        """Pixel column of a data value."""
        return self.left + self.x.place(value) * (self.width - self.left - self.right)

    def up(self, value: float) -> float:
        """Pixel row of a data value."""
        return self.height - self.bottom - self.y.place(value) * (self.height - self.bottom - self.top)

    def line(self, points: Pairs, class_: str = "line") -> None:
        """A line through data points."""
        self.parts.append(tag("polyline", points=self._path(points), class_=class_))

    def band(self, lower: Pairs, upper: Pairs, class_: str = "band") -> None:
        """The area between two lines over the same values."""
        self.parts.append(tag("polygon", points=self._path([*upper, *reversed(list(lower))]), class_=class_))

    def dot(self, x: float, y: float, class_: str = "dot", says: str = "", radius: float = 3.5) -> None:
        """A point; ``says`` is what the pointer shows."""
        shown = tag("title", says) if says else None
        circle = tag("circle", cx=self.across(x), cy=self.up(y), r=radius, class_=class_)
        self.parts.append(tag("g", shown, circle) if says else circle)

    def whisker(self, x: float, low: float, high: float, class_: str = "whisker") -> None:
        """A vertical interval."""
        place = self.across(x)
        self.parts.append(tag("line", x1=place, x2=place, y1=self.up(low), y2=self.up(high), class_=class_))

    def bar(self, left: float, right: float, height: float, class_: str) -> None:
        """A bar from the bottom axis upwards."""
        x, y = self.across(left), self.up(height)
        size = max(self.across(right) - x - 0.6, 0.4)
        self.parts.append(tag("rect", x=x, y=y, width=size, height=self.up(self.y.low) - y, class_=class_))

    def note(self, x: float, y: float, words: str, anchor: str = "start", class_: str = "note") -> None:
        """Words at a data point."""
        self.parts.append(tag("text", words, x=self.across(x), y=self.up(y), text_anchor=anchor, class_=class_))

    def markup(self) -> Markup:
        """The SVG element, with the title as its accessible name."""
        return tag(
            "svg",
            tag("title", self.title),
            self._frame(),
            joined(*self.parts),
            viewBox=f"0 0 {self.width:g} {self.height:g}",
            role="img",
            class_="plot",
        )

    def _path(self, points: Pairs) -> str:
        return " ".join(f"{self.across(x):.1f},{self.up(y):.1f}" for x, y in points)

    def _frame(self) -> Markup:
        floor, edge = self.height - self.bottom, self.width - self.right
        lines = []
        for value, label in self.x.ticks:
            x = self.across(value)
            lines.append(tag("line", x1=x, x2=x, y1=self.top, y2=floor, class_="grid"))
            lines.append(tag("text", label, x=x, y=floor + 15, text_anchor="middle"))
        for value, label in self.y.ticks:
            y = self.up(value)
            lines.append(tag("line", x1=self.left, x2=edge, y1=y, y2=y, class_="grid"))
            lines.append(tag("text", label, x=self.left - 7, y=y + 3.5, text_anchor="end"))
        middle = (self.left + edge) / 2
        lines.append(tag("text", self.x.label, x=middle, y=self.height - 7, text_anchor="middle", class_="axis"))
        turn = (self.top + floor) / 2
        lines.append(
            tag(
                "text",
                self.y.label,
                transform=f"translate(12 {turn:g}) rotate(-90)",
                text_anchor="middle",
                class_="axis",
            )
        )
        return tag("g", *lines, class_="frame")
