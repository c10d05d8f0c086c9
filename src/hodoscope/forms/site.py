"""The registrable domain of a host: the group that never straddles train and test.

A short table of second-level registries stands in for the public suffix list, whose package may not be at hand and
whose own look-up fetches it; what it misses merges too little, never too much, except under such a registry.
"""

import re
from typing import Final

_SECOND_LEVEL: Final = frozenset(
    {"ac", "co", "com", "edu", "go", "gob", "gov", "gouv", "ne", "net", "nom", "or", "org"}
)


def registrable_domain(host: str) -> str:
    """``www.shop.example.co.uk`` → ``example.co.uk``; an address or a single label stays as it is.

    >>> registrable_domain("www.shop.example.co.uk")
    'example.co.uk'
    """
    host = host.strip(".").lower()
    if re.fullmatch(r"[\d.]+|.*:.*", host):
        return host
    parts = host.split(".")
    second = len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND_LEVEL
    return ".".join(parts[-3:] if second else parts[-2:])
