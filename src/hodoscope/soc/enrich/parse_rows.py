"""Turn a row of text into a record: header synonyms, required fields and value rules of the five operator files."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hodoscope.soc.enrich.indicators import normalise_indicator
from hodoscope.soc.enrich.records import (
    BEGINNING,
    OPEN_END,
    Asset,
    Identity,
    Indicator,
    IndicatorKind,
    Lease,
    Scanner,
)
from hodoscope.soc.enrich.rows import Row
from hodoscope.soc.entity import address_id, clean, host_label, parse_network, parse_user

Record = Asset | Identity | Lease | Scanner | Indicator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CRITICALITY = {"": 0, "low": 2, "medium": 3, "high": 4, "critical": 5} | {str(n): n for n in range(1, 6)}
_YES, _NO = frozenset({"true", "yes", "y", "1", "x"}), frozenset({"", "false", "no", "n", "0"})
_KINDS: Mapping[str, IndicatorKind] = {
    **dict.fromkeys(("ip", "ipv4", "ipv6", "ip_dst", "ip_src", "ip_address", "ipv4_addr", "ipv6_addr"), "ip"),
    **dict.fromkeys(("cidr", "network", "subnet", "ip_range"), "cidr"),
    **dict.fromkeys(("domain", "domain_name", "hostname", "fqdn", "host"), "domain"),
    **dict.fromkeys(("url", "uri"), "url"),
    **dict.fromkeys(("email", "email_addr", "email_src", "mail"), "email"),
    **dict.fromkeys(("md5", "filehash_md5", "hash_md5"), "md5"),
    **dict.fromkeys(("sha1", "sha_1", "filehash_sha1", "hash_sha1"), "sha1"),
    **dict.fromkeys(("sha256", "sha_256", "filehash_sha256", "hash_sha256"), "sha256"),
}


def parse_time(text: str) -> int:
    """Microseconds UTC of ISO 8601 (without a zone: UTC) or of Unix seconds, milliseconds or microseconds by length."""
    if text.isdecimal() and 9 <= len(text) <= 17:
        return int(text) * (1_000_000 if len(text) <= 11 else 1000 if len(text) <= 14 else 1)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text[:40]}' is no time; write 2024-05-01T08:30:00Z") from None
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // timedelta(microseconds=1)


def _yes(text: str) -> bool:
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise ValueError(f"'{text[:40]}' is neither true nor false")


def _asset(row: Mapping[str, str], _: str) -> Asset:
    host, grade = row["host"] or row["fqdn"], row["criticality"].lower()
    if not clean(host):
        raise ValueError("no host")
    if grade not in _CRITICALITY:
        raise ValueError(f"criticality '{grade[:40]}' is not 1 to 5")
    if row["ip"] and not address_id(row["ip"]):
        raise ValueError(f"'{row['ip'][:60]}' is not the address of a machine")
    return Asset(host, row["fqdn"], row["ip"], row["mac"], row["os"], _CRITICALITY[grade], row["owner"])


def _identity(row: Mapping[str, str], _: str) -> Identity:
    if not parse_user(row["user"]).name:
        raise ValueError(f"user '{row['user'][:60]}' names no person or service account")
    names = (row["user"], row["upn"], row["email"], row["sid"], row["display_name"], row["department"])
    return Identity(*names, privileged=_yes(row["privileged"]))


def _lease(row: Mapping[str, str], where: str) -> Lease:
    if not address_id(row["ip"]):
        raise ValueError(f"'{row['ip'][:60]}' is not the address of a machine")
    if not host_label(row["host"]):
        raise ValueError(f"host '{row['host'][:60]}' is not a machine name")
    start, end = parse_time(row["start"]), parse_time(row["end"]) if row["end"] else OPEN_END
    if end <= start:
        raise ValueError("the lease ends before it starts")
    return Lease(row["ip"], row["host"], start, end, where)


def _scanner(row: Mapping[str, str], _: str) -> Scanner:
    network = parse_network(row["ip"])
    if not network.prefixlen:
        raise ValueError("a scanner network of the whole internet would excuse every scan")
    return Scanner(row["ip"], row["name"])


def _indicator(row: Mapping[str, str], _: str) -> Indicator:
    kind = _KINDS.get(row["type"].lower().replace("-", "_").replace(" ", "_"))
    if kind is None:
        raise ValueError(f"type '{row['type'][:40]}' is none of ip, cidr, domain, url, md5, sha1, sha256, email")
    if kind == "ip" and "/" in row["value"]:
        kind = "cidr"
    confidence = row["confidence"].rstrip("%") or "0"
    if not confidence.replace(".", "", 1).isdigit() or not 0 <= float(confidence) <= 100:
        raise ValueError(f"confidence '{confidence[:40]}' is not 0 to 100")
    start = parse_time(row["valid_from"]) if row["valid_from"] else BEGINNING
    end = parse_time(row["valid_until"]) if row["valid_until"] else OPEN_END
    value = normalise_indicator(kind, row["value"])
    return Indicator(kind, value, row["source"], int(float(confidence)), start, end)


@dataclass(frozen=True, slots=True)
class FileKind:
    """One of the operator's files: field → other column names it is known by, which are needed, and its parser."""

    name: str
    fields: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    parse: Callable[[Mapping[str, str], str], Record]

    def columns(self, present: Iterable[str]) -> dict[str, str]:
        """Field → the column that holds it, for those fields that a file with these columns has."""
        there = frozenset(present)
        names = {field: (field, *others) for field, others in self.fields.items()}
        return {field: next(n for n in options if n in there) for field, options in names.items() if there & {*options}}

    def record(self, row: Row, columns: Mapping[str, str]) -> Record:
        """The record of a row whose fields stand in ``columns``; ``ValueError`` says what is wrong with it."""
        values = {field: row.fields.get(columns.get(field, ""), "") for field in self.fields}
        missing = [field for field in self.required if not values[field]]
        if missing:
            raise ValueError(f"no {' and no '.join(missing)}")
        return self.parse(values, row.where)


