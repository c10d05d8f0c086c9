"""Canonical entity ids: how the spellings of a user, host, address, account or key become one id. No I/O.

An id is ``kind:name``: ``user:acme\\bob``, ``user:bob@acme.example``, ``host:ws01``, ``ip:192.0.2.7``,
``account:111122223333``, ``key:AKIA...``. Which spellings belong to the same person or machine is the operator's
knowledge (``enrich/aliases.py``); here are the rules that need none:

* Names are lower case without surrounding blanks; keys keep their case (fingerprints are base64).
* ``DOMAIN\\name`` and ``name`` with a domain column are the same; a dotted Windows domain counts by its first label
  (``acme.local`` and ``ACME`` are one domain). ``name@domain`` stays as written: it need not equal the Windows domain.
* A trailing ``$`` marks a machine account: the entity is the host.
* Accounts that every machine has (root, Administrator, service accounts) are of their machine: ``user:ws01\\root``.
* SYSTEM, LOCAL SERVICE, NETWORK SERVICE, anonymous and session plumbing (DWM-1, UMFD-0) give no entity: they would join
  every Windows event to every other, and the device already says which machine it was.
* Addresses: IPv4-mapped IPv6 is IPv4; zone ids and brackets go; loopback, unspecified, multicast and broadcast
  addresses give no entity.
* A dotted host name loses its suffix only when that suffix is internal (:data:`INTERNAL_SUFFIXES`, or the operator's
  own): ``ws01.corp.local`` is ``host:ws01`` but ``www.example.com`` is not ``host:www``.

What one would get wrong: the null SID ``S-1-0-0`` means "not known" (failed logons carry it beside the real name), so
it never hides a name.
"""

import ipaddress
import re
from typing import NamedTuple

NOTHING = frozenset({"", "-", "--", "n/a", "none", "null", "(null)", "unset", "(unset)", "unknown", "(unknown)", "?"})
"""Spellings of an absent value, lower case."""

INTERNAL_SUFFIXES = frozenset(
    {"local", "localdomain", "lan", "internal", "intranet", "intra", "corp", "home", "private", "home.arpa"}
)
"""Last labels that never name a machine on the internet (RFC 6762 app. G, RFC 8375, ICANN's reserved ``internal``)."""

_AUTHORITIES = frozenset({"nt authority", "nt-autorität", "autorite nt", "autorité nt", "autoridade nt", "nt-hallinta"})
_PLUMBING_DOMAINS = frozenset({"window manager", "font driver host"})
_NOBODY = frozenset(
    {"system", "localsystem", "local system", "local service", "localservice", "network service", "networkservice"}
    | {"anonymous logon", "anonymous", "system:anonymous", "everyone"}
)
_MACHINE_LOCAL_DOMAINS = frozenset(
    {".", "builtin", "workgroup", "nt service", "iis apppool", "nt virtual machine", "localhost"}
)
_MACHINE_LOCAL_NAMES = frozenset(
    {
        "root",
        "administrator",
        "admin",
        "guest",
        "defaultaccount",
        "wdagutilityaccount",
        "daemon",
        "nobody",
        "bin",
        "sys",
    }
    | {"sshd", "www-data", "apache", "nginx", "postgres", "mysql", "ubuntu", "ec2-user", "centos", "debian", "pi"}
)
_SID = re.compile(r"s-1-\d{1,15}(-\d{1,10}){1,15}\Z")
_NO_HOST = re.compile(r"[\s/\\@:]")  # "AWS Internal", paths and URLs stand where a name is expected
_LOCAL_HOSTS = frozenset({"localhost", "localhost.localdomain", "localhost4", "localhost6", "ip6-localhost"})


class UserName(NamedTuple):
    """What an event says about a user, cleaned. All empty means nobody; ``machine`` is set for a machine account.

    ``local`` says the account belongs to one machine (or cloud account) and needs its name to be told from its
    namesakes.
    """

    name: str = ""
    domain: str = ""
    sid: str = ""
    machine: str = ""
    local: bool = False

    @property
    def qualified(self) -> str:
        """``domain\\name``, or the bare name when there is no domain."""
        return f"{self.domain}\\{self.name}" if self.domain else self.name


def clean(text: str) -> str:
    """Lower case without surrounding blanks and NULs; empty for every spelling of an absent value."""
    text = text.strip(" \t\r\n\0").lower()
    return "" if text in NOTHING else text


