"""``hodoscope soc rules``: which Sigma rules there are, whether they can fire, whether they do, and what they cost."""

from pathlib import Path
from typing import Annotated

import typer

from hodoscope.cli import options

app = typer.Typer(help="Sigma rules: list, check, test, measure.", no_args_is_help=True)
Level = Annotated[str, typer.Option("--level", help="At least this level: informational, low, medium, high, critical.")]
Find = Annotated[str | None, typer.Option("--find", help="Only rules with this text in title, id, tag or path.")]
NoShipped = Annotated[bool, typer.Option("--no-shipped", help="Leave the shipped detections out.")]


@app.command("list")
def listed(
    rules: options.Rules = None,
    tuning: options.Tuning = None,
    level: Level = "informational",
    find: Find = None,
    refused: Annotated[bool, typer.Option("--refused", help="What could not be used, with reason and remedy.")] = False,
    no_shipped: NoShipped = False,
    json: options.Json = False,
) -> None:
    """Every rule with level, log source and techniques, as tuning leaves it.

    Example: `hodoscope soc rules list --level high --find T1003`
    """
    from hodoscope.cli import rule_pages

    rule_pages.listing(rule_pages.files(rules, tuning, no_shipped=no_shipped), level, find, refused=refused, json=json)


@app.command("test")
def cases(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of rules; the shipped detections when left out.")
    ] = None,
    json: options.Json = False,
) -> None:
    """Run the events beside the rules (NAME.tests.yml): each rule fires where it should and nowhere else.

    Example: `hodoscope soc rules test`
    """
    from hodoscope.cli import rule_pages

    rule_pages.cases(folder, json=json)


@app.command()
def check(
    store: options.Store = None,
    tenant: options.Tenant = "default",
    rules: options.Rules = None,
    tuning: options.Tuning = None,
    product: Annotated[
        str | None, typer.Option("--product", help="Only rules of this product: windows, aws ...")
    ] = None,
    only_unreachable: Annotated[
        bool, typer.Option("--only-unreachable", help="Only rules that can never fire here.")
    ] = False,
    supported: Annotated[
        bool, typer.Option("--supported", help="Look at no store: what the formats we read can hold at all.")
    ] = False,
    no_shipped: NoShipped = False,
    json: options.Json = False,
) -> None:
    """Which rules can fire on the events in this store, and which field or log source the others lack.

    Example: `hodoscope soc rules check --only-unreachable`
    """
    from hodoscope.cli import rule_pages, rule_reach

    chosen = rule_pages.files(rules, tuning, no_shipped=no_shipped)
    reaches = rule_reach.supported(chosen) if supported else rule_reach.stored(chosen, store, tenant)
    rule_reach.page(reaches, product, only_unreachable=only_unreachable, json=json)


@app.command()
def stats(
    store: options.Store = None,
    journal: options.Journal = None,
    tenant: options.Tenant = "default",
    rules: options.Rules = None,
    tuning: options.Tuning = None,
    noisy: Annotated[bool, typer.Option("--noisy", help="Only rules that tell more than the others together.")] = False,
    limit: Annotated[int, typer.Option(help="At most so many; 0 for all.", min=0)] = 30,
    json: options.Json = False,
) -> None:
    """What each rule found and cost in this store: hits, findings, first and last time, CPU time.

    Example: `hodoscope soc rules stats --noisy`
    """
    from hodoscope.cli import rule_pages

    chosen = rule_pages.files(rules, tuning, no_shipped=False)
    rule_pages.stats(rule_pages.Place(store, journal, tenant), chosen, noisy=noisy, limit=limit, json=json)
