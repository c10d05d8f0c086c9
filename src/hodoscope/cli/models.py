"""``hodoscope models``: which models there are, whether they may be trusted, and which one is in use."""

from pathlib import Path
from typing import Annotated

import typer

from hodoscope.cli import model_keys, options

app = typer.Typer(help="Models: train, compare, promote, roll back, verify.", no_args_is_help=True)
app.add_typer(model_keys.app, name="keys")

TaskName = Annotated[str, typer.Argument(help="A task by name, or one of your own as module:NAME.")]
Data = Annotated[Path, typer.Option("--data", help="Folder with the task's data.", file_okay=False)]
Which = "an artifact's digest or its beginning, `champion`, `latest`, or the path of a folder or zip"
Who = Annotated[str, typer.Option("--who", help="Who decides; an auditor reads it.")]
Why = Annotated[str, typer.Option("--why", help="Why; an auditor reads it.")]
Promoter = Annotated[
    Path, typer.Option("--key", envvar="HODOSCOPE_PROMOTER_KEY", help="Private key of a promoter (PEM).")
]
Mlflow = Annotated[
    str | None,
    typer.Option(
        "--mlflow", envvar="HODOSCOPE_MLFLOW", help="MLflow that mirrors: sqlite:///FILE or a server. Default: a file."
    ),
]
NoMlflow = Annotated[bool, typer.Option("--no-mlflow", help="Do not mirror into MLflow.")]


@app.command("list")
def listed(models: model_keys.Folder = None, json: options.Json = False) -> None:
    """Every task's releases and artifacts: what is in use, since when, and its figures.

    Example: `hodoscope models list`
    """
    from hodoscope.cli import model_pages

    model_pages.listing(models, json=json)


@app.command()
def card(
    artifact: Annotated[str, typer.Argument(help=f"{Which[0].upper()}{Which[1:]}.")],
    task: Annotated[str | None, typer.Option("--task", help="Whose champion or latest artifact.")] = None,
    models: model_keys.Folder = None,
    json: options.Json = False,
) -> None:
    """The card of a verified artifact; what it lacks goes to standard error.

    Example: `hodoscope models card champion --task regions`
    """
    from hodoscope.cli import model_pages

    model_pages.card(models, artifact, task, json=json)


@app.command()
def report(
    task: TaskName,
    data: Data,
    artifact: Annotated[str, typer.Argument(help=f"{Which[0].upper()}{Which[1:]}.")] = "latest",
    out: Annotated[Path, typer.Option("--out", help="Folder for report.html and report.json.")] = Path("report"),
    models: model_keys.Folder = None,
) -> None:
    """One page about an artifact on held-out rows: figures with intervals, curves, calibration, slices, baselines.

    Example: `hodoscope models report learn_regions:TASK --data data --out report`
    """
    from hodoscope.cli import model_work

    model_work.report(models, task, data, artifact, out)


@app.command()
def verify(
    what: Annotated[str, typer.Argument(help="A task (all its releases), or the path of an artifact.")],
    seen: Annotated[
        Path | None, typer.Option("--seen", help="File with the newest release its owner has seen; older is refused.")
    ] = None,
    owner: Annotated[str, typer.Option("--owner", help="Whose file that is, such as triage@ws01.")] = "",
    begin: Annotated[bool, typer.Option("--begin", help="Make that file: the owner's first start.")] = False,
    models: model_keys.Folder = None,
    json: options.Json = False,
) -> None:
    """Check signatures, hashes, the chain of releases, and that nothing older came back.

    Example: `hodoscope models verify regions --seen seen.json --owner triage@ws01 --begin`
    """
    from hodoscope.cli import model_pages

    model_pages.verify(models, what, model_pages.Memory(seen, owner, begin), json=json)


@app.command()
def compare(
    task: TaskName,
    data: Data,
    first: Annotated[str, typer.Argument(help=f"{Which[0].upper()}{Which[1:]}.")] = "latest",
    second: Annotated[str, typer.Argument(help="What it is compared with; the same choices.")] = "champion",
    models: model_keys.Folder = None,
    json: options.Json = False,
) -> None:
    """Two artifacts on the same held-out rows, paired: every figure's difference, overall and per slice.

    Example: `hodoscope models compare learn_regions:TASK --data data`
    """
    from hodoscope.cli import model_work

    model_work.compare(models, task, data, (first, second), json=json)


@app.command()
def promote(
    task: TaskName,
    data: Data,
    who: Who,
    why: Why,
    key: Promoter,
    artifact: Annotated[str, typer.Argument(help=f"{Which[0].upper()}{Which[1:]}.")] = "latest",
    no_champion: Annotated[
        bool, typer.Option("--no-champion", help="The champion no longer verifies: judge against baselines only.")
    ] = False,
    models: model_keys.Folder = None,
    mlflow: Mlflow = None,
    no_mlflow: NoMlflow = False,
    json: options.Json = False,
) -> None:
    """Put an artifact into use if the task's gate lets it pass; otherwise list every failed clause.

    Example: `hodoscope models promote learn_regions:TASK --data data --key promoter.pem --who Ada --why "more sites"`
    """
    from hodoscope.cli import model_work

    order = model_work.Order(models, who, why, key, model_work.mirror(mlflow, no_mlflow=no_mlflow))
    model_work.promote(order, task, artifact, data, no_champion=no_champion, json=json)


@app.command()
def rollback(
    task: Annotated[str, typer.Argument(help="Name of the task, as `models list` shows it.")],
    who: Who,
    why: Why,
    key: Promoter,
    artifact: Annotated[str | None, typer.Argument(help="Digest; by default what was in use before.")] = None,
    models: model_keys.Folder = None,
    mlflow: Mlflow = None,
    no_mlflow: NoMlflow = False,
    json: options.Json = False,
) -> None:
    """Put an earlier artifact into use again: a new record naming it, so nobody can be fooled with an old one.

    Example: `hodoscope models rollback regions --key promoter.pem --who Ada --why "misses in region eu"`
    """
    from hodoscope.cli import model_work

    order = model_work.Order(models, who, why, key, model_work.mirror(mlflow, no_mlflow=no_mlflow))
    model_work.rollback(order, task, artifact, json=json)


@app.command()
def retrain(
    task: TaskName,
    data: Data,
    trainer: Annotated[
        Path, typer.Option("--trainer", envvar="HODOSCOPE_TRAINER_KEY", help="Private key of a trainer (PEM).")
    ],
    key: Promoter,
    who: Who,
    drift: Annotated[
        list[str] | None, typer.Option("--drift", help="What was found to drift; may be repeated.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Train also without a reason.")] = False,
    models: model_keys.Folder = None,
    runs: Annotated[Path | None, typer.Option("--runs", help="Folder of the runs. Default: beside the models.")] = None,
    mlflow: Mlflow = None,
    no_mlflow: NoMlflow = False,
    json: options.Json = False,
) -> None:
    """Train when there is a reason, check new labels, shadow, gate, promote or say why not; resumes after a kill.

    Example: `hodoscope models retrain learn_regions:TASK --data data --trainer trainer.pem --key promoter.pem --who me`
    """
    from hodoscope.cli import model_work

    order = model_work.Order(models, who, "", key, model_work.mirror(mlflow, no_mlflow=no_mlflow))
    model_work.retrain(order, task, data, model_work.Training(trainer, runs, tuple(drift or ()), force), json=json)
