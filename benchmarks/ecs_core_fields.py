"""The ECS fields that :mod:`benchmarks.normalise_quality` compares, and how two values are compared."""

from collections.abc import Mapping

PROCESS = (
    "args", "command_line", "entity_id", "executable", "exit_code", "hash.md5", "hash.sha1", "hash.sha256", "name",
    "pid", "pe.company", "pe.description", "pe.file_version", "pe.imphash", "pe.original_file_name", "pe.product",
    "start",
    "thread.id", "title", "user.id", "user.name", "working_directory",
)  # fmt: skip
NETWORK_ENDS = ("ip", "port", "bytes")

CORE_FIELDS: tuple[str, ...] = (
    "event.category", "event.type", "event.action", "event.outcome", "event.code",
    "host.name",
    "user.name", "user.domain", "user.id",
    *(f"{side}.{name}" for side in ("source", "destination") for name in NETWORK_ENDS),
    *(f"process.{name}" for name in PROCESS),
    *(f"process.parent.{name}" for name in PROCESS),
    "file.directory", "file.extension", "file.hash.md5", "file.hash.sha1", "file.hash.sha256", "file.inode",
    "file.mime_type", "file.name", "file.owner", "file.path", "file.size", "file.type",
    "dns.id", "dns.type", "dns.question.name", "dns.question.type", "dns.question.class", "dns.response_code",
    "dns.resolved_ip", "dns.answers",
    "http.request.method", "http.request.referrer", "http.request.bytes", "http.response.status_code",
    "http.response.bytes", "http.response.mime_type", "http.version",
    "url.original", "url.full", "url.domain", "url.path", "url.query", "url.scheme", "url.port",
    "tls.version", "tls.cipher", "tls.client.server_name", "tls.client.ja3", "tls.server.ja3s", "tls.client.subject",
    "tls.client.issuer", "tls.server.subject", "tls.server.issuer",
    "network.application", "network.bytes", "network.community_id", "network.direction", "network.iana_number",
    "network.packets", "network.protocol", "network.transport", "network.type",
)  # fmt: skip
"""Core fields. Left out of the families on purpose: names outside ECS (``process.id``, ``*.size_in_char``) and parts
of a domain that need the public suffix list (``registered_domain``, ``subdomain``, ``top_level_domain``)."""

_CORE = frozenset(CORE_FIELDS)

Leaves = dict[str, frozenset[str]]


def core_leaves(document: Mapping[str, object]) -> Leaves:
    """The core fields of a nested or dotted ECS document, each as a set of texts; empty values are left out."""
    found: Leaves = {}
    _collect(document, "", found)
    return {path: values for path, values in found.items() if values}


def _collect(node: Mapping[str, object], prefix: str, found: Leaves) -> None:
    for key, value in node.items():
        path = prefix + key
        if path in _CORE:
            found[path] = found.get(path, frozenset()) | _texts(value)
        elif isinstance(value, Mapping):
            _collect(value, f"{path}.", found)


def _texts(value: object) -> frozenset[str]:
    if value is None:
        return frozenset()
    if isinstance(value, (list, tuple, set, frozenset)):
        return frozenset().union(*(_texts(item) for item in value))
    if isinstance(value, Mapping):
        # An answer object is compared by its data: the one part both sides have.
        return _texts(value.get("data", value.get("name")))
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return frozenset((text,)) if text else frozenset()
