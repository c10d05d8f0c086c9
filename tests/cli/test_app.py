"""The root command: help, version, completion, errors as one line with their exit code."""

import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from hodoscope import __version__
from hodoscope.cli import app as root
from hodoscope.cli.command_page import commands
from hodoscope.errors import HodoscopeError, InputError, MappingError, StoreBusyError, StoreError

RUNNER = CliRunner()


@pytest.mark.parametrize("words", [command.split()[1:] for command in commands()])
def test_help_of_every_command_shows_a_runnable_example(words: list[str]) -> None:
    """Without opening anything."""
    done = RUNNER.invoke(root.app, [*words, "--help"], env={"COLUMNS": "200"})
    assert done.exit_code == 0
    assert f"hodoscope {' '.join(words)}" in done.output


def test_version_and_no_arguments() -> None:
    """The version is one line; no arguments show the help."""
    assert RUNNER.invoke(root.app, ["--version"]).output.strip() == f"hodoscope {__version__}"
    assert "demo" in RUNNER.invoke(root.app, []).output


@pytest.mark.parametrize("error", [HodoscopeError, InputError, MappingError, StoreError, StoreBusyError])
def test_an_error_is_one_line_and_its_exit_code(
    error: type[HodoscopeError], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback for the operator."""

    def fail() -> None:
        raise error("the reason; the remedy")

    monkeypatch.setattr(root, "app", fail)
    with pytest.raises(SystemExit) as caught:
        root.main()
    assert caught.value.code == error.exit_code
    assert capsys.readouterr().err == "hodoscope: the reason; the remedy\n"


def test_a_wrong_option_is_a_usage_error() -> None:
    """Exit code 2 as everywhere, and the right spelling is suggested."""
    done = RUNNER.invoke(root.app, ["soc", "findings", "--severty", "high"])
    assert done.exit_code == 2
    assert "--severity" in done.output


@pytest.mark.parametrize(
    ("variable", "words", "expected"),
    [("complete_bash", "hodoscope soc ", "coverage"), ("complete_bash", "hodoscope soc findings --se", "--severity")],
)
def test_the_shell_completes_commands_and_options(variable: str, words: str, expected: str) -> None:
    """What the installed completion script asks of the program."""
    count = len(words.split()) - (not words.endswith(" "))
    done = subprocess.run(
        [sys.executable, "-c", "from hodoscope.cli.app import app; app(prog_name='hodoscope')"],
        env=os.environ | {"_HODOSCOPE_COMPLETE": variable, "COMP_WORDS": words, "COMP_CWORD": str(count)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert expected in done.stdout.split(), done.stderr


def test_the_completion_script_can_be_shown() -> None:
    """For those who do not want it installed."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from hodoscope.cli.app import app; app(prog_name='hodoscope')",
            "--show-completion",
            "bash",
        ],
        env=os.environ | {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "_HODOSCOPE_COMPLETE=complete_bash" in done.stdout, done.stderr
