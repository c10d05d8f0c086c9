"""A mapping document from its files: ``extends`` (another mapping file) and ``include`` (groups of rules) resolved.

``extends: other.yaml`` takes every top-level key of the other file that this one does not set itself.
``include: [folder/group.yaml, …]`` appends each group's rules after the file's own. A group is ``{when, set, columns,
ecs, ignore, keep, time, rules, include}``: what stands beside ``rules`` holds for each of its rules (those of groups it
includes too), where the rule does not say otherwise.
"""

from collections.abc import Mapping
from pathlib import Path

from hodoscope.errors import MappingError
from hodoscope.soc.data_files import read_yaml

_SHARED = ("when", "set", "columns", "ecs")
_LISTS = ("ignore", "keep")
_GROUP = frozenset((*_SHARED, *_LISTS, "time", "rules", "include"))


def read_mapping(path: Path) -> dict[object, object]:
    """The complete document of a mapping file; paths in it are relative to its folder."""
    document = _mapping(read_yaml(path), path)
    extended = document.pop("extends", None)
    if extended is not None:
        document = {**read_mapping(path.parent / str(extended)), **document}
    if "include" in document:
        document["rules"] = _all_rules(document, path)
        del document["include"]
    return document


def _all_rules(document: Mapping[object, object], path: Path) -> list[object]:
    included = document.get("include", [])
    if not isinstance(included, list):
        raise MappingError(f"{path}: include: expected a list of files")
    return [*_rules(document, path), *(rule for name in included for rule in _group(path.parent / str(name)))]


def _group(path: Path) -> list[object]:
    group = _mapping(read_yaml(path), path)
    unknown = [key for key in group if key not in _GROUP]
    if unknown:
        raise MappingError(f"{path}: unknown key {unknown[0]!r}; a group of rules may have {', '.join(sorted(_GROUP))}")
    return [_completed(_mapping(rule, path), group) for rule in _all_rules(group, path)]


def _completed(rule: dict[object, object], group: Mapping[object, object]) -> dict[object, object]:
    constant = rule.get("set")
    for key in _SHARED:
        shared, own = group.get(key), rule.get(key)
        if key == "columns" and isinstance(shared, dict) and isinstance(constant, dict):
            shared = {name: value for name, value in shared.items() if name not in constant}
        if isinstance(shared, dict) and isinstance(own, dict | None):
            rule[key] = {**shared, **(own or {})}
    for key in _LISTS:
        ours, theirs = rule.get(key, []), group.get(key, [])
        if theirs:
            rule[key] = [*theirs, *ours] if isinstance(ours, list) and isinstance(theirs, list) else ours
    if "time" in group and "time" not in rule:
        rule["time"] = group["time"]
    return rule


def _rules(document: Mapping[object, object], path: Path) -> list[object]:
    rules = document.get("rules", [])
    if not isinstance(rules, list):
        raise MappingError(f"{path}: rules: expected a list")
    return rules


def _mapping(node: object, path: Path) -> dict[object, object]:
    if not isinstance(node, dict):
        raise MappingError(f"{path}: expected a mapping, found {type(node).__name__}")
    return node
