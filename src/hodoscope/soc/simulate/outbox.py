"""What sources and campaigns hand over: timed records per log file, each optionally marked as part of an attack."""

from collections import defaultdict
from typing import NamedTuple

SYSMON = "windows/sysmon.jsonl"
SECURITY = "windows/security.jsonl"
SYSTEM = "windows/system.jsonl"
CONN = "zeek/conn.log"
DNS = "zeek/dns.log"
HTTP = "zeek/http.log"
SSL = "zeek/ssl.log"
CLOUDTRAIL = "aws/cloudtrail.jsonl"
SIGNIN = "entra/signin.jsonl"
ACCESS = "web/access.log"

Record = dict[str, object] | str


def auth_log(host: str) -> str:
    """The auth.log of one Linux host."""
    return f"linux/{host}/auth.log"


class Mark(NamedTuple):
    """Ground truth of one attack event; `entity` is `kind:name` (user, host, ip, account)."""

    campaign: str
    step: str
    technique: str
    entity: str


class Timed(NamedTuple):
    """One record. A dict becomes one JSON line, a str is written as it is."""

    time_us: int
    record: Record
    mark: Mark | None


class Outbox:
    """Collects records per file in any order; the log writer sorts them."""

    def __init__(self) -> None:
        self.files: defaultdict[str, list[Timed]] = defaultdict(list)

    def put(self, file: str, time_us: int, record: Record, mark: Mark | None = None) -> None:
        """Queue one record for `file`."""
        self.files[file].append(Timed(time_us, record, mark))
