"""``hodoscope soc alerts``: the queue, one alert, verdicts, suppressions."""

from typing import Annotated

import typer

from hodoscope.cli import options
from hodoscope.soc.alert import REASONS, Verdict

app = typer.Typer(help="The queue of alerts: read, judge, suppress under control.", no_args_is_help=True)

Ids = Annotated[list[str], typer.Argument(help="Alert ids or the beginning of them.")]
Author = Annotated[str, typer.Option("--author", envvar=["HODOSCOPE_ANALYST", "USER"], help="Who judges.")]
Note = Annotated[str, typer.Option("--note", help="What a colleague should know.")]
Preview = Annotated[bool, typer.Option("--preview", help="Say what would happen and change nothing.")]
_ALL_REASONS = "; ".join(f"{verdict.value}: {', '.join(reasons)}" for verdict, reasons in REASONS.items())


@app.command("list")
def list_alerts(
    status: Annotated[str, typer.Option(help="waiting, open, reopened, closed, suppressed or all.")] = "waiting",
    entity: Annotated[str | None, typer.Option(help="Only alerts about or touching this entity.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many; 0 for all.", min=0)] = 25,
    store: options.Store = None,
    journal: options.Journal = None,
    tenant: options.Tenant = "default",
    json: options.Json = False,
    csv: options.Csv = False,
) -> None:
    """Alerts by priority, each with the reason in a line. Says how many suppressions hide.

    Example: `hodoscope soc alerts list --limit 10`
    """
    from hodoscope.cli import alert_pages

    alert_pages.listed(alert_pages.Place(store, journal, tenant), status, entity, limit, json=json, csv=csv)


@app.command()
def show(
    alert: Annotated[str, typer.Argument(help="An alert's id or the beginning of it.")],
    store: options.Store = None,
    journal: options.Journal = None,
    tenant: options.Tenant = "default",
    json: options.Json = False,
) -> None:
    """One alert: why it is urgent, its findings, how it escalated, what was said of it and of ones like it.

    Example: `hodoscope soc alerts show 3f9a1c20`
    """
    from hodoscope.cli import alert_pages

    alert_pages.shown(alert_pages.Place(store, journal, tenant), alert, json=json)


@app.command()
def judge(
    alerts: Ids,
    verdict: Annotated[Verdict, typer.Option("--verdict", help="The conclusion.")],
    reason: Annotated[str, typer.Option("--reason", help=f"From the fixed list. {_ALL_REASONS}.")],
    author: Author,
    note: Note = "",
    preview: Preview = False,
    store: options.Store = None,
    journal: options.Journal = None,
    tenant: options.Tenant = "default",
    json: options.Json = False,
) -> None:
    """Give alerts a verdict; an alert that later shows more opens again. All of them or none.

    Example: `hodoscope soc alerts judge 3f9a1c20 --verdict false_positive --reason threshold --author kim`
    """
    from hodoscope.cli import alert_pages

    place = alert_pages.Place(store, journal, tenant)
    alert_pages.judged(place, alerts, alert_pages.Judgement(verdict, reason, note, author), preview=preview, json=json)


@app.command()
def undo(
    alerts: Ids,
    author: Author,
    note: Note = "",
    preview: Preview = False,
    store: options.Store = None,
    journal: options.Journal = None,
    tenant: options.Tenant = "default",
    json: options.Json = False,
) -> None:
    """Take the last verdict back; the one before holds again, and the history keeps both.

    Example: `hodoscope soc alerts undo 3f9a1c20 --author kim`
    """
    from hodoscope.cli import alert_pages

    place = alert_pages.Place(store, journal, tenant)
    alert_pages.judged(place, alerts, alert_pages.Judgement(None, "", note, author), preview=preview, json=json)


@app.command()
def suppress(
    alert: Annotated[str, typer.Argument(help="An alert of the kind to suppress.")],
    owner: Annotated[str, typer.Option("--owner", help="Who answers for it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; a colleague reads it next month.")],
    days: Annotated[float, typer.Option("--days", help="It ends by itself after so many days.")] = 30,
    any_entity: Annotated[bool, typer.Option("--any-entity", help="For every entity, not this one alone.")] = False,
    any_detector: Annotated[bool, typer.Option("--any-detector", help="For every detector about this entity.")] = False,
    even_true_positives: Annotated[
        bool, typer.Option("--even-true-positives", help="Even if it would have hidden alerts judged true.")
    ] = False,
    preview: Preview = False,
    store: options.Store = None,
    journal: options.Journal = None,
    tenant: options.Tenant = "default",
    json: options.Json = False,
) -> None:
    """Keep alerts like this one out of the queue, after a look at what that would have hidden.

    It never hides more than this alert has shown: a higher severity, a new tactic, user or critical asset, or ten times
    the volume comes through.

    Example: `hodoscope soc alerts suppress 3f9a1c20 --owner kim --reason "backup host, ticket 4711" --preview`
    """
    from hodoscope.cli import alert_pages

    wanted = alert_pages.Wanted(owner, reason, days, not any_detector, not any_entity, even_true_positives)
    alert_pages.suppressed(alert_pages.Place(store, journal, tenant), alert, wanted, preview=preview, json=json)


@app.command()
def suppressions(
    end: Annotated[str | None, typer.Option("--end", help="End this one now (its id or the beginning).")] = None,
    store: options.Store = None,
    journal: options.Journal = None,
    tenant: options.Tenant = "default",
    json: options.Json = False,
) -> None:
    """Every suppression with owner, reason, end, and how many alerts it hides now.

    Example: `hodoscope soc alerts suppressions`
    """
    from hodoscope.cli import alert_pages

    alert_pages.suppression_list(alert_pages.Place(store, journal, tenant), end, json=json)
