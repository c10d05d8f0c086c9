"""The public names of every module, and the full signatures of ports and records: a change to them is seen and meant.

``python -m tests.house.public_api --write`` rewrites ``contracts/public_api.txt``. Names come from the source text, so
that nothing is imported; a name is public when neither it nor its module begins with an underscore.
"""

import ast
import sys
from collections.abc import Iterator

from tests.house.source_tree import REPOSITORY, modules, tree

PATH = "contracts/public_api.txt"
SIGNED = ("errors", "privacy", "columns", "event", "finding", "interface")
"""Modules that others build on: pinned with signatures and fields."""


def generated() -> dict[str, str]:
    """Path in the checkout → content."""
    lines = [line for name in sorted(modules()) for line in _module_lines(name)]
    return {PATH: "\n".join(lines) + "\n"}


def _module_lines(module: str) -> Iterator[str]:
    if any(part.startswith("_") for part in module.split(".")):
        return
    body = tree(modules()[module]).body
    if module.rpartition(".")[2] in SIGNED:
        yield from (f"{module}: {text}" for node in body for text in _described(node))
    elif names := sorted({name for node in body for name in _names(node)}):
        yield f"{module}: {', '.join(names)}"


def _names(node: ast.stmt) -> Iterator[str]:
    """Public names that one top-level statement defines."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        names = [node.name]
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
    else:
        names = []
    yield from (name for name in names if not name.startswith("_"))


def _described(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
        yield _signature(node)
    elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
        bases = ", ".join(ast.unparse(base) for base in node.bases)
        yield f"class {node.name}({bases})" if bases else f"class {node.name}"
        for member in node.body:
            if isinstance(member, ast.AnnAssign) and not ast.unparse(member.target).startswith("_"):
                yield f"{node.name}.{ast.unparse(member.target)}: {ast.unparse(member.annotation)}"
            elif isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef) and not member.name.startswith("_"):
                yield f"{node.name}.{_signature(member)}"
    else:
        yield from _names(node)


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({ast.unparse(node.args)}){returns}"


if __name__ == "__main__":
    for written, content in generated().items():
        if "--write" in sys.argv:
            (REPOSITORY / written).write_text(content, encoding="utf-8")
        else:
            sys.stdout.write(content)
