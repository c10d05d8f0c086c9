"""``hodoscope soc``: from raw logs to explained findings."""

from pathlib import Path
from typing import Annotated

import typer

from hodoscope.cli import alerts, entities, incidents, options, rules

app = typer.Typer(help="Security operations: raw logs in, explained findings out.", no_args_is_help=True)
app.add_typer(rules.app, name="rules")
app.add_typer(alerts.app, name="alerts")
app.add_typer(incidents.app, name="incidents")
app.add_typer(entities.app, name="entities")


@app.command()
def run(
    paths: options.Paths,
    store: options.Store = None,
    journal: options.Journal = None,
    tenant: options.Tenant = "default",
    log_format: options.Format = None,
    zone: options.Zone = None,
    year: options.Year = None,
    operator: options.Operator = None,
    mapping: options.Mappings = None,
    detectors: options.Detectors = None,
    rules: options.Rules = None,
    tuning: options.Tuning = None,
    no_sigma: Annotated[bool, typer.Option("--no-sigma", help="Leave Sigma rules out.")] = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
    follow: Annotated[bool, typer.Option("--follow", help="Keep reading as the files grow; Ctrl-C ends it.")] = False,
) -> None:
    """Everything: read, normalise, enrich, store, detect, and print the findings.

    Example: `hodoscope soc run /var/log/auth.log /var/log/nginx`
    """
    from hodoscope.cli import work

    work.run(
        work.Request(
            paths,
            store,
            journal,
            tenant,
            log_format,
            zone,
            year,
            operator,
            mapping,
            detectors,
            json,
            quiet,
            rules=work.chosen_rules(rules, tuning, no_sigma=no_sigma),
        ),
        follow=follow,
    )


@app.command()
def ingest(
    paths: options.Paths,
    store: options.Store = None,
    journal: options.Journal = None,
    tenant: options.Tenant = "default",
    log_format: options.Format = None,
    zone: options.Zone = None,
    year: options.Year = None,
    operator: options.Operator = None,
    mapping: options.Mappings = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Read logs into the store; running it again adds only what is new.

    Example: `hodoscope soc ingest logs/ --zone Europe/Vienna`
    """
    from hodoscope.cli import work

    work.ingest(
        work.Request(paths, store, journal, tenant, log_format, zone, year, operator, mapping, None, json, quiet)
    )


@app.command()
def detect(
    store: options.Store = None,
    journal: options.Journal = None,
    tenant: options.Tenant = "default",
    detectors: options.Detectors = None,
    rules: options.Rules = None,
    tuning: options.Tuning = None,
    no_sigma: Annotated[bool, typer.Option("--no-sigma", help="Leave Sigma rules out.")] = False,
    replay: Annotated[bool, typer.Option("--replay", help="Look at everything again, from the first event.")] = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Run the detectors over what is stored and not yet looked at.

    Example: `hodoscope soc detect --replay`
    """
    from hodoscope.cli import work

    chosen = work.chosen_rules(rules, tuning, no_sigma=no_sigma)
    request = work.Request([], store, journal, tenant, detectors=detectors, json=json, quiet=quiet, rules=chosen)
    work.detect(request, replay=replay)


@app.command()
def findings(
    store: options.Store = None,
    tenant: options.Tenant = "default",
    detector: Annotated[str | None, typer.Option(help="Only findings of this detector.")] = None,
    entity: Annotated[str | None, typer.Option(help="Only findings about this entity, such as ip:192.0.2.7.")] = None,
    severity: Annotated[
        str, typer.Option(help="At least this severe: informational, low, medium, high, critical.")
    ] = "low",
    limit: Annotated[int, typer.Option(help="At most so many; 0 for all.", min=0)] = 50,
    withdrawn: Annotated[bool, typer.Option("--all", help="Also those that a replay no longer supported.")] = False,
    json: options.Json = False,
    csv: options.Csv = False,
    ocsf: Annotated[bool, typer.Option("--ocsf", help="OCSF 1.8 Detection Findings, one JSON object a line.")] = False,
) -> None:
    """List findings, most severe first.

    Example: `hodoscope soc findings --severity high --json`
    """
    from hodoscope.cli import look

    look.findings(
        store, tenant, look.Filter(detector, entity, severity, limit, withdrawn), json=json, csv=csv, ocsf=ocsf
    )


@app.command()
def show(
    finding: Annotated[str, typer.Argument(help="Finding id or a unique beginning of it.")],
    store: options.Store = None,
    tenant: options.Tenant = "default",
    minutes: Annotated[float, typer.Option(help="Context before and after, same entities.")] = 15,
    context: Annotated[int, typer.Option(help="Context events to print.", min=0)] = 20,
    json: options.Json = False,
) -> None:
    """Explain one finding: why, the evidence, how to check it, and what happened around it.

    Example: `hodoscope soc show 3f9a1c20`
    """
    from hodoscope.cli import look

    look.show(store, tenant, finding, minutes=minutes, rows=context, json=json)


@app.command()
def hunt(
    wanted: Annotated[
        str, typer.Argument(help="A rule id or title, a rule file or pack, `all`, or an SQL condition over events.")
    ],
    store: options.Store = None,
    tenant: options.Tenant = "default",
    rules: options.Rules = None,
    tuning: options.Tuning = None,
    first: Annotated[str | None, typer.Option("--from", help="Events from this time on, such as 2026-03-02.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Events before this time.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many events a rule; 0 for all.", min=0)] = 20,
    where: Annotated[bool, typer.Option("--where", help="Print the rule as SQL for this store's events.")] = False,
    files: Annotated[
        list[str] | None, typer.Option("--file", help="Look in this log file, folder or archive; may be repeated.")
    ] = None,
    json: options.Json = False,
    csv: options.Csv = False,
    quiet: options.Quiet = False,
) -> None:
    """Look for rules in everything that is stored, old events included, or with --file in logs as they are.

    Changes nothing.

    Example: `hodoscope soc hunt all --from 2026-03-01 --limit 3`
    """
    from hodoscope.cli import hunting

    hunting.hunt(
        hunting.Request(wanted, store, tenant, rules, tuning, first, last, limit, json, csv, where, quiet, files)
    )


@app.command()
def coverage(
    paths: options.Paths,
    log_format: options.Format = None,
    zone: options.Zone = None,
    year: options.Year = None,
    mapping: options.Mappings = None,
    top: Annotated[int, typer.Option(help="Unmapped fields to list per format.")] = 15,
    json: options.Json = False,
) -> None:
    """How well the mappings read these logs: mapped share, unmapped fields, dead letters by reason. Stores nothing.

    Example: `hodoscope soc coverage logs/`
    """
    from hodoscope.cli import look

    look.coverage(paths, log_format, zone, year, mapping, top=top, json=json)


@app.command()
def simulate(
    out: Annotated[Path, typer.Option("-o", "--out", help="New or empty folder for the telemetry.")],
    hours: Annotated[float, typer.Option(help="Length of the simulated time.")] = 24,
    users: Annotated[int, typer.Option(help="People in the company.")] = 200,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 7,
    quiet: options.Quiet = False,
) -> None:
    """Write a company's telemetry in native vendor formats, with attacks woven in and their ground truth beside it.

    Example: `hodoscope soc simulate --hours 2 --users 20 --seed 7 -o company`
    """
    from hodoscope.cli import work

    work.simulate(out, hours, users, seed, quiet=quiet)
