"""One release: which artifact a task uses from now on, who decided so, when, why, and on which figures."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from hodoscope.errors import InputError, TrustError

FORMAT = "hodoscope-release/1"
NOTHING_BEFORE = "0" * 64
"""``previous`` of the first record."""


class Action(StrEnum):
    """What a release does. Both name an artifact and count on: a rollback is a new record, never an old one again."""

    PROMOTE = "promote"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Release:
    """``counter`` begins at 1 per task; ``previous`` is the digest of the record before; ``artifact`` is a digest.

    ``when`` is UTC to the second in ISO 8601; ``gate`` the verdict of the promotion gate as JSON (empty for a
    rollback); ``run`` names the retraining that asked, empty for a person.
    """

    task: str
    counter: int
    action: Action
    artifact: str
    previous: str
    who: str
    when: str
    why: str
    gate: Mapping[str, object]
    run: str = ""

    def __post_init__(self) -> None:
        if not (self.who.strip() and self.why.strip()):
            raise InputError("a release needs who decides and why: an auditor reads both")
        if len(self.artifact) != 64 or self.counter < 1 or len(self.previous) != 64:
            raise InputError(f"release {self.counter} of {self.task}: digests have 64 hex digits, counters begin at 1")
        if datetime.fromisoformat(self.when).tzinfo is None:
            raise InputError(f"release {self.counter} of {self.task}: the time {self.when!r} names no zone")

    def to_bytes(self) -> bytes:
        """The record as JSON, one spelling per record."""
        document = {"format": FORMAT, **asdict(self)}
        return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False).encode() + b"\n"

    @classmethod
    def from_bytes(cls, content: bytes, where: str) -> Self:
        """Read :meth:`to_bytes`. :class:`TrustError` for anything else: a record is never half-read."""
        try:
            document = json.loads(content)
            if document.pop("format") != FORMAT or document.keys() != {field.name for field in fields(cls)}:
                raise ValueError(f"keys of {FORMAT} expected")
            release = cls(**{**document, "action": Action(document["action"])})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InputError) as error:
            raise TrustError(f"{where}: no release record ({error}); restore it from your backup") from None
        if release.to_bytes() != content:
            raise TrustError(f"{where}: a release record in another spelling; restore it from your backup")
        return release


def digest(content: bytes) -> str:
    """SHA-256 (hex) of a record's bytes: what the next record names as ``previous``."""
    return hashlib.sha256(content).hexdigest()


def stamp(moment: datetime) -> str:
    """``moment`` as records write it. ``InputError`` without a zone."""
    if moment.tzinfo is None:
        raise InputError(f"time {moment.isoformat()}: name its zone")
    return moment.astimezone(UTC).isoformat(timespec="seconds")
