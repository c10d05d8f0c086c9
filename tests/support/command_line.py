"""The command line in one process: what it prints and how it ends."""

import json
from typing import Any

from typer.testing import CliRunner, Result

from hodoscope.cli.app import app
from hodoscope.errors import HodoscopeError

RUNNER = CliRunner()


def call(*words: object) -> Result:
    """The command's result; our own errors stay in ``exception``, any other is the test's failure."""
    done = RUNNER.invoke(app, [str(word) for word in words], env={"COLUMNS": "160"})
    if done.exception is not None and not isinstance(done.exception, HodoscopeError | SystemExit):
        raise done.exception
    return done


def answer(*words: object) -> Any:
    """The JSON a command prints."""
    done = call(*words, "--json")
    assert done.exit_code == 0, done.exception or done.output
    return json.loads(done.stdout)
