"""Invented names as registrants choose them: a trade, a place, a surname, joined."""

import numpy as np

_FIRST = [
    "alpine",
    "bella",
    "casa",
    "city",
    "crown",
    "delta",
    "eco",
    "euro",
    "fast",
    "first",
    "garden",
    "golden",
    "green",
    "happy",
    "home",
    "inter",
    "lake",
    "metro",
    "nova",
    "prime",
    "royal",
    "smart",
    "sun",
    "tech",
    "urban",
    "vista",
]
_SECOND = [
    "auto",
    "bank",
    "books",
    "cafe",
    "clinic",
    "design",
    "dental",
    "flora",
    "foto",
    "garage",
    "gifts",
    "hotel",
    "kitchen",
    "law",
    "market",
    "media",
    "music",
    "office",
    "online",
    "parts",
    "pizza",
    "print",
    "rent",
    "shop",
    "sport",
    "studio",
    "tours",
    "travel",
]
_THIRD = ["", "", "", "24", "usa", "berlin", "group", "pro", "world"]


def ordinary_names(count: int, seed: int) -> list[str]:
    """``count`` distinct names."""
    random = np.random.default_rng(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        first, second, third = (words[random.integers(len(words))] for words in (_FIRST, _SECOND, _THIRD))
        owner = "".join(random.permutation(list("andersolmi"))[:4])
        made[first + second + third if random.random() < 0.4 else owner + second + third] = None
    return list(made)
