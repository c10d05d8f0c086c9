"""Authentication events as (who, from where, to where), built once per distinct combination of a batch.

OCSF Authentication (3002): the activities Logon (1), Authentication Ticket (3) and Preauth (6) are attempts to prove
who one is; service tickets and logoffs are not. Machine accounts (``NAME$``) are left out: a broken trust relationship
retries for weeks and is nobody guessing. What one would get wrong: a logon without a source address happened at the
machine itself, so its source is that machine and not one shared "unknown".
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

import pyarrow as pa

from hodoscope.soc.detectors.evidence import equal, host_entity, ip_entity, user_entity
from hodoscope.soc.detectors.rows import Rows, number_in

AUTHENTICATION = 3002
ATTEMPTS = (1, 3, 6)
SUCCESS, FAILURE = 1, 2
WHERE = "class_uid = 3002 AND activity_id IN (1, 3, 6) AND status_id IN (1, 2)"
FAILED_WHERE = "class_uid = 3002 AND activity_id IN (1, 3, 6) AND status_id = 2"
_PARTIES = (
    "user_name", "user_domain", "user_email_addr", "src_endpoint_ip", "src_endpoint_hostname", "device_hostname",
    "dst_endpoint_hostname", "dst_endpoint_ip", "service_name",
)  # fmt: skip
COLUMNS = ("class_uid", "activity_id", "status_id", *_PARTIES)
"""Event columns the logon detectors read."""

_NOWHERE = frozenset({"", "-", "127.0.0.1", "::1", "localhost", "0.0.0.0", "::"})  # noqa: S104 -- compared, never bound


class Logon(NamedTuple):
    """The parties of an attempt: entity ids, empty where unknown, and the SQL conditions that select them again."""

    source: str
    account: str
    target: str
    source_where: str
    account_where: str
    source_field: str
    fields: Mapping[str, str]  # what an evidence row quotes of the event, verbatim


class Attempt(NamedTuple):
    """One authentication attempt."""

    time_us: int
    event_id: bytes
    logon: Logon
    succeeded: bool


def bare(entity: str) -> str:
    """The entity id without its kind, for people."""
    return entity.partition(":")[2]


def _logon(parties: tuple[str, ...]) -> Logon:
    user, domain, email, address, source_name, device, target_name, target_address, service = parties
    target = host_entity(target_name or device) or ip_entity(target_address)
    if not target and service:
        target = f"service:{service}".lower()
    if address not in _NOWHERE:
        source, source_where = ip_entity(address), equal("src_endpoint_ip", address)
    elif source_name not in _NOWHERE:
        source, source_where = host_entity(source_name), equal("src_endpoint_hostname", source_name)
    else:
        source, source_where = target, equal("device_hostname", device)
    name = user or email
    account = user_entity(domain if user else "", name)
    who = "user_name" if user else "user_email_addr"
    whence = "src_endpoint_ip" if address else "src_endpoint_hostname" if source_name else "device_hostname"
    quoted = {who: name, whence: address or source_name or device}
    return Logon(source, account, target, source_where, equal(who, name), whence, quoted)


def attempts(events: pa.Table, statuses: Collection[int]) -> Iterator[Attempt]:
    """Attempts with one of ``statuses`` by a named, non-machine account, in stream order."""
    mask = number_in(events, "class_uid", (AUTHENTICATION,))
    if mask.any():
        mask &= number_in(events, "status_id", statuses) & number_in(events, "activity_id", ATTEMPTS)
    if not mask.any():
        return
    rows = Rows(events, mask)
    keys, parties = rows.combinations(_PARTIES)
    logons = [_logon(values) for values in parties]
    machine = [logon.account.endswith(("$", "anonymous logon")) for logon in logons]
    succeeded = [status == SUCCESS for status in rows.ints("status_id")]
    for time_us, event_id, key, success in zip(rows.times_us, rows.event_ids, keys.tolist(), succeeded, strict=True):
        if not machine[key]:
            yield Attempt(time_us, event_id, logons[key], success)