def parse_sid(text: str) -> str:
    """A lower-case SID that can name one account, else empty: well-known SIDs and integrity levels name many.

    Accounts of a domain or machine are ``S-1-5-21-...``, Entra accounts ``S-1-12-1-...``, services ``S-1-5-80-...`` and
    application pools ``S-1-5-82-...`` (MS-DTYP 2.4.2.4).
    """
    text = clean(text)
    return text if _SID.match(text) and text.startswith(("s-1-5-21-", "s-1-12-1-", "s-1-5-80-", "s-1-5-82-")) else ""


def parse_user(name: str, domain: str = "", sid: str = "") -> UserName:
    """Read a user from the name, domain and SID columns, each possibly empty and in any vendor's spelling."""
    who, where = clean(name), clean(domain)
    if "\\" in who:
        prefix, _, who = who.partition("\\")
        where, who = clean(prefix) or where, clean(who)
    if "." in where and where != ".":
        where = where.partition(".")[0] or where
    if _SID.match(who):
        who, sid = "", sid or who
    if who.endswith("$") and len(who) > 1:
        return UserName(machine=host_label(who[:-1]))
    if who in _NOBODY or where in _AUTHORITIES or where in _PLUMBING_DOMAINS:
        return UserName()
    raw_sid, known = clean(sid), parse_sid(sid)
    if _SID.match(raw_sid) and not known and raw_sid != "s-1-0-0" and not who:
        return UserName()
    if raw_sid in {"s-1-5-18", "s-1-5-19", "s-1-5-20", "s-1-5-7"}:
        return UserName()
    if not who:
        return UserName(sid=known)
    if where in _MACHINE_LOCAL_DOMAINS:
        return UserName(who, "", known, local=True)
    return UserName(who, "" if "@" in who else where, known, local=not where and who in _MACHINE_LOCAL_NAMES)


def user_id(user: UserName, place: str = "") -> str:
    """Canonical id without any operator knowledge; ``place`` (machine or cloud account) qualifies a local account."""
    if user.machine:
        return f"host:{user.machine}"
    if user.local and place:
        return f"user:{place}\\{user.name}"
    name = user.qualified or user.sid
    return f"user:{name}" if name else ""


def host_label(text: str, suffixes: frozenset[str] = frozenset()) -> str:
    """Canonical machine name: lower case, no trailing dot, without an internal suffix; empty for localhost or an
    address.

    ``suffixes`` are the operator's own domains, lower case without a leading dot.
    """
    name = clean(text).lstrip("\\").rstrip(".")
    if not name or name in _LOCAL_HOSTS or _NO_HOST.search(name) or parse_address(name) is not None:
        return ""
    first, dot, rest = name.partition(".")
    if not dot or not first:
        return name
    internal = rest in suffixes or rest.rpartition(".")[2] in INTERNAL_SUFFIXES or rest.endswith("home.arpa")
    return first if internal else name


def parse_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address in canonical form, else None. Brackets and zone ids are dropped, IPv4-mapped IPv6 becomes IPv4."""
    text = text.strip(" \t\r\n\0")
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    text = text.partition("%")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def parse_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """A CIDR (host bits allowed) or a single address as a network; ``ValueError`` otherwise."""
    address = parse_address(text)
    return ipaddress.ip_network(text.strip() if address is None else address, strict=False)


def address_id(text: str) -> str:
    """``ip:...``, or empty for anything that does not name one machine."""
    address = parse_address(text)
    if address is None:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        number = int(address)  # integer tests: the properties of ``ipaddress`` cost a microsecond each
        nobody = number in {0, 0xFFFFFFFF} or number >> 24 == 127 or number >> 28 == 14
    else:
        nobody = address.is_loopback or address.is_unspecified or address.is_multicast
    return "" if nobody else f"ip:{address}"


def mac_digits(text: str) -> str:
    """Twelve lower-case hex digits of a MAC address in any notation, else empty (all zeros and broadcast too)."""
    digits = re.sub(r"[:.\- ]", "", clean(text))
    ok = len(digits) == 12 and all(c in "0123456789abcdef" for c in digits)
    return digits if ok and digits not in {"0" * 12, "f" * 12} else ""


def account_id(text: str) -> str:
    """``account:...`` of a cloud account, subscription or project."""
    name = clean(text)
    return f"account:{name}" if name else ""


def key_id(text: str) -> str:
    """``key:...`` of an access key, certificate or fingerprint, case kept."""
    name = text.strip(" \t\r\n\0")
    return f"key:{name}" if clean(name) else ""
