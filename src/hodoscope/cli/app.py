"""``hodoscope``: the root command, error reporting and exit codes."""

import sys
from typing import Annotated

import typer

from hodoscope import __version__, privacy
from hodoscope.cli import demo, doctor, forms, models, soc, startup
from hodoscope.errors import HodoscopeError

app = typer.Typer(
    name="hodoscope",
    help="Privacy-first security machine learning that you run yourself. Start with: hodoscope demo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",  # "markdown" costs every --help 0.15 CPU-seconds of imports
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(soc.app, name="soc")
app.add_typer(forms.app, name="forms")
app.add_typer(models.app, name="models")
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hodoscope {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Raw logs in, explained findings out, on this machine alone."""


def main() -> None:
    """Entry point: errors become one line on standard error and a documented exit code."""
    privacy.from_environment()
    startup.keep_pandas_out()
    try:
        app()
    except HodoscopeError as error:
        sys.stderr.write(f"hodoscope: {error}\n")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
