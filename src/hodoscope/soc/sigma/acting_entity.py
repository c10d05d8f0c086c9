"""Whom a hit is about: the machine in endpoint and network logs, the person in identity and cloud logs.

Said twice, in Python for findings and in SQL for the WHERE that finds their events again; ``tests/soc/sigma`` holds
both to the same answer.
"""

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa

from hodoscope.soc.detectors.entity_sql import lowered, user_of
from hodoscope.soc.detectors.evidence import host_entity, ip_entity, own_or_enriched, user_entity
from hodoscope.soc.detectors.rows import Rows, numbers

COLUMNS = (
    "class_uid",
    "device_hostname",
    "src_endpoint_ip",
    "actor_user_name",
    "actor_user_domain",
    "user_name",
    "user_domain",
)
AUTHENTICATION = 3002
UNKNOWN = "host:unknown"


class _Parties(NamedTuple):
    host: str
    address: str
    actor: str
    user: str


def acting_entities(events: pa.Table) -> list[str]:
    """The entity of every row, never empty."""
    rows = Rows(events)
    host, address, actor, actor_domain, user, user_domain = (rows.text(name) for name in COLUMNS[1:])
    classes, enriched = numbers(events, "class_uid").tolist(), rows.lists("entity_ids")
    found: list[str] = []
    for row, class_uid in enumerate(classes):
        parties = _Parties(
            host_entity(host[row]),
            ip_entity(address[row]),
            user_entity(actor_domain[row], actor[row]),
            user_entity(user_domain[row], user[row]),
        )
        built = next((party for party in _preferred(class_uid, parties) if party), "")
        found.append(_enriched(enriched[row], built) if built else UNKNOWN)
    return found


def _enriched(entity_ids: Sequence[str], built: str) -> str:
    """The enriched id that ``built`` is another name of: the only one of its kind, or the short name of a full one."""
    own = own_or_enriched(entity_ids, built)
    return next((entity for entity in entity_ids if built.startswith(f"{entity}.")), own) if own == built else own


def _preferred(class_uid: int, parties: _Parties) -> Sequence[str]:
    host, address, actor, user = parties
    if class_uid == AUTHENTICATION:  # the actor is often the machine that was logged on to
        return user, actor, host, address
    if class_uid // 1000 in (3, 6):  # identity and access, applications
        return actor, user, host, address
    return host, address, actor, user


def entity_expression() -> str:
    """The same as an SQL expression over the events table."""
    actor = f"if(actor_user_name != '', {user_of('actor_user_domain', 'actor_user_name')}, '')"
    user = f"if(user_name != '', {user_of('user_domain', 'user_name')}, '')"
    host = f"if(device_hostname != '', {lowered('host', 'device_hostname')}, '')"
    address = f"if(src_endpoint_ip != '', {lowered('ip', 'src_endpoint_ip')}, '')"
    order = (
        f"multiIf(class_uid = {AUTHENTICATION}, [{user}, {actor}, {host}, {address}], "
        f"intDiv(class_uid, 1000) IN (3, 6), [{actor}, {user}, {host}, {address}], "
        f"[{host}, {address}, {actor}, {user}])"
    )
    built = f"arrayFirst(e -> e != '', {order})"
    alike = "arrayDistinct(arrayFilter(e -> startsWith(e, extract(b, '^[a-z]+:')), entity_ids))"
    short = "arrayFirst(e -> startsWith(b, concat(e, '.')), entity_ids)"
    chosen = (
        f"arrayMap(b -> multiIf(b = '', b, length({alike}) = 1, {alike}[1], {short} != '', {short}, b), [{built}])[1]"
    )
    return f"if(({chosen}) = '', '{UNKNOWN}', ({chosen}))"
