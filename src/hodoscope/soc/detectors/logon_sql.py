"""SQL for the parties of :mod:`.logons`: which attempts a source, an account and a target stand for.

A party is compared as the entity id the detectors count by, not as the column one event happened to show: ``SRV-1`` and
``srv-1`` are one host, and the source of a local logon is its target.
"""

from hodoscope.soc.detectors.entity_sql import lowered, short, user_of
from hodoscope.soc.detectors.evidence import sql_text

NOWHERE = frozenset({"", "-", "127.0.0.1", "::1", "localhost", "0.0.0.0", "::"})  # noqa: S104 -- compared, never bound
_NOWHERE_SQL = ", ".join(sql_text(name) for name in sorted(NOWHERE))
ACCOUNT = (
    f"multiIf(user_name != '', {user_of('user_domain', 'user_name')}, "
    f"user_email_addr != '', {lowered('user', 'user_email_addr')}, '')"
)
_TARGET = (
    f"multiIf(dst_endpoint_hostname != '', {lowered('host', 'dst_endpoint_hostname')}, "
    f"device_hostname != '', {lowered('host', 'device_hostname')}, "
    f"dst_endpoint_ip != '', {lowered('ip', 'dst_endpoint_ip')}, "
    f"service_name != '', {lowered('service', 'service_name')}, '')"
)
TARGET = short(_TARGET)
SOURCE = short(
    f"multiIf(src_endpoint_ip NOT IN ({_NOWHERE_SQL}), {lowered('ip', 'src_endpoint_ip')}, "
    f"src_endpoint_hostname NOT IN ({_NOWHERE_SQL}), {lowered('host', 'src_endpoint_hostname')}, {_TARGET})"
)
PERSON = f"NOT endsWith({ACCOUNT}, '$') AND NOT endsWith({ACCOUNT}, 'anonymous logon')"
"""Machine accounts are not counted."""


def of_source(entity: str) -> str:
    """Attempts by persons from a source."""
    return f"{SOURCE} = {sql_text(entity)} AND {PERSON}"


def of_target(entity: str) -> str:
    """Attempts against a target."""
    return f"{TARGET} = {sql_text(entity)}"


def of_account(*entities: str) -> str:
    """Attempts as one of the accounts."""
    return f"{ACCOUNT} IN ({', '.join(sql_text(entity) for entity in entities)})"
