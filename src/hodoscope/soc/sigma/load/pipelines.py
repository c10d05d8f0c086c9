"""Processing pipelines and placeholder values as the operator wrote them: read, checked, in order of priority."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from hodoscope.errors import InputError
from hodoscope.soc.data_files import YamlTextError, strict_yaml

_OUTSIDE = {
    "http_placeholders": "it would reach the network",
    "command_placeholders": "it would run a program",
    "file_placeholders": "it would read other files",
    "query_expression_placeholders": "it writes a part of a query, and rules are not compiled to one",
}
_INSTEAD = "use value_placeholders with vars, or a placeholder file"


def read_pipelines(paths: Sequence[Path]) -> list[dict[str, object]]:
    """The pipelines, lowest priority first (as pySigma orders them). InputError names file and remedy."""
    pipelines = [_pipeline(path) for path in paths]
    return sorted(pipelines, key=_priority)


def _priority(pipeline: dict[str, object]) -> float:
    priority = pipeline.get("priority", 0)
    return float(priority) if isinstance(priority, int | float) else 0.0


def _pipeline(path: Path) -> dict[str, object]:
    content = _mapping(path)
    if not isinstance(content.get("transformations"), list):
        raise InputError(f"{path}: a processing pipeline needs a list of transformations")
    for key in ("postprocessing", "finalizers"):
        if content.get(key):
            raise InputError(f"{path}: {key} changes the text of queries, and rules are not compiled to one; remove it")
    for kind in _kinds(content["transformations"]):
        if kind in _OUTSIDE:
            raise InputError(f"{path}: the transformation {kind} is not allowed: {_OUTSIDE[kind]}; {_INSTEAD}")
    return content


def _kinds(items: object) -> Iterator[str]:
    """The types of transformations, nested ones included."""
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield str(item.get("type", ""))
            yield from _kinds(item.get("items"))


def read_placeholders(paths: Sequence[Path]) -> dict[str, tuple[str, ...]]:
    """Placeholder → its values, from files of ``name: value`` or ``name: [values]``; a later file replaces a name."""
    found: dict[str, tuple[str, ...]] = {}
    for path in paths:
        for name, values in _mapping(path).items():
            listed = values if isinstance(values, list) else [values]
            if not listed or not all(isinstance(value, str | int | float) for value in listed):
                raise InputError(f"{path}: {name}: write a text or number, or a list of them")
            found[name] = tuple(str(value) for value in listed)
    return found


def _mapping(path: Path) -> dict[str, object]:
    try:
        content = strict_yaml(path.read_text(encoding="utf-8-sig"))
    except YamlTextError as error:
        raise InputError(f"{path}:{error.line}: {error.problem}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); check that it exists and is UTF-8 text") from error
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise InputError(f"{path}: write a mapping of names to values")
    return content
