"""Make OCSF objects whole: fill required attributes that have an honest default, and take out objects that cannot be
valid.

A rule gets an object whose children are already whole and says whether it may stay. Rules never invent facts: a default
is the schema's own "unknown", or a value that follows from one that is there (a file's name from its path).
"""

import re
from collections.abc import Callable, Mapping

Json = dict[str, object]


def _file(node: Json) -> bool:
    path = node.get("path")
    if "name" not in node and isinstance(path, str):
        node["name"] = re.split(r"[\\/]", path.rstrip("\\/"))[-1] or path
    node.setdefault("type_id", 0)
    return "name" in node


def _process(node: Json) -> bool:
    return "pid" in node or "uid" in node


def _user(node: Json) -> bool:
    return "name" in node or "uid" in node


def _actor(node: Json) -> bool:
    return any(name in node for name in ("process", "user", "invoked_by", "session", "app_name"))


def _device(node: Json) -> bool:
    node.setdefault("type_id", 0)
    return True


_SYSTEMS = (("windows", 100), ("android", 201), ("linux", 200), ("ubuntu", 200), ("debian", 200), ("ipados", 302),
            ("ios", 301), ("macos", 300), ("mac os", 300), ("os x", 300), ("solaris", 400), ("aix", 401))  # fmt: skip


def _os(node: Json) -> bool:
    name = str(node.get("name", "")).lower()
    node.setdefault("type_id", next((uid for word, uid in _SYSTEMS if word in name), 0))
    return bool(name)


def _endpoint(node: Json) -> bool:
    return any(name in node for name in ("ip", "uid", "hostname"))


def _url(node: Json) -> bool:
    if "url_string" not in node and "path" not in node and "hostname" in node:
        node["url_string"] = f"//{node['hostname']}"  # a network-path reference, RFC 3986 section 4.2
    return "url_string" in node or "path" in node


def _with(**defaults: object) -> Callable[[Json], bool]:
    def rule(node: Json) -> bool:
        for name, value in defaults.items():
            node.setdefault(name, value)
        return True

    return rule


def _needs(*names: str) -> Callable[[Json], bool]:
    return lambda node: all(name in node for name in names)


def _win_service(node: Json) -> bool:
    node.setdefault("service_type_id", 0)
    return "name" in node


_TELLING = ("actor", "connection_info", "dst_endpoint", "file", "job", "process", "query", "reg_key", "script",
            "src_endpoint", "user", "win_service")  # fmt: skip


def _evidence(node: Json) -> bool:
    return any(name in node for name in _TELLING)


def _script(node: Json) -> bool:
    node.setdefault("type_id", 0)
    return "script_content" in node


RULES: Mapping[str, Callable[[Json], bool]] = {
    "actor": _actor,
    "api": _needs("operation"),
    "certificate": _needs("issuer", "serial_number"),
    "cloud": _needs("provider"),
    "connection_info": _with(direction_id=0),
    "device": _device,
    "driver": _needs("file"),
    "dst_endpoint": _endpoint,
    "evidences": _evidence,
    "file": _file,
    "finding_info": _needs("uid"),
    "http_response": _needs("code"),
    "job": _needs("name"),
    "logon_process": _process,
    "malware": _with(classification_ids=[0]),
    "module": _with(load_type_id=0),
    "os": _os,
    "parent_process": _process,
    "process": _process,
    "query": _needs("hostname"),
    "reg_key": _needs("path"),
    "reg_value": _needs("name", "path"),
    "script": _script,
    "signature": _with(algorithm_id=0),
    "src_endpoint": _endpoint,
    "tls": _with(version="unknown"),
    "url": _url,
    "user": _user,
    "win_resource": _with(type_id=0),
    "win_service": _win_service,
}
"""Attribute name → rule of the object it holds (names are unambiguous among our columns)."""


def make_whole(node: Json, path: str, removed: Json) -> None:
    """Apply the rules below ``node``, children first; leaves of objects taken out go to ``removed`` by dotted path."""
    for name in list(node):
        value, here = node[name], f"{path}{name}"
        items = value if isinstance(value, list) else [value]
        if not items or not all(isinstance(item, dict) for item in items):
            continue
        for item in items:
            if isinstance(item, dict):
                make_whole(item, f"{here}.", removed)
        kept = [item for item in items if isinstance(item, dict) and item and RULES.get(name, bool)(item)]
        if len(kept) < len(items):
            for item in items:
                if isinstance(item, dict) and not any(item is other for other in kept):
                    _leaves(item, f"{here}.", removed)
        if not kept:
            del node[name]
        elif isinstance(value, list):
            node[name] = kept


def _leaves(node: Json, path: str, found: Json) -> None:
    for name, value in node.items():
        if isinstance(value, dict):
            _leaves(value, f"{path}{name}.", found)
        elif value not in (0, [0], "unknown") or name not in {
            "type_id",
            "direction_id",
            "classification_ids",
            "version",
        }:
            found[f"{path}{name}"] = value
