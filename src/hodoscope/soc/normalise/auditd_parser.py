r"""Linux audit events → one flat record each: the joined lines ``type=X msg=audit(ts:serial): k=v …`` of one serial.

Fields stand under auditd's own names: those of the SYSCALL line, or of the only line, at the top, with what user
space put
into ``msg='…'``; of the other lines ``argv``/``cmdline`` (EXECVE), ``cwd``, ``proctitle``,
``path``/``nametype``/``paths``
(PATH), ``saddr_fam``/``raddr``/``rport`` (SOCKADDR). ``kind`` is the event's leading type, ``types`` all of them.
Enriched
fields (upper case, after the byte 0x1d) keep their upper-case names.

What one would get wrong: the kernel writes a text as hexadecimal, without quotes, when it holds a blank, a quote or
a control
character; ``a0`` … of SYSCALL are numbers and look the same. Only fields that the kernel treats as untrusted text
are decoded.
"""

import ipaddress
import re
from collections.abc import Mapping

import numpy as np

from hodoscope.soc.normalise.interface import Parsed
from hodoscope.soc.normalise.json_cells import Record
from hodoscope.soc.normalise.json_fields import fields_of
from hodoscope.soc.record import RawBatch, SkippedRecord

_HEAD = re.compile(
    r"(?:node=(?P<node>\S+) )?type=(?P<type>\S+) (?:msg=)?audit\((?P<time>\d+\.\d+):(?P<serial>\d+)\):\s*(?P<body>.*)",
    re.DOTALL,
)
_PAIR = re.compile(r"""([A-Za-z][\w-]*(?:\[\d+\])?)=("[^"]*"|'[^']*'|\{[^}]*\}|\S*)""")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_TEXT = frozenset((
    "proctitle", "comm", "exe", "cwd", "name", "cmd", "key", "acct", "dir", "path", "file", "data", "watch", "grp",
    "id_name",
    "root_dir", "device", "new-disk", "old-disk", "vm", "unit",
))  # fmt: skip
_ARGUMENT = re.compile(r"a(\d{1,9})(?:\[(\d{1,9})\])?$")
_LEADING = ("EXECVE", "SYSCALL")
_ABSENT = frozenset(("?", "(null)", "(none)", ""))
_ENRICHED = "\x1d"


class AuditdParser:
    """Parser of audit events whose lines the framing joined with line breaks."""

    def parse(self, batch: RawBatch, options: Mapping[str, str]) -> Parsed:
        good: list[Record] = []
        rows: list[int] = []
        skipped: list[SkippedRecord] = []
        for row, raw in enumerate(batch.records):
            record = audit_event(raw.decode("utf-8", "replace"))
            if record is not None:
                good.append(record)
                rows.append(row)
            elif raw.strip():
                reason = "no audit header"
                skipped.append(SkippedRecord(batch.source_id, batch.path, batch.positions[row], reason, "", raw[:4096]))
        return Parsed(fields_of(good), np.array(rows, dtype=np.int64), skipped)


def audit_event(text: str) -> Record | None:
    """The flat record of one event; None when no line has an audit header."""
    record: Record = {}
    types: list[str] = []
    for line in text.split("\n"):
        head = _HEAD.search(line)
        if head is None:
            continue
        kind = head["type"].upper()
        if not types:
            record.update({"time": head["time"], "serial": head["serial"], "node": head["node"]})
        types.append(kind)
        _merge(record, kind, _pairs(head["body"], kind))
    if not types:
        return None
    record["kind"] = next((kind for kind in _LEADING if kind in types), types[0])
    record["types"] = types
    return record


def _pairs(body: str, kind: str) -> dict[str, object]:
    plain, _, enriched = body.partition(_ENRICHED)
    found: dict[str, object] = {}
    for name, value in _PAIR.findall(plain):
        if name == "msg" and value[:1] == "'":
            found.update(_pairs(value[1:-1], kind))
        else:
            text = _value(name, value, kind)
            if text is not None:
                found[name] = text
    for name, value in _PAIR.findall(enriched):
        found[name] = value.strip('"')
    return found


def _value(name: str, value: str, kind: str) -> str | None:
    if value[:1] in ('"', "'") and len(value) >= 2:
        value = value[1:-1]
    elif (name in _TEXT or (kind == "EXECVE" and _ARGUMENT.match(name))) and _HEX.fullmatch(value):
        value = bytes.fromhex(value).decode("utf-8", "replace").replace("\0", " ").rstrip(" ")
    return None if value in _ABSENT else value


def _merge(record: Record, kind: str, fields: dict[str, object]) -> None:
    if kind == "EXECVE":
        argv = _arguments(fields)
        record["argv"], record["cmdline"] = argv, " ".join(argv)
    elif kind == "CWD":
        record["cwd"] = fields.get("cwd")
    elif kind == "PROCTITLE":
        record["proctitle"] = fields.get("proctitle")
    elif kind == "PATH":
        _merge_path(record, fields)
    elif kind == "SOCKADDR":
        record.update(socket_address(str(fields.get("saddr", ""))))
    elif kind != "EOE":
        for name, value in fields.items():
            record.setdefault(name, value)


def _arguments(fields: Mapping[str, object]) -> list[str]:
    """``a0 a1 …``; a long one comes in pieces ``a1[0] a1[1] …``."""
    pieces: dict[tuple[int, int], str] = {}
    for name, value in fields.items():
        found = _ARGUMENT.match(name)
        if found:
            pieces[int(found[1]), int(found[2] or 0)] = str(value)
    joined: dict[int, str] = {}
    for (number, _), value in sorted(pieces.items()):
        joined[number] = joined.get(number, "") + value
    return list(joined.values())


def _merge_path(record: Record, fields: dict[str, object]) -> None:
    paths = record.setdefault("paths", [])
    if isinstance(paths, list):
        paths.append(fields)
    # The object of a call is its last path that is not a parent folder; of an execve it is the first, the program.
    if fields.get("nametype") != "PARENT" and ("path" not in record or "argv" not in record):
        record["path"], record["nametype"], record["inode"] = (
            fields.get("name"),
            fields.get("nametype"),
            fields.get("inode"),
        )


def socket_address(saddr: str) -> dict[str, object]:
    """Family, address and port of a hexadecimal ``sockaddr`` (x86 byte order of the family); empty when it is cut
    off."""
    try:
        raw = bytes.fromhex(saddr)
    except ValueError:
        return {}
    family = int.from_bytes(raw[:2], "little")
    if family == 2 and len(raw) >= 8:
        return {
            "saddr_fam": "inet",
            "rport": int.from_bytes(raw[2:4], "big"),
            "raddr": str(ipaddress.IPv4Address(raw[4:8])),
        }
    if family == 10 and len(raw) >= 24:
        return {
            "saddr_fam": "inet6",
            "rport": int.from_bytes(raw[2:4], "big"),
            "raddr": str(ipaddress.IPv6Address(raw[8:24])),
        }
    if family == 1:
        return {"saddr_fam": "local", "socket_path": raw[2:].split(b"\0", 1)[0].decode("utf-8", "replace")}
    return {"saddr_fam": str(family)} if raw else {}
