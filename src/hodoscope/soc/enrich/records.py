"""What the operator's files say, one frozen record per row, cleaned but not yet joined. Times are microseconds UTC."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

IndicatorKind = Literal["ip", "cidr", "domain", "url", "md5", "sha1", "sha256", "email"]

BEGINNING = -(2**63)
"""Start of an interval that was given none."""
OPEN_END = 2**63 - 1
"""End of an interval that was given none."""


class Asset(NamedTuple):
    """A machine. ``criticality`` is 1 (spare) to 5 (the company stops), 0 when not stated."""

    host: str
    fqdn: str = ""
    ip: str = ""
    mac: str = ""
    os: str = ""
    criticality: int = 0
    owner: str = ""


class Identity(NamedTuple):
    """A person or service account; ``user`` is a bare account name or ``DOMAIN\\name``."""

    user: str
    upn: str = ""
    email: str = ""
    sid: str = ""
    display_name: str = ""
    department: str = ""
    privileged: bool = False


class Lease(NamedTuple):
    """``ip`` belonged to ``host`` from ``start`` (included) to ``end`` (excluded); ``where`` names the file and
    line."""

    ip: str
    host: str
    start: int
    end: int = OPEN_END
    where: str = ""


class Scanner(NamedTuple):
    """A machine or network (``network`` is an address or CIDR) whose scans are the operator's own."""

    network: str
    name: str = ""


class Indicator(NamedTuple):
    """One indicator of compromise, in force from ``valid_from`` (included) to ``valid_until`` (excluded)."""

    kind: IndicatorKind
    value: str
    source: str = ""
    confidence: int = 0
    valid_from: int = BEGINNING
    valid_until: int = OPEN_END

    @property
    def indicator_id(self) -> str:
        """``kind:value``, the form in ``indicator_ids``; feeds that list the same value share it."""
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True, slots=True)
class Records:
    """All rows of all files."""

    assets: Iterable[Asset] = ()
    identities: Iterable[Identity] = ()
    leases: Iterable[Lease] = ()
    scanners: Iterable[Scanner] = ()
    indicators: Iterable[Indicator] = ()
