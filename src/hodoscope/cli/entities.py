"""``hodoscope soc entities``: who and what carries risk, and why."""

from typing import Annotated

import typer

from hodoscope.cli import options

app = typer.Typer(help="Users, hosts, accounts and keys by risk.", no_args_is_help=True)
At = Annotated[str | None, typer.Option("--at", help="The moment asked about (UTC); default: the last finding's time.")]
Judged = Annotated[
    bool, typer.Option("--judged-too", help="Findings of alerts judged false or benign feed the risk as well.")
]


@app.command("list")
def list_entities(
    at: At = None,
    judged_too: Judged = False,
    limit: Annotated[int, typer.Option(help="At most so many; 0 for all.", min=0)] = 25,
    store: options.Store = None,
    journal: options.Journal = None,
    tenant: options.Tenant = "default",
    json: options.Json = False,
) -> None:
    """Entities by risk at event time, each with what contributes most.

    Example: `hodoscope soc entities list`
    """
    from hodoscope.cli import entity_pages
    from hodoscope.cli.alert_pages import Place

    entity_pages.listed(Place(store, journal, tenant), at, limit, judged_too=judged_too, json=json)


@app.command()
def show(
    entity: Annotated[str, typer.Argument(help="A canonical id, such as host:ws01 or user:acme\\bob.")],
    at: At = None,
    judged_too: Judged = False,
    store: options.Store = None,
    journal: options.Journal = None,
    tenant: options.Tenant = "default",
    json: options.Json = False,
) -> None:
    """One entity: its risk over time, what it rests on, and its alerts.

    Example: `hodoscope soc entities show host:gate`
    """
    from hodoscope.cli import entity_pages
    from hodoscope.cli.alert_pages import Place

    entity_pages.shown(Place(store, journal, tenant), entity, at, judged_too=judged_too, json=json)
