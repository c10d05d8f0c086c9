"""Writes ``docs/cli.md`` from the commands themselves: ``python -m hodoscope.cli.command_page --write``.

A house test regenerates and compares, and runs every example the page shows.
"""

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from hodoscope import privacy
from hodoscope.cli.app import app
from hodoscope.errors import HodoscopeError

EXAMPLE = re.compile(r"Example: `([^`]+)`")


def commands() -> dict[str, TyperCommand]:
    """Every command by its full words (``hodoscope soc run``), in the order of registration."""
    root = typer.main.get_command(app)
    return dict(_leaves("hodoscope", root)) if isinstance(root, TyperGroup) else {}


def _leaves(words: str, group: TyperGroup) -> Iterator[tuple[str, TyperCommand]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _leaves(f"{words} {name}", command)
        elif isinstance(command, TyperCommand):
            yield f"{words} {name}", command


def example_of(command: TyperCommand) -> str:
    """The example in a command's help; ``ValueError`` when it has none."""
    found = EXAMPLE.search(command.help or "")
    if found is None:
        raise ValueError(f'command {command.name!r} has no line "Example: `hodoscope ...`" in its help')
    return found[1]


def exit_codes() -> dict[int, str]:
    """Exit code → the first line of what it means."""
    codes = {0: "Done.", 1: "A check failed, or an error without a class of its own."}
    waiting: list[type[HodoscopeError]] = [HodoscopeError]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind is not HodoscopeError and kind.__module__ in (HodoscopeError.__module__, privacy.__name__):
            codes[kind.exit_code] = inspect.cleandoc(kind.__doc__ or "").splitlines()[0]
    return dict(sorted(codes.items()))


def page() -> str:
    """The page as Markdown."""
    lines = [
        "# Command line",
        "",
        "<!-- Generated from src/hodoscope/cli/ by `make contracts`; edit the commands. -->",
        "",
        "`hodoscope --install-completion` sets up completion for your shell.",
    ]
    for words, command in commands().items():
        text = EXAMPLE.sub("", inspect.cleandoc(command.help or "")).strip()
        lines += ["", f"## {words}", "", text, "", "```bash", example_of(command), "```", ""]
        lines += ["| option | meaning |", "|---|---|"]
        for parameter in command.params:
            names = parameter.opts
            shown = parameter.name.upper() if isinstance(parameter, TyperArgument) and parameter.name else None
            lines.append(f"| `{shown or ', '.join(names)}` | {getattr(parameter, 'help', None) or ''} |")
    lines += ["", "## Exit codes", "", "| code | meaning |", "|---|---|"]
    lines += [f"| {code} | {meaning} |" for code, meaning in exit_codes().items()]
    return "\n".join([*lines, ""])


def generated() -> dict[str, str]:
    """Every file this module owns: path in the checkout → content."""
    return {"docs/cli.md": page()}


def main() -> None:
    """Print the page, or with ``--write`` rewrite it in the checkout this module runs from."""
    if "--write" not in sys.argv[1:]:
        sys.stdout.write(page())
        return
    for path, content in generated().items():
        (Path(__file__).resolve().parents[3] / path).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
