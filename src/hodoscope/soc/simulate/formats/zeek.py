"""Zeek: conn and dns as TSV (Zeek's default writer), http and ssl as JSON (its `LogAscii::use_json`).

Field order and types are those of Zeek 6. Both notations are used on purpose, so that readers meet each of them.
"""

from dataclasses import dataclass

from hodoscope.soc.simulate import clock

_CONN_FIELDS = (
    ("ts", "time"), ("uid", "string"), ("id.orig_h", "addr"), ("id.orig_p", "port"), ("id.resp_h", "addr"),
    ("id.resp_p", "port"), ("proto", "enum"), ("service", "string"), ("duration", "interval"),
    ("orig_bytes", "count"), ("resp_bytes", "count"), ("conn_state", "string"), ("local_orig", "bool"),
    ("local_resp", "bool"), ("missed_bytes", "count"), ("history", "string"), ("orig_pkts", "count"),
    ("orig_ip_bytes", "count"), ("resp_pkts", "count"), ("resp_ip_bytes", "count"),
    ("tunnel_parents", "set[string]"),
)  # fmt: skip
_DNS_FIELDS = (
    ("ts", "time"), ("uid", "string"), ("id.orig_h", "addr"), ("id.orig_p", "port"), ("id.resp_h", "addr"),
    ("id.resp_p", "port"), ("proto", "enum"), ("trans_id", "count"), ("rtt", "interval"), ("query", "string"),
    ("qclass", "count"), ("qclass_name", "string"), ("qtype", "count"), ("qtype_name", "string"),
    ("rcode", "count"), ("rcode_name", "string"), ("AA", "bool"), ("TC", "bool"), ("RD", "bool"), ("RA", "bool"),
    ("Z", "count"), ("answers", "vector[string]"), ("TTLs", "vector[interval]"), ("rejected", "bool"),
)  # fmt: skip
QUERY_TYPES = {"A": 1, "NS": 2, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
RESPONSE_CODES = {"NOERROR": 0, "SERVFAIL": 2, "NXDOMAIN": 3}


@dataclass(frozen=True, slots=True)
class Endpoints:
    """One connection: uid and both ends. Shared by the conn, dns, http and ssl records of the connection."""

    uid: str
    client: str
    client_port: int
    server: str
    server_port: int


def header(path: str, opened_us: int) -> list[str]:
    """The eight comment lines that Zeek writes before the first record of `path` ("conn" or "dns")."""
    fields = {"conn": _CONN_FIELDS, "dns": _DNS_FIELDS}[path]
    return [
        "#separator \\x09",
        "#set_separator\t,",
        "#empty_field\t(empty)",
        "#unset_field\t-",
        f"#path\t{path}",
        f"#open\t{_stamp(opened_us)}",
        "#fields\t" + "\t".join(name for name, _ in fields),
        "#types\t" + "\t".join(kind for _, kind in fields),
    ]


def footer(closed_us: int) -> list[str]:
    """The line Zeek writes when it rotates the log."""
    return [f"#close\t{_stamp(closed_us)}"]


def _stamp(instant_us: int) -> str:
    return clock.iso(instant_us)[:19].replace("T", "-").replace(":", "-")


def _local(address: str) -> str:
    return "T" if address.startswith("10.") else "F"


def conn(
    time_us: int,
    ends: Endpoints,
    *,
    service: str,
    seconds: float,
    sent: int,
    received: int,
    proto: str = "tcp",
    state: str = "SF",
) -> str:
    """One conn.log line; `sent` and `received` are payload bytes of client and server."""
    history = {"SF": "ShADadFf" if proto == "tcp" else "Dd", "S0": "S", "REJ": "Sr", "RSTO": "ShADadR"}[state]
    if state in ("S0", "REJ"):
        tail = f"\t-\t-\t-\t{state}" if state == "S0" else f"\t{seconds:.6f}\t0\t0\t{state}"
        packets, answered = 1, 0 if state == "S0" else 1
    else:
        tail = f"\t{seconds:.6f}\t{sent}\t{received}\t{state}"
        packets, answered = sent // 1400 + 3, received // 1400 + 3
    head = 40 if proto == "tcp" else 28
    return (
        f"{clock.zeek(time_us)}\t{ends.uid}\t{ends.client}\t{ends.client_port}\t{ends.server}\t{ends.server_port}"
        f"\t{proto}\t{service or '-'}{tail}\t{_local(ends.client)}\t{_local(ends.server)}\t0\t{history}"
        f"\t{packets}\t{sent + packets * head}\t{answered}\t{received + answered * head}\t-"
    )


def dns(
    time_us: int,
    ends: Endpoints,
    *,
    query: str,
    answers: tuple[str, ...],
    transaction: int,
    seconds: float,
    kind: str = "A",
    code: str = "NOERROR",
) -> str:
    """One dns.log line. An empty `answers` is written as unset, as Zeek does."""
    found = ",".join(answers) or "-"
    lifetimes = ",".join("300.000000" for _ in answers) or "-"
    return (
        f"{clock.zeek(time_us)}\t{ends.uid}\t{ends.client}\t{ends.client_port}\t{ends.server}\t{ends.server_port}"
        f"\tudp\t{transaction}\t{seconds:.6f}\t{query}\t1\tC_INTERNET\t{QUERY_TYPES[kind]}\t{kind}"
        f"\t{RESPONSE_CODES[code]}\t{code}\tF\tF\tT\tT\t0\t{found}\t{lifetimes}\tF"
    )


def _identity(time_us: int, ends: Endpoints) -> dict[str, object]:
    return {
        "ts": float(clock.zeek(time_us)),
        "uid": ends.uid,
        "id.orig_h": ends.client,
        "id.orig_p": ends.client_port,
        "id.resp_h": ends.server,
        "id.resp_p": ends.server_port,
    }


def http(
    time_us: int,
    ends: Endpoints,
    *,
    method: str,
    host: str,
    uri: str,
    agent: str,
    status: int,
    sent: int,
    received: int,
    media: str,
) -> dict[str, object]:
    """One http.log record."""
    record = _identity(time_us, ends)
    record |= {
        "trans_depth": 1,
        "method": method,
        "host": host,
        "uri": uri,
        "version": "1.1",
        "user_agent": agent,
        "request_body_len": sent,
        "response_body_len": received,
        "status_code": status,
        "status_msg": {200: "OK", 204: "No Content", 304: "Not Modified", 404: "Not Found"}.get(status, "-"),
        "tags": [],
        "resp_fuids": ["F" + ends.uid[1:]],
        "resp_mime_types": [media],
    }
    return record


def ssl(time_us: int, ends: Endpoints, *, name: str, ja3: str, ja3s: str, fingerprint: str) -> dict[str, object]:
    """One ssl.log record with the JA3 package loaded; an empty `name` means the client sent no SNI."""
    record = _identity(time_us, ends)
    record |= {"version": "TLSv13", "cipher": "TLS_AES_128_GCM_SHA256", "curve": "x25519"}
    if name:
        record["server_name"] = name
    record |= {
        "resumed": False,
        "established": True,
        "ssl_history": "CsiI",
        "cert_chain_fps": [fingerprint],
        "client_cert_chain_fps": [],
        "sni_matches_cert": bool(name),
        "validation_status": "ok" if name else "self signed certificate",
        "ja3": ja3,
        "ja3s": ja3s,
    }
    return record
