"""``hodoscope models keys``: whose signatures count here."""

from pathlib import Path
from typing import Annotated

import typer

from hodoscope.cli import options

app = typer.Typer(help="Keys that may sign: make, list, retire, revoke.", no_args_is_help=True)

Folder = Annotated[
    Path | None,
    typer.Option("--models", envvar="HODOSCOPE_MODELS", help="Folder of the models. Default: below your data folder."),
]
Key = Annotated[str, typer.Argument(help="Id of the key (a unique beginning of six digits is enough) or its owner.")]


@app.command()
def create(
    role: Annotated[str, typer.Argument(help="trainer (signs artifacts) or promoter (signs releases).")],
    owner: Annotated[str, typer.Argument(help="Who holds the private half: a person or a service.")],
    out: Annotated[Path, typer.Option("--out", help="File for the private key; keep it away from the models.")],
    models: Folder = None,
    json: options.Json = False,
) -> None:
    """Make an ECDSA P-256 key: the private half into a file of your own, the public half into the keyring.

    Example: `hodoscope models keys create trainer "nightly training" --out nightly.pem`
    """
    from hodoscope.cli import model_pages

    model_pages.create_key(models, role, owner, out, json=json)


@app.command("list")
def listed(models: Folder = None, json: options.Json = False) -> None:
    """The keys trusted here, with role, owner and standing.

    Example: `hodoscope models keys list`
    """
    from hodoscope.cli import model_pages

    model_pages.keys(models, json=json)


@app.command()
def retire(
    key: Key, why: Annotated[str, typer.Option("--why", help="For the auditor.")], models: Folder = None
) -> None:
    """Rotate a key out: what it signed until now counts, nothing newer does.

    Example: `hodoscope models keys retire "nightly training" --why "yearly rotation"`
    """
    from hodoscope.cli import model_pages

    model_pages.retire(models, key, why)


@app.command()
def revoke(
    key: Key, why: Annotated[str, typer.Option("--why", help="For the auditor.")], models: Folder = None
) -> None:
    """Distrust a key for good, with everything it ever signed.

    Example: `hodoscope models keys revoke "nightly training" --why "laptop stolen"`
    """
    from hodoscope.cli import model_pages

    model_pages.revoke(models, key, why)
