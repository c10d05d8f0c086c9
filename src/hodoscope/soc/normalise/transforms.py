r"""Named text transforms for mapping files: one function per name, applied to each distinct value once.

Each returns text, or None for "no value". Add one here and it is usable as ``apply: [name]`` in every mapping file.
"""

import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache
from html import unescape
from urllib.parse import urlsplit

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.normalise.values import int_of, text_of

Transform = Callable[[str], str | None]

_IP_PORT = re.compile(r"^\[?([0-9a-fA-F:.]+?)\]?(?::(\d{1,5}))?$")
_ABSENT = frozenset(("", "-", "null", "<null>", "(null)", "None", "none", "N/A", "n/a", "(empty)", "unknown", "?"))


def absent_to_none(text: str) -> str | None:
    """The ways vendors write "no value"."""
    return None if text.strip() in _ABSENT else text


def windows_basename(text: str) -> str | None:
    r"""Last part of a path, whichever slash it uses."""
    return re.split(r"[\\/]", text.rstrip("\\/"))[-1] or None


def windows_dirname(text: str) -> str | None:
    """The path without its last part."""
    cut = max(text.rfind("\\"), text.rfind("/"))
    return text[:cut] if cut > 0 else None


def extension(text: str) -> str | None:
    """File extension without the dot, lower case."""
    name = windows_basename(text) or ""
    return name.rsplit(".", 1)[1].lower() if "." in name[1:] else None


def account_name(text: str) -> str | None:
    r"""``bob`` of ``ACME\bob``; other text unchanged."""
    return text.rsplit("\\", 1)[-1] or None


def account_domain(text: str) -> str | None:
    r"""``ACME`` of ``ACME\bob``; None without a backslash."""
    return text.rsplit("\\", 1)[0] if "\\" in text else None


def mail_local(text: str) -> str | None:
    """``bob`` of ``bob@acme.example``; other text unchanged."""
    return text.split("@", 1)[0] or None


def mail_domain(text: str) -> str | None:
    """``acme.example`` of ``bob@acme.example``; None without an at sign."""
    return text.split("@", 1)[1] or None if "@" in text else None


def mail_address(text: str) -> str | None:
    """The text when it looks like an address, else None."""
    return text if re.fullmatch(r"[^@\s]+@[^@\s]+", text) else None


@lru_cache(maxsize=65_536)  # the address and the "not an address" column of one field ask twice
def ip_only(text: str) -> str | None:
    """Canonical address of ``1.2.3.4``, ``1.2.3.4:80``, ``[::1]:80``, ``::ffff:1.2.3.4``; None for anything else."""
    found = _IP_PORT.match(text.strip().split("%", 1)[0])
    for candidate in (text.strip().split("%", 1)[0], found[1] if found else ""):
        try:
            address = ipaddress.ip_address(candidate)
        except ValueError:
            continue
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        return str(mapped or address)
    return None


def not_ip(text: str) -> str | None:
    """The text when it is no address (a host name, a service principal)."""
    return None if ip_only(text) else text


def port_only(text: str) -> str | None:
    """The port of ``1.2.3.4:80`` or ``[::1]:80``."""
    found = re.search(r"(?:\]|^[^:]*):(\d{1,5})$", text.strip())
    return found[1] if found else None


def hex_to_int(text: str) -> str | None:
    """Decimal text of ``0x1f4`` or of a number."""
    number = int_of(text)
    return None if number is None else str(number)


def _hash(name: str) -> Transform:
    find = re.compile(rf"(?:^|[,;|\s]){name}=([0-9A-Fa-f]+)", re.IGNORECASE)

    def pick(text: str) -> str | None:
        found = find.search(text)
        return found[1].lower() if found and found[1].strip("0") else None

    return pick


def _url(part: str) -> Transform:
    def pick(text: str) -> str | None:
        try:
            split = urlsplit(text if "://" in text or text.startswith(("/", "?")) else f"//{text}")
            return {"host": split.hostname, "path": split.path, "query": split.query, "scheme": split.scheme}[
                part
            ] or None
        except ValueError:
            return None

    return pick


def url_path(text: str) -> str | None:
    """The part of a request target before ``?`` and without scheme and host."""
    path = re.sub(r"^[a-z][a-z0-9+.-]*://[^/?#]*", "", text, flags=re.IGNORECASE)
    return path.split("?", 1)[0].split("#", 1)[0] or None


def url_query(text: str) -> str | None:
    """The part of a request target after the first ``?``."""
    return text.split("?", 1)[1].split("#", 1)[0] or None if "?" in text else None