FILE_KINDS: tuple[FileKind, ...] = (
    FileKind(
        "indicators",
        {
            "type": ("kind", "indicator_type", "ioc_type"),
            "value": ("indicator", "ioc", "ioc_value"),
            "source": ("feed", "provider"),
            "confidence": ("score",),
            "valid_from": ("start",),
            "valid_until": ("expires", "expiration", "end"),
        },
        ("type", "value"),
        _indicator,
    ),
    FileKind(
        "leases",
        {
            "ip": ("ip_address", "address"),
            "host": ("hostname", "host_name", "client", "name"),
            "start": ("from", "starts", "begin", "lease_start"),
            "end": ("until", "to", "ends", "expires", "lease_end"),
        },
        ("ip", "host", "start"),
        _lease,
    ),
    FileKind(
        "identities",
        {
            "user": ("username", "user_name", "samaccountname", "sam_account_name", "account", "login"),
            "upn": ("userprincipalname", "user_principal_name"),
            "email": ("mail", "email_address"),
            "sid": ("objectsid", "object_sid"),
            "display_name": ("displayname", "full_name", "name"),
            "department": ("dept", "team"),
            "privileged": ("is_privileged", "admin", "is_admin"),
        },
        ("user",),
        _identity,
    ),
    FileKind(
        "assets",
        {
            "host": ("hostname", "host_name", "computer", "computer_name", "device", "name"),
            "fqdn": ("dns_name", "dnshostname", "dns_host_name"),
            "ip": ("ip_address", "address", "ipv4"),
            "mac": ("mac_address",),
            "os": ("operating_system",),
            "criticality": ("importance", "priority"),
            "owner": ("responsible",),
        },
        ("host",),
        _asset,
    ),
    FileKind(
        "scanners",
        {"ip": ("cidr", "network", "address", "ip_address", "range"), "name": ("hostname", "description")},
        ("ip",),
        _scanner,
    ),
)
"""Most telling header first: a file of unknown name is the first kind whose needed columns it has."""
