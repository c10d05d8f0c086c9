"""Whether a share is really above another, from counts."""

import math

Z_ONE_IN_1000 = 3.090232
"""One-sided normal quantile of 99.9 %: a monitor looks at many columns, many times."""


def wilson(hits: int, total: int, z: float = Z_ONE_IN_1000) -> tuple[float, float]:
    """Bounds of a share (Wilson 1927) at ``z`` standard deviations; (0, 1) without trials."""
    if not total:
        return 0.0, 1.0
    share = hits / total
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt((share * (1 - share) + z * z / (4 * total)) / total)
    scale = 1 + z * z / total
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
