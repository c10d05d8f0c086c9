"""Options that several commands share, declared once."""

from pathlib import Path
from typing import Annotated

import typer

Paths = Annotated[
    list[str],
    typer.Argument(help="Files, folders, globs or - for standard input; .gz, .zst and .zip are read as they are."),
]
Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        envvar="HODOSCOPE_STORE",
        help="Store folder, or the URL of a ClickHouse server. Default: your data folder.",
    ),
]
Journal = Annotated[
    str | None,
    typer.Option(
        "--journal",
        envvar="HODOSCOPE_JOURNAL",
        help="PostgreSQL for checkpoints and detector states: postgresql://user@host/database. Default: a file.",
    ),
]


def _checked_tenant(name: str) -> str:
    if not name.strip() or len(name) > 128 or not name.isprintable():
        raise typer.BadParameter("give 1 to 128 printable characters")
    return name


Tenant = Annotated[
    str,
    typer.Option("--tenant", envvar="HODOSCOPE_TENANT", callback=_checked_tenant, help="Whose events these are."),
]
Format = Annotated[
    str | None, typer.Option("--format", help="Read everything as this format instead of finding it by content.")
]
Zone = Annotated[str | None, typer.Option("--zone", help="Time zone of stamps that name none, such as Europe/Vienna.")]
Year = Annotated[int | None, typer.Option("--year", help="Year of stamps that have none (syslog).")]
Operator = Annotated[
    Path | None,
    typer.Option("--operator", help="Folder with assets, identities, leases, scanners, indicators (CSV or JSON)."),
]
Mappings = Annotated[
    list[Path] | None,
    typer.Option("--mapping", help="A mapping file of your own; may be repeated. See docs/mappings.md."),
]
Detectors = Annotated[
    Path | None,
    typer.Option("--detectors", help="YAML with detector parameters, such as `brute_force: {failures: 20}`."),
]
Rules = Annotated[
    list[str] | None,
    typer.Option(
        "--rules",
        help="More Sigma rules beside the shipped ones: a folder, .yml file, .zip, or https address with its "
        "#sha256=CHECKSUM; may be repeated.",
    ),
]
Tuning = Annotated[
    Path | None,
    typer.Option("--tuning", help="YAML that disables rules or changes their severity. See docs/sigma.md."),
]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
Csv = Annotated[bool, typer.Option("--csv", help="Comma-separated output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress display.")]
