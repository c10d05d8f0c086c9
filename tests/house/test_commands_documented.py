"""Every command is documented, and what its help shows can be typed."""

from pathlib import Path

from hodoscope.cli import command_page
from tests.house import examples_models, examples_world
from tests.support import browser


def test_every_help_example_runs(tmp_path: Path) -> None:
    """The examples in order, in one folder, as a new user would; remedy: correct the docstring in ``cli/``."""
    examples_world.furnish(tmp_path)
    examples_models.furnish(tmp_path)
    failed = {}
    for words, command in command_page.commands().items():
        if words.startswith("hodoscope forms") and not browser.is_installed():
            continue
        run = examples_world.run(command_page.example_of(command), tmp_path)
        if run.returncode != 0:
            failed[words] = f"{run.returncode}: {run.stderr[-300:]}"
    assert failed == {}
