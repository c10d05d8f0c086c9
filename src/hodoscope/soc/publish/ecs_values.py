"""How a value looks in ECS where its type or meaning is not the column's, and the fields that are worked out."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import orjson


class Derived(NamedTuple):
    """An ECS field computed from columns: ``of`` takes their values of one event, in order.

    ``default``: in every event that has the columns; otherwise only where a mapping's ``ecs`` asks for it.
    """

    columns: tuple[str, ...]
    of: Callable[..., object]
    default: bool = True


def iso_time(value: object) -> object:
    """Times as ISO 8601 with ``Z``; everything else as it is."""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def _address(value: object) -> object:
    """Only what is an address: one name in a field of type ``ip`` makes an index refuse the document."""
    return value if _is_address(value) else None


def _addresses(value: object) -> object:
    return [item for item in value if _is_address(item)] if isinstance(value, list) else None


def _is_address(text: object) -> bool:
    try:
        ipaddress.ip_address(str(text))
    except ValueError:
        return False
    return True


def _list(value: object) -> object:
    """A list; the JSON text of one, as unmapped fields are kept, is opened."""
    if isinstance(value, str) and value[:1] == "[":
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return [value]
    return value if isinstance(value, list) else [value]


def _number(value: object) -> object:
    """Unmapped fields are kept as text; an ECS ``long`` is a number."""
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value) else value


def _instant(value: object) -> object:
    """A time kept as text in one spelling; OCSF's are milliseconds."""
    text = str(value)
    try:
        moment = datetime.fromtimestamp(int(text) / 1000, UTC) if text.isdecimal() else datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return iso_time(moment)


_DIRECTIONS = frozenset(("ingress", "egress", "inbound", "outbound", "internal", "external", "unknown"))


def _direction(value: object) -> object:
    """ECS writes it in lower case and knows these words; OCSF's Lateral is between internal hosts."""
    word = str(value).lower().replace("lateral", "internal")
    return word if word in _DIRECTIONS else None


def _answers(value: object) -> object:
    """Answer objects; ECS wants at least ``data``. Windows writes ``type:  5 name`` for all but addresses."""
    if not isinstance(value, list):
        return None
    texts = (re.sub(r"^type:\s+\d+\s+", "", str(item)).strip() for item in value)
    return [{"data": text} for text in dict.fromkeys(texts) if text]


def _dns_type(class_uid: object, activity: object) -> object:
    """OCSF DNS Activity: 1 Query, 2 Response; traffic of both is neither."""
    return {1: "query", 2: "answer"}.get(activity) if class_uid == _DNS_ACTIVITY and isinstance(activity, int) else None


_DNS_ACTIVITY = 4003


def _account_name(name: object, domain: object) -> object:
    """``bob`` of the Kerberos principal ``bob@ACME.TEST`` when the realm stands beside it as the domain."""
    account, _, realm = str(name or "").partition("@")
    return account if realm and realm.lower() == str(domain or "").lower() else name


def _network_type(ip: object) -> object:
    return f"ipv{ipaddress.ip_address(str(ip)).version}" if _is_address(ip) else None


DERIVED: Mapping[str, Derived] = {
    "dns.answers": Derived(("answers",), _answers),
    "dns.type": Derived(("class_uid", "activity_id"), _dns_type),
    "derived.network_type": Derived(("src_endpoint_ip",), _network_type, default=False),
    "derived.account_name": Derived(("user_name", "user_domain"), _account_name, default=False),
}
"""By ECS path, or ``derived.NAME`` where a mapping has to ask for it."""

SHAPES: Mapping[str, Callable[[object], object]] = {
    "source.ip": _address,
    "destination.ip": _address,
    "host.ip": _address,
    "dns.resolved_ip": _addresses,
    "registry.data.strings": _list,
    "process.args": _list,
    "process.parent.args": _list,
    "process.start": _instant,
    "process.parent.start": _instant,
    "process.exit_code": _number,
    "process.parent.pid": _number,
    "network.direction": _direction,
    "network.bytes": _number,
    "network.packets": _number,
}
"""By ECS path; a path that is not here takes the column's value."""
