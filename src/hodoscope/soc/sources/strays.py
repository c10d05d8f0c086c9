"""Records of another format inside a file of JSON lines: a forwarder was reconfigured, two programs write to one file.

Text that stops being JSON shows itself by not parsing. A JSON record of another product parses, and would only lose
its fields; but it lacks the key that every record of the file's format has, and looking for those bytes costs next to
nothing. The verdict depends on the record alone, never on its neighbours or the batch.
"""

from collections.abc import Sequence

from hodoscope.soc.sources.detect import detect_record

# One of these is in every record of the format (checked against all fixtures at hand).
MARKERS: dict[str, tuple[bytes, ...]] = {
    "windows_json": (b'"EventID"', b'"winlog', b'"event_id"', b'"EventCode"', b'"RawXml"', b"Linux-Sysmon"),
    "cloudtrail": (b'"eventSource"', b'"eventVersion"'),
    "suricata": (b'"event_type"', b'"flow_id"'),
    "zeek_json": (b'"ts"', b'"_path"', b'"@stream"'),
    "kubernetes_audit": (b'"auditID"',),
    "okta": (b'"eventType"',),
    "journald": (b'"__', b'"MESSAGE"'),
    "m365": (b'"Operation"', b'"operation"'),
    "gcp_audit": (b'"logName"', b'"protoPayload"'),
    "ocsf": (b'"class_uid"',),
}


def strays(name: str, records: Sequence[bytes]) -> dict[str, list[int]]:
    """Indexes of the records that belong to another, recognised format, by that format's name; mostly empty."""
    found: dict[str, list[int]] = {}
    markers = MARKERS.get(name, ())
    if not markers:
        return found
    first, others = markers[0], markers[1:]
    for at in [at for at, record in enumerate(records) if first not in record]:
        record = records[at]
        if not any(marker in record for marker in others):
            other = detect_record(record)
            if other not in (name, "json", "text"):
                found.setdefault(other, []).append(at)
    return found
