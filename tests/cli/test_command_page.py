"""The command page shows every command, option and exit code."""

from hodoscope.cli.command_page import commands, example_of, exit_codes, page
from hodoscope.errors import StoreBusyError
from hodoscope.privacy import ForbiddenConnectionError


def test_page_has_a_section_and_an_example_for_every_command() -> None:
    """Each command appears with an example that begins with the command itself."""
    text = page()
    for words, command in commands().items():
        assert f"\n## {words}\n" in text
        assert example_of(command).startswith(words)
    assert "hodoscope soc run" in commands()


def test_page_explains_every_option() -> None:
    """No option without a meaning."""
    assert [line for line in page().splitlines() if line.startswith("| `-") and line.endswith("|  |")] == []


def test_every_error_has_its_own_exit_code() -> None:
    """Scripts can tell the failures apart."""
    codes = exit_codes()
    assert {StoreBusyError.exit_code, ForbiddenConnectionError.exit_code, 0, 130} <= set(codes)
    assert len(set(codes.values())) == len(codes)