def first_label(text: str) -> str | None:
    """``web01`` of ``web01.acme.example``; addresses unchanged."""
    return text if ip_only(text) else text.split(".", 1)[0] or None


def after_first_dot(text: str) -> str | None:
    """``acme.example`` of ``web01.acme.example``; None for addresses and single labels."""
    return None if ip_only(text) or "." not in text else text.split(".", 1)[1] or None


def distinguished_name(text: str) -> str | None:
    """``Bob, Jr`` of ``CN=Bob\\, Jr,OU=Sales,DC=acme``; other text unchanged."""
    found = re.match(r"(?i)cn=((?:\\.|[^,\\])+)", text)
    return re.sub(r"\\(.)", r"\1", found[1]) if found else text


def task_command(text: str) -> str | None:
    """Command and arguments of a scheduled task's XML, which some forwarders escape once more."""
    text = text if "<" in text else unescape(text)
    parts = [re.search(rf"<{name}>(.*?)</{name}>", text, re.DOTALL) for name in ("Command", "Arguments")]
    return unescape(" ".join(part[1] for part in parts if part)) or None


def program(text: str) -> str | None:
    """File name of the program a command line starts, quoted or not."""
    found = re.match(r'\s*(?:"([^"]+)"|(.+?\.(?:exe|com|bat|cmd|scr))(?=\s|$)|(\S+))', text, re.IGNORECASE)
    return windows_basename(found[1] or found[2] or found[3]) if found else None


def strip_braces(text: str) -> str | None:
    """GUID without its braces."""
    return text.strip("{}") or None


def joined(text: str) -> str | None:
    """The elements of a JSON list, with blanks between them; other text unchanged."""
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return " ".join(text_of(value) for value in values) or None if isinstance(values, list) else text


# OCSF severity of the eight syslog severities (RFC 5424 table 2): emergency is fatal, alert and critical are critical,
# error is high, warning medium, notice low, informational and debug informational.
_SYSLOG_SEVERITY = ("6", "5", "5", "4", "3", "2", "1", "1")


def plain(text: str) -> str | None:
    """The text unless it is a JSON object or array: ``user`` and the like hold a word here, an object there."""
    return None if text[:1] in ("{", "[") and text[-1:] in ("}", "]") else text


def json_text(text: str) -> str | None:
    """``Owner`` of ``"Owner"`` or ``["Owner"]``, as directory audits write property values; other text unchanged."""
    try:
        value = orjson.loads(text) if text[:1] in ('"', "[") else text
    except orjson.JSONDecodeError:
        return text
    if isinstance(value, list):
        return ", ".join(text_of(item) for item in value) or None
    return text_of(value) or None


def syslog_severity(text: str) -> str | None:
    """OCSF ``severity_id`` of a syslog priority value (facility * 8 + severity)."""
    return _SYSLOG_SEVERITY[int(text) % 8] if text.isdecimal() and len(text) < 20 else None


TRANSFORMS: dict[str, Transform] = {
    "plain": plain,
    "json_text": json_text,
    "joined": joined,
    "syslog_severity": syslog_severity,
    "absent": absent_to_none,
    "lower": str.lower,
    "upper": str.upper,
    "strip": lambda text: text.strip() or None,
    "strip_dot": lambda text: text.rstrip(".") or None,
    "basename": windows_basename,
    "dirname": windows_dirname,
    "extension": extension,
    "account_name": account_name,
    "account_domain": account_domain,
    "mail_local": mail_local,
    "mail_domain": mail_domain,
    "mail_address": mail_address,
    "ip": ip_only,
    "not_ip": not_ip,
    "port": port_only,
    "integer": hex_to_int,
    "md5": _hash("MD5"),
    "sha1": _hash("SHA1"),
    "sha256": _hash("SHA256"),
    "imphash": _hash("IMPHASH"),
    "url_host": _url("host"),
    "url_path": url_path,
    "url_query": url_query,
    "url_scheme": _url("scheme"),
    "first_label": first_label,
    "after_first_dot": after_first_dot,
    "strip_braces": strip_braces,
    "distinguished_name": distinguished_name,
    "program": program,
    "task_command": task_command,
}
"""Every transform a mapping file may name."""


def apply_to_distinct(array: pa.Array, transform: Transform) -> pa.Array:
    """``transform`` of each distinct value of a text array; nulls stay null."""
    encoded = array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(array)
    changed = pa.array(
        [transform(value) if value is not None else None for value in encoded.dictionary.to_pylist()], pa.string()
    )
    return changed.take(encoded.indices)
