"""Which users, machines, addresses, accounts and keys each event is about: columns of entity codes, then lists."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from hodoscope.soc.enrich.aliases import AliasTable
from hodoscope.soc.enrich.codes import Bools, Coded, Ints, coded_column, combinations, map_values
from hodoscope.soc.enrich.match import event_times
from hodoscope.soc.entity import UserName, account_id, address_id, clean, key_id, parse_user


class _Ids:
    """Numbers for the ids of one batch, in order of first appearance; the empty id is -1."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, entity: str) -> int:
        return self.numbers.setdefault(entity, len(self.numbers)) if entity else -1

    def texts(self) -> pa.Array:
        return pa.array(list(self.numbers), pa.string())


@lru_cache(maxsize=1 << 17)
def _address_id(text: str) -> str:
    return address_id(text)


def entity_ids(events: pa.Table, aliases: AliasTable) -> pa.ListArray:
    """Distinct entity ids per event, in the order actor user, target user, device, source, destination, key, account.

    An address held by a machine (lease in force at the event's time, else a fixed address of the assets) gives that
    machine; any other address gives its ``ip:`` id, beside the machine's when the event names both.
    """
    ids = _Ids()
    clock = _Clock(*event_times(events))
    device = _machine(events, "device", aliases, ids, clock)
    source = _machine(events, "src_endpoint", aliases, ids, clock)
    target = _machine(events, "dst_endpoint", aliases, ids, clock)
    rows = events.num_rows
    account = map_values(coded_column(events, "cloud_account_uid"), rows, lambda text: ids.number(account_id(text)))
    key = map_values(coded_column(events, "actor_user_credential_uid"), rows, lambda text: ids.number(key_id(text)))
    place = np.where(device[0] >= 0, device[0], np.where(device[1] >= 0, device[1], account))
    actor = _user(events, "actor_user", aliases, ids, place)
    user = _user(events, "user", aliases, ids, place)
    return _assemble([actor, user, *device, *source, *target, key, account], ids.texts())


class _Clock(NamedTuple):
    """Event times in microseconds UTC and where they are unknown."""

    times: Ints
    unknown: Bools


def _machine(events: pa.Table, role: str, aliases: AliasTable, ids: _Ids, clock: _Clock) -> tuple[Ints, Ints]:
    """Codes of the machine and of the bare address in a role; the address is -1 when a machine is known to hold it.

    An address written where the name belongs (syslog does) counts when the address column is empty.
    """
    rows = events.num_rows
    names = coded_column(events, f"{role}_hostname")
    machine = map_values(names, rows, lambda text: ids.number(aliases.host(text)))
    holder, bare = _address(coded_column(events, f"{role}_ip"), aliases, ids, clock)
    if names is not None and any(map(_address_id, names.values)):
        holder_by_name, bare_by_name = _address(names, aliases, ids, clock)
        silent = (holder < 0) & (bare < 0)
        holder, bare = np.where(silent, holder_by_name, holder), np.where(silent, bare_by_name, bare)
    machine = np.where(machine >= 0, machine, holder)
    macs = coded_column(events, f"{role}_mac")
    if macs is not None:
        machine = np.where(machine >= 0, machine, map_values(macs, rows, lambda text: ids.number(aliases.mac(text))))
    return machine, bare


def _address(addresses: Coded | None, aliases: AliasTable, ids: _Ids, clock: _Clock) -> tuple[Ints, Ints]:
    """Code of the machine that held the address, and of the bare address where none did."""
    rows, leases = len(clock.times), aliases.leases
    holder = map_values(addresses, rows, lambda text: ids.number(aliases.hosts.get(_address_id(text), "")))
    if leases.holders and addresses is not None:
        leased = map_values(addresses, rows, lambda text: leases.addresses.get(_address_id(text), -1))
        found = np.where(clock.unknown, -1, leases.holder(leased, clock.times))
        numbers = np.full(len(leases.holders) + 1, -1, np.int64)  # the last cell is what -1 picks
        for interval in np.unique(found[found >= 0]).tolist():
            numbers[interval] = ids.number(leases.holders[interval])
        holder = np.where(found >= 0, numbers[found], holder)
    bare = map_values(addresses, rows, lambda text: ids.number(_address_id(text)))
    return holder, np.where(holder >= 0, -1, bare)


def _user(events: pa.Table, role: str, aliases: AliasTable, ids: _Ids, place: Ints) -> Ints:
    """Codes of the user in a role, resolved once per distinct (name, domain, SID, e-mail) and, where needed, place."""
    columns = [coded_column(events, f"{role}_{part}") for part in ("name", "domain", "uid", "email_addr")]
    rows = events.num_rows
    if all(column is None for column in columns):
        return np.full(rows, -1, np.int64)
    codes, held = combinations([np.full(rows, -1, np.int64) if c is None else c.codes for c in columns])
    texts = [("",) if c is None else (*c.values, "") for c in columns]
    users: list[tuple[UserName, str]] = []
    for picks in zip(*(part.tolist() for part in held), strict=True):
        name, domain, uid, email = (text[pick] for text, pick in zip(texts, picks, strict=True))
        users.append((_with_uid(parse_user(name, domain, uid), name, uid), clean(email)))
    placed = np.array([aliases.needs_place(user) for user, _ in users], np.bool_)
    table = np.full(len(users), -1, np.int64)
    for number in np.flatnonzero(~placed).tolist():
        table[number] = ids.number(aliases.user(users[number][0], users[number][1], ""))
    result = table[codes]
    where = np.flatnonzero(placed[codes])
    if len(where):
        pairs, (who, here) = combinations([codes[where], place[where]])
        names = [*(entity.partition(":")[2] for entity in ids.numbers), ""]
        at = zip(who.tolist(), here.tolist(), strict=True)
        resolved = [ids.number(aliases.user(users[u][0], users[u][1], names[p])) for u, p in at]
        result[where] = np.array(resolved, np.int64)[pairs]
    return result


def _with_uid(user: UserName, name: str, uid: str) -> UserName:
    """A directory's own id (not a SID, not a POSIX number) names a user whose name is absent."""
    text = clean(uid)
    if user != UserName() or clean(name) or not text or text.startswith("s-1-") or text.lstrip("-").isdigit():
        return user
    return UserName(text)


def _assemble(columns: list[Ints], texts: pa.Array) -> pa.ListArray:
    """Lists of the codes of each row in column order, each once, -1 left out."""
    kept: list[Ints] = []
    for column in columns:
        if (column >= 0).any():
            again = np.zeros(len(column), np.bool_)
            for earlier in kept:
                again |= earlier == column
            kept.append(np.where(again, -1, column))
    if not kept:
        return pa.ListArray.from_arrays(pa.array(np.zeros(len(columns[0]) + 1, np.int32)), texts)
    matrix = np.stack(kept, axis=1)
    present = matrix >= 0
    offsets = np.concatenate([[0], np.cumsum(present.sum(axis=1))])
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), texts.take(pa.array(matrix[present])))
