"""Authentication events as (source, account, target), decoded once per distinct value of a batch.

OCSF Authentication (3002): the activities Logon (1), Authentication Ticket (3) and Preauth (6) are attempts to prove
who one is; service tickets and logoffs are not. Machine accounts (``NAME$``) are left out: a broken trust relationship
retries for weeks and is nobody guessing. What one would get wrong: a logon without a source address happened at the
machine itself, so its source is that machine and not one shared "unknown".
"""

import weakref
from collections.abc import Collection, Container
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from hodoscope.soc.detectors.evidence import Note, host_entity, ip_entity, user_entity
from hodoscope.soc.detectors.logon_sql import NOWHERE
from hodoscope.soc.detectors.rows import Codes, Mask, Rows, number_in

AUTHENTICATION = 3002
ATTEMPTS = (1, 3, 6)
SUCCESS, FAILURE = 1, 2
WHERE = "class_uid = 3002 AND activity_id IN (1, 3, 6) AND status_id IN (1, 2)"
FAILED_WHERE = "class_uid = 3002 AND activity_id IN (1, 3, 6) AND status_id = 2"
_SOURCE = ("src_endpoint_ip", "src_endpoint_hostname")
_ACCOUNT = ("user_name", "user_domain", "user_email_addr")
_TARGET = ("dst_endpoint_hostname", "device_hostname", "dst_endpoint_ip", "service_name")
COLUMNS = ("class_uid", "activity_id", "status_id", *_SOURCE, *_ACCOUNT, *_TARGET)
"""Event columns the logon detectors read."""


class Party(NamedTuple):
    """One side of an attempt: its entity id (empty: unknown) and the column and verbatim value it was read from."""

    entity: str
    field: str
    value: str


class Attempts(NamedTuple):
    """Attempts in stream order, one list item per row; ``account_of[i]`` indexes ``accounts`` and so on."""

    rows: Rows
    times_us: list[int]
    succeeded: list[bool]
    sources: list[Party]
    accounts: list[Party]
    targets: list[Party]
    source_of: list[int]
    account_of: list[int]
    target_of: list[int]

    def note(self, row: int) -> Note:
        """The attempt as one evidence row: the account tried, else the outcome."""
        _, field, value = self.accounts[self.account_of[row]]
        if not value:
            field, value = "status_id", str(SUCCESS if self.succeeded[row] else FAILURE)
        return Note(self.rows.event_id(row), self.times_us[row], field, value)

    def source_note(self, row: int) -> Note:
        """The attempt as an evidence row that shows where it came from."""
        _, field, value = self.sources[self.source_of[row]]
        return Note(self.rows.event_id(row), self.times_us[row], field, value)


def bare(entity: str) -> str:
    """The entity id without its kind, for people."""
    return entity.partition(":")[2] or "unknown"


def _account(values: tuple[str, ...]) -> Party:
    name, domain, email = values
    if name:
        return Party(user_entity(domain, name), "user_name", name)
    return Party(user_entity("", email), "user_email_addr", email)


def _target(values: tuple[str, ...]) -> Party:
    destination, device, address, service = values
    if destination:
        return Party(host_entity(destination), "dst_endpoint_hostname", destination)
    if device:
        return Party(host_entity(device), "device_hostname", device)
    if address:
        return Party(ip_entity(address), "dst_endpoint_ip", address)
    return Party(f"service:{service}".lower() if service else "", "service_name", service)


def _sources(rows: Rows, target_of: Codes, targets: list[Party]) -> tuple[Codes, list[Party]]:
    """Sources by row; local logons get their target as source, hence the joint codes for those rows only."""
    codes, combinations = rows.combinations(_SOURCE)
    parties: list[Party] = []
    local = []
    for code, (address, name) in enumerate(combinations):
        if address not in NOWHERE:
            parties.append(Party(ip_entity(address), "src_endpoint_ip", address))
        elif name not in NOWHERE:
            parties.append(Party(host_entity(name), "src_endpoint_hostname", name))
        else:
            parties.append(Party("", "", ""))
            local.append(code)
    if local:
        codes = np.where(np.isin(codes, local), target_of + len(parties), codes)
        parties += targets
    return codes, parties


class _Decoded(NamedTuple):
    """Every attempt of a batch by a named, non-machine account."""

    rows: Rows
    succeeded: Mask
    sources: list[Party]
    accounts: list[Party]
    targets: list[Party]
    source_of: Codes
    account_of: Codes
    target_of: Codes

    def under(self, wanted: Mask) -> "_Decoded":
        """The attempts of a mask."""
        if wanted.all():
            return self
        codes = (column[wanted] for column in (self.source_of, self.account_of, self.target_of))
        rows, parties = Rows(self.rows.table, wanted), (self.sources, self.accounts, self.targets)
        return _Decoded(rows, self.succeeded[wanted], *parties, *codes)


_last: tuple[weakref.ref[pa.Table], _Decoded | None] | None = None


def _decoded(events: pa.Table) -> _Decoded | None:
    """Decode a batch, or give what was decoded for it: three detectors in turn ask for the same one."""
    global _last  # noqa: PLW0603 -- a memory of one batch; what is returned depends on the batch alone
    if _last is not None and _last[0]() is events:
        return _last[1]
    found = _decode(events)
    _last = (weakref.ref(events), found)
    return found


def _decode(events: pa.Table) -> _Decoded | None:
    mask = number_in(events, "class_uid", (AUTHENTICATION,))
    if mask.any():
        mask &= number_in(events, "status_id", (SUCCESS, FAILURE)) & number_in(events, "activity_id", ATTEMPTS)
    if not mask.any():
        return None
    rows = Rows(events, mask)
    account_of, names = rows.combinations(_ACCOUNT)
    target_of, places = rows.combinations(_TARGET)
    accounts, targets = [_account(values) for values in names], [_target(values) for values in places]
    source_of, sources = _sources(rows, target_of, targets)
    person = np.array([not party.entity.endswith(("$", "anonymous logon")) for party in accounts], dtype=np.bool_)
    succeeded = number_in(rows.table, "status_id", (SUCCESS,))
    return _Decoded(rows, succeeded, sources, accounts, targets, source_of, account_of, target_of).under(
        person[account_of]
    )


def attempts(events: pa.Table, statuses: Collection[int], watched: Container[str] = ()) -> Attempts | None:
    """Attempts with one of ``statuses`` by a named, non-machine account; None when there is none.

    Successes are left out unless their source fails in this batch too or is in ``watched``: the detectors that ask for
    successes do nothing with others, and most of a healthy stream is such successes.
    """
    found = _decoded(events)
    if found is None:
        return None
    wanted: Mask = ~found.succeeded
    if SUCCESS in statuses:
        matters = np.zeros(len(found.sources), dtype=np.bool_)
        matters[found.source_of[wanted]] = True
        for code in np.unique(found.source_of[found.succeeded & ~matters[found.source_of]]).tolist():
            matters[code] = found.sources[code].entity in watched
        wanted = matters[found.source_of] if FAILURE in statuses else matters[found.source_of] & found.succeeded
    if not wanted.any():
        return None
    kept = found.under(wanted)
    return Attempts(
        kept.rows, kept.rows.times_us, kept.succeeded.tolist(), kept.sources, kept.accounts, kept.targets,
        kept.source_of.tolist(), kept.account_of.tolist(), kept.target_of.tolist(),
    )  # fmt: skip
