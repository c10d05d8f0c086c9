"""``hodoscope soc incidents``: alerts that belong together, and their story."""

from typing import Annotated

import typer

from hodoscope.cli import options

app = typer.Typer(help="Incidents: alerts that belong together, and their story.", no_args_is_help=True)


@app.command("list")
def list_incidents(
    alone: Annotated[bool, typer.Option("--alone", help="Single alerts too: by default two alerts at least.")] = False,
    entity: Annotated[str | None, typer.Option(help="Only incidents that touch this entity.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many; 0 for all.", min=0)] = 25,
    store: options.Store = None,
    journal: options.Journal = None,
    tenant: options.Tenant = "default",
    json: options.Json = False,
) -> None:
    """Incidents, those with the most tactics and the worst severity first.

    Example: `hodoscope soc incidents list`
    """
    from hodoscope.cli import incident_pages
    from hodoscope.cli.alert_pages import Place

    incident_pages.listed(Place(store, journal, tenant), entity, limit, alone=alone, json=json)


@app.command()
def show(
    incident: Annotated[str, typer.Argument(help="An incident's id or the beginning of it.")],
    store: options.Store = None,
    journal: options.Journal = None,
    tenant: options.Tenant = "default",
    json: options.Json = False,
) -> None:
    """An incident's story in at most 20 nodes: timeline, where it may have begun, what it reached, what is missing.

    Example: `hodoscope soc incidents show 3f9a1c20`
    """
    from hodoscope.cli import incident_pages
    from hodoscope.cli.alert_pages import Place

    incident_pages.shown(Place(store, journal, tenant), incident, json=json)
