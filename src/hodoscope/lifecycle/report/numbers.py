"""How figures are written: three places for shares, more where they are close to 0 or 1, units spelled out."""

import math

from hodoscope.lifecycle.metric import Metric

UNDEFINED = "–"


def number(value: float, unit: str = "share") -> str:
    """One value with its unit; an undefined one is a dash."""
    if math.isnan(value):
        return UNDEFINED
    if unit == "s":
        return _duration(value)
    if unit == "share":
        return _share(value)
    size = f"{value:,.3f}".rstrip("0").rstrip(".") if abs(value) < 1000 else f"{value:,.0f}"
    return f"{size} {unit}".replace("-", "−")


def interval(metric: Metric) -> str:
    """``low–high`` with the unit once, or a dash where there is none."""
    if math.isnan(metric.low) or math.isnan(metric.high):
        return UNDEFINED
    low, high = number(metric.low, metric.unit), number(metric.high, metric.unit)
    if metric.low < 0:
        return f"{low} to {high}"
    if (unit := low.partition(" ")[2]) and unit == high.partition(" ")[2]:
        low = low.partition(" ")[0]
    return f"{low}–{high}"


def signed(value: float, unit: str = "share") -> str:
    """A difference with its sign."""
    return f"+{number(value, unit)}" if value > 0 else number(value, unit)


def percent(value: float) -> str:
    """A share of a whole in per cent, without more places than it carries."""
    if math.isnan(value):
        return UNDEFINED
    return f"{100 * value:.1f} %" if 0.001 <= value < 0.1 or 0.9 < value < 0.9995 else f"{100 * value:.3g} %"


def _share(value: float) -> str:
    """Three places; two digits where that leaves less of a small share, or would round a large one to 1."""
    near = min(abs(value), abs(1 - value))
    small = near < 0.0095 if abs(value) < 0.5 else near < 0.0005
    places = min(6, 1 - math.floor(math.log10(near))) if small and near > 0 else 3
    return f"{value:.{places}f}".replace("-", "−")


def _duration(seconds: float) -> str:
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if abs(seconds) >= 2 * size:
            return f"{seconds / size:.3g} {name}"
    return f"{seconds:.3g} s"
