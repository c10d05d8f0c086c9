r"""Zeek's two writers (tab-separated and JSON) under one set of names: Zeek's own, and ``_path``, the kind of log.

The names of fields hold dots (``id.orig_h``); exporters write ``id_orig_h`` or nest. ``_path`` comes from the
``#path`` line,
from ``@stream`` or ``_path`` in the record, from the file's name, or, failing these, from fields that only one log has.

What one would get wrong: the tab-separated writer doubles backslashes and writes separators inside values as
``\x09`` and
``\x2c``; the JSON writer does not. Both give the same text here. Other ``\xNN`` stand in both for bytes that are no
text.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache, partial

import pyarrow as pa

from hodoscope.soc.normalise.delimited_parser import DelimitedParser
from hodoscope.soc.normalise.interface import Parsed
from hodoscope.soc.normalise.json_cells import Record
from hodoscope.soc.normalise.json_parser import JsonParser
from hodoscope.soc.normalise.table_fields import TableFields
from hodoscope.soc.normalise.transforms import apply_to_distinct
from hodoscope.soc.record import RawBatch

_DOTTED = (
    "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "certificate.version", "certificate.serial",
    "certificate.subject",
    "certificate.issuer", "certificate.not_valid_before", "certificate.not_valid_after", "certificate.key_alg",
    "certificate.sig_alg", "certificate.key_type", "certificate.key_length", "certificate.exponent",
    "certificate.curve",
    "san.dns", "san.uri", "san.email", "san.ip", "basic_constraints.ca", "basic_constraints.path_len", "times.modified",
    "times.accessed", "times.created", "times.changed", "version.major", "version.minor", "version.minor2",
    "version.minor3",
    "version.addl", "data_channel.passive", "data_channel.orig_h", "data_channel.resp_h", "data_channel.resp_p",
)  # fmt: skip
_OWN_NAME = {name.replace(".", "_"): name for name in _DOTTED}
_NESTS = frozenset(name.split(".", 1)[0] for name in _DOTTED)

# One field (or two) per log that no other log has, most telling first.
_MARKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("conn", ("conn_state",)), ("dns", ("qclass",)), ("dns", ("trans_id", "query")),
    ("http", ("trans_depth", "request_body_len")),
    ("ssl", ("resumed", "established")), ("ssl", ("cipher", "established")), ("x509", ("certificate.serial",)),
    ("ssh", ("auth_attempts",)), ("ssh", ("host_key_alg",)), ("files", ("fuid", "seen_bytes")),
    ("kerberos", ("request_type",)),
    ("ntlm", ("server_nb_computer_name",)), ("ntlm", ("domainname",)), ("rdp", ("cert_count", "result")),
    ("rdp", ("cookie",)),
    ("smb_files", ("action", "name", "size")), ("smb_mapping", ("share_type",)), ("dce_rpc", ("endpoint", "operation")),
    ("notice", ("note", "actions")), ("notice", ("note", "msg")), ("weird", ("name", "notice", "peer")),
    ("dhcp", ("msg_types",)),
    ("dhcp", ("lease_time",)), ("ftp", ("reply_code", "command")), ("smtp", ("helo",)), ("smtp", ("mailfrom",)),
    ("snmp", ("community", "get_requests")), ("tunnel", ("tunnel_type",)), ("software", ("software_type",)),
    ("known_services", ("port_num", "service")), ("known_certs", ("port_num", "issuer_subject")),
    ("syslog", ("facility", "severity")), ("pe", ("machine", "section_names")), ("ocsp", ("hashAlgorithm",)),
    ("radius", ("connect_info",)), ("ntp", ("stratum", "ref_id")), ("sip", ("call_id",)),
    ("dpd", ("analyzer", "failure_reason")),
    ("capture_loss", ("percent_lost",)), ("stats", ("pkts_proc",)), ("packet_filter", ("node", "filter")),
)  # fmt: skip
_KINDS = frozenset(kind for kind, _ in _MARKS) | {
    "analyzer", "broker", "cluster", "conn_long", "dnp3", "irc", "kerberos", "known_devices", "known_hosts", "ldap",
    "ldap_search", "loaded_scripts", "modbus", "mqtt_connect", "mqtt_publish", "mqtt_subscribe", "mysql",
    "notice_alarm",
    "open_conn", "open_http", "open_ssl", "quic", "reporter", "rfb", "signatures", "smb_cmd", "socks", "traceroute",
}  # fmt: skip
_ESCAPE = re.compile(r"\\(\\|x09|x2c|x0a|x0d)", re.IGNORECASE)
_PLAIN = {"\\": "\\", "x09": "\t", "x2c": ",", "x0a": "\n", "x0d": "\r"}


class ZeekParser:
    """Parser of Zeek logs; ``header`` with ``fields`` (see ``sources/zeek_tsv.py``) means tab-separated, else JSON."""

    def parse(self, batch: RawBatch, options: Mapping[str, str]) -> Parsed:
        if "fields" in batch.header:
            return _tab_separated(batch, options)
        name_it = partial(_name_as_zeek_does, from_file=kind_of_file(batch.path))
        return JsonParser(change=name_it).parse(batch, options)


def _tab_separated(batch: RawBatch, options: Mapping[str, str]) -> Parsed:
    header = batch.header
    names = header["fields"].split("\t")
    path = header.get("path") or kind_of_file(batch.path) or _kind_of_fields(frozenset(names))
    separator = header.get("separator", "\t")
    # Fields that a patched writer adds at the end without naming them in the header.
    unnamed = batch.records[0].count(separator.encode()) + 1 - len(names) if batch.records else 0
    names += [f"_unnamed_{number}" for number in range(1, unnamed + 1)]
    generic = {
        "columns": json.dumps(names),
        "delimiter": separator,
        "unset": header.get("unset_field", "-"),
        "empty": header.get("empty_field", "(empty)"),
        "path": path,
    }
    parsed = DelimitedParser().parse(replace(batch, header=generic), options)
    fields = parsed.fields
    if not isinstance(fields, TableFields):
        return parsed
    columns = fields.columns
    if any(b"\\" in record for record in batch.records):
        columns = {
            name: apply_to_distinct(column, _unescaped) if _escaped(column) else column
            for name, column in columns.items()
        }
    return replace(parsed, fields=TableFields(columns, len(fields), header.get("set_separator", ",")))


def _escaped(column: pa.Array) -> bool:
    return any(buffer is not None and b"\\" in memoryview(buffer).tobytes() for buffer in column.buffers()[2:])


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _PLAIN[found[1].lower()], text) if "\\" in text else text


def _name_as_zeek_does(record: Record, from_file: str) -> None:
    if "id.orig_h" not in record:
        _rename(record)
    stream = record.get("@stream")
    if type(stream) is str:
        record["_path"] = stream
    elif type(record.get("_path")) is not str:
        record["_path"] = from_file or _kind_of_fields(frozenset(record))


def _rename(record: Record) -> None:
    for key in [key for key in record if key in _OWN_NAME]:
        record[_OWN_NAME[key]] = record.pop(key)
    for key in _NESTS.intersection(record):
        inside = record[key]
        if type(inside) is dict:
            del record[key]
            record.update({f"{key}.{name}": value for name, value in inside.items()})


@lru_cache(maxsize=4096)
def kind_of_file(path: str) -> str:
    """``conn`` of ``…/conn.16:00:00-17:00:00.log.gz`` or ``labeled-conn.log``; empty when the name says nothing."""
    name = re.split(r"[/\\!]", path)[-1].lower()
    stem = re.split(r"\.", name, maxsplit=1)[0]
    return next((part for part in (stem, stem.split("-")[-1], stem.split("-")[0]) if part in _KINDS), "")


@lru_cache(maxsize=4096)
def _kind_of_fields(names: frozenset[str]) -> str:
    return next((kind for kind, marks in _MARKS if names.issuperset(marks)), "")
