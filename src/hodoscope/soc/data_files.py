"""Where the shipped data files (mappings) are, and the one place that reads YAML."""

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml  # noqa: TID251 -- this is the one file that reads YAML

from hodoscope.errors import InputError, MappingError

PACKAGED = Path(__file__).resolve().parent.parent / "_data"
CHECKOUT = Path(__file__).resolve().parents[3]


def data_dir(name: str) -> Path:
    """Folder ``name`` (such as ``mappings``) inside the installed package, or in the checkout when run from one."""
    for root in (PACKAGED, CHECKOUT):
        if (root / name).is_dir():
            return root / name
    raise MappingError(f"the data folder {name!r} is missing from the installation; reinstall hodoscope")


def read_yaml(path: Path) -> object:
    """The document in a YAML file (safe subset: no object is ever constructed)."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"{path}: cannot be read ({error}); check that it exists and is UTF-8 text") from error
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 -- both are safe loaders
    except yaml.YAMLError as error:
        raise MappingError(f"{path}: not valid YAML: {error}") from error


MOST_NESTING = 1_000
"""libyaml nests on the C stack and takes quadratic time in flow brackets; a hundred times what real documents need."""
MOST_NODES = 200_000
"""Nodes of a document with its aliases written out (a "billion laughs" has more)."""

_ANCHOR = re.compile(r"(?:^|[\s\[{,:-])&[^\s,\[\]{}]", re.MULTILINE)
_COMPACT_NESTING = re.compile(r"(?:[-?:][ \t]+){64}")


class YamlTextError(InputError):
    """Text that is not one well-formed YAML document; ``line`` is 1-based within the text."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line, self.problem = line, problem


class _StrictLoader(yaml.CSafeLoader):
    """Refuses a key that stands twice in one mapping: YAML would silently keep the last."""

    def construct_mapping(
        self, node: yaml.MappingNode | yaml.ScalarNode | yaml.SequenceNode, deep: bool = False
    ) -> dict[Hashable, Any]:
        if isinstance(node, yaml.MappingNode):
            seen = set()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                    if key.value in seen:
                        raise YamlTextError(key.start_mark.line + 1, f"the key {key.value!r} stands twice")
                    seen.add(key.value)
        return super().construct_mapping(node, deep)  # type: ignore[arg-type]  # the stub is narrower than the code


def strict_yaml(text: str) -> object:
    """The one YAML document in a stranger's text: bounded nesting and aliases, no duplicate key, no object built.

    Raises :class:`YamlTextError` for anything else, never RecursionError or MemoryError.
    """
    depth = 0
    for match in re.finditer(r"[\[{\]}]", text):
        depth = max(0, depth + (1 if match.group() in "[{" else -1))
        if depth > MOST_NESTING:
            raise YamlTextError(text.count("\n", 0, match.start()) + 1, "nested too deeply")
    if nested := _COMPACT_NESTING.search(text):
        raise YamlTextError(text.count("\n", 0, nested.start()) + 1, "nested too deeply")
    loader = _StrictLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        if _ANCHOR.search(text):
            _refuse_alias_bomb(node)
        return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlTextError(mark.line + 1 if mark else 1, error.problem or str(error)) from error
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise YamlTextError(1, str(error).splitlines()[0] if str(error) else type(error).__name__) from error
    finally:
        loader.dispose()


def _refuse_alias_bomb(root: yaml.Node) -> None:
    """Count the nodes as if every alias were written out, each distinct node once."""
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, finished = stack.pop()
        children = (
            [child for item in node.value for child in (item if isinstance(item, tuple) else (item,))]
            if (isinstance(node, yaml.CollectionNode))
            else []
        )
        if finished:
            sizes[id(node)] = 1 + sum(sizes[id(child)] for child in children)
            open_nodes.discard(id(node))
            if sizes[id(node)] > MOST_NODES:
                raise YamlTextError(node.start_mark.line + 1, f"aliases expand to more than {MOST_NODES:,} nodes")
        elif id(node) in open_nodes:
            raise YamlTextError(node.start_mark.line + 1, "an alias contains itself")
        elif id(node) not in sizes:
            open_nodes.add(id(node))
            stack.append((node, True))
            stack.extend((child, False) for child in children)
