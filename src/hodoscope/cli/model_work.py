"""What ``hodoscope models`` does: compare, promote, roll back, retrain."""

import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.table import Table

from hodoscope.cli import model_pages, render
from hodoscope.cli.tasks import task_named
from hodoscope.errors import InputError, StoreError
from hodoscope.lifecycle.assessment import compare as differences
from hodoscope.lifecycle.model_report import model_report
from hodoscope.lifecycle.promotion import Decision, roll_back
from hodoscope.lifecycle.promotion import promote as judge_and_release
from hodoscope.lifecycle.registry import Registry, default_uri
from hodoscope.lifecycle.release.log import Entry
from hodoscope.lifecycle.release.models import Models
from hodoscope.lifecycle.report.page import write as write_report
from hodoscope.lifecycle.retrain.retrain import Place, State
from hodoscope.lifecycle.retrain.retrain import retrain as train_again
from hodoscope.lifecycle.task_config import TaskConfig

NO_MIRROR = "none"


@dataclass(frozen=True, slots=True)
class Order:
    """Options that change what is in use: where, who, why, with which key, and what mirrors it."""

    where: Path | None
    who: str
    why: str
    key: Path
    mlflow: str

    @property
    def models(self) -> Models:
        """The folder of models."""
        return model_pages.folder(self.where)

    def decision(self) -> Decision:
        """Made now."""
        return Decision(self.who, self.why, datetime.now(UTC), self.key)

    def registry(self) -> Registry | None:
        """MLflow, None when it is not wanted or not installed: it mirrors and is never needed."""
        if self.mlflow == NO_MIRROR:
            return None
        try:
            return Registry(self.mlflow or default_uri(self.models))
        except (InputError, StoreError) as error:
            sys.stderr.write(f"hodoscope: not mirrored: {error}\n")
            return None


@dataclass(frozen=True, slots=True)
class Training:
    """Options of retraining alone."""

    key: Path
    runs: Path | None
    drift: tuple[str, ...]
    force: bool


def mirror(uri: str | None, *, no_mlflow: bool) -> str:
    """Where to mirror; empty for the file beside the models."""
    return NO_MIRROR if no_mlflow else uri or ""


def compare(where: Path | None, name: str, data: Path, pair: tuple[str, str], *, json: bool) -> None:
    """A table of differences: first minus second."""
    task, models = task_named(name), model_pages.folder(where)
    first, second = (model_pages.find(models, reference, task.name) for reference in pair)
    dataset = task.load(data)
    config = TaskConfig.from_toml(task.config, f"{task.name}.toml")
    held_out = dataset.take(task.split(dataset).test)
    found = differences(task, first.artifact, second.artifact, held_out, config.gate.plan)
    if json:
        render.write_json({"first": first.digest, "second": second.digest, **found.to_json()})
        return
    out = render.output()
    out.print(f"{first.digest[:12]} minus {second.digest[:12]} on {held_out.table.num_rows:,} held-out rows, paired")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("rows", "figure", "difference", "95 % interval", "n"):
        table.add_column(column, justify="left" if column in ("rows", "figure") else "right")
    for rows, metrics in {"all": found.metrics, **found.slices}.items():
        for figure, one in metrics.items():
            interval = f"{one.low:+.4f} to {one.high:+.4f}"
            table.add_row(render.escape(rows), render.escape(figure), f"{one.value:+.4f}", interval, str(one.n))
    out.print(table)


def report(where: Path | None, name: str, data: Path, reference: str, folder: Path) -> None:
    """Write the page and its JSON; the paths are the output."""
    task, models = task_named(name), model_pages.folder(where)
    artifact = model_pages.find(models, reference, task.name).artifact
    dataset = task.load(data)
    for path in write_report(model_report(task, artifact, dataset, task.split(dataset)), folder):
        sys.stdout.write(f"{path}\n")


def promote(order: Order, name: str, reference: str, data: Path, *, no_champion: bool, json: bool) -> None:
    """Judge and release; a refusal lists its clauses and ends with exit code 1."""
    task, models = task_named(name), order.models
    if Path(reference).exists():
        reference = models.adopt(Path(reference)).digest
    artifact = model_pages.find(models, reference, task.name)
    decision = replace(order.decision(), distrusts_champion=no_champion)
    verdict, entry = judge_and_release(task, models, artifact, data, decision)
    if json:
        released = None if entry is None else entry.release.counter
        render.write_json({"artifact": artifact.digest, "release": released, "gate": verdict.to_json()})
    elif entry is None:
        sys.stdout.write(f"{artifact.digest[:12]} is refused:\n{verdict.refusal}\n")
    if entry is None:
        raise typer.Exit(1)
    _released(order, entry, told=not json)


def rollback(order: Order, task: str, digest: str | None, *, json: bool) -> None:
    """A new record naming an earlier artifact."""
    entry = roll_back(task, order.models, digest, order.decision())
    if json:
        render.write_json({"artifact": entry.release.artifact, "release": entry.release.counter})
    _released(order, entry, told=not json)


def retrain(order: Order, name: str, data: Path, training: Training, *, json: bool) -> None:
    """One call of retraining; refused ends with exit code 1."""
    task, models = task_named(name), order.models
    place = Place(
        models, training.runs or models.root.parent / "runs", training.key, order.key, order.who, order.registry()
    )
    outcome = train_again(task, place, data, datetime.now(UTC), drift=training.drift, force=training.force)
    if json:
        render.write_json(outcome.to_json())
    else:
        sys.stdout.write(f"{outcome.state}\n" + "".join(f"{line}\n" for line in outcome.told))
    if outcome.state is State.REFUSED:
        raise typer.Exit(1)


def _released(order: Order, entry: Entry, *, told: bool) -> None:
    """Say what is in use now, and mirror it."""
    release = entry.release
    if told:
        sys.stdout.write(f"release {release.counter} of {release.task}: {release.action} {release.artifact[:12]}\n")
    registry = order.registry()
    if registry is not None:
        try:
            registry.sync(order.models, release.task)
        except StoreError as error:
            sys.stderr.write(f"hodoscope: not mirrored: {error}\n")
