"""Trains a task again when there is a reason, and promotes the result only if the gate lets it pass.

Trigger → labels → train and evaluate → shadow → gate → promote. Each step is written down when it is finished. Called
again, whatever happened in between, it goes on with the first unfinished step; called again after the end, with
the same data and champion, it answers with the same outcome and does nothing. A scheduler may call it as often as it
likes.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import numpy as np

from hodoscope.errors import StoreError
from hodoscope.lifecycle.artifact.artifact import Artifact
from hodoscope.lifecycle.artifact.loading import load_trained
from hodoscope.lifecycle.assessment import assess
from hodoscope.lifecycle.code_version import code_version
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.gate.gate import judge
from hodoscope.lifecycle.gate.verdict import Verdict
from hodoscope.lifecycle.registry import Alias, Registry
from hodoscope.lifecycle.release.log import Proposal
from hodoscope.lifecycle.release.models import Models
from hodoscope.lifecycle.release.record import Action, stamp
from hodoscope.lifecycle.retrain.labels.label_check import check_labels
from hodoscope.lifecycle.retrain.labels.new_labels import NewLabels, keys, new_labels
from hodoscope.lifecycle.retrain.run_folder import BEGUN, OUTCOME, Run, alone, held_before, remember_held, unfinished
from hodoscope.lifecycle.retrain.shadow import shadow_report
from hodoscope.lifecycle.retrain.trigger import Situation, reasons
from hodoscope.lifecycle.task import Task
from hodoscope.lifecycle.task_config import TaskConfig
from hodoscope.lifecycle.training import train_artifact

LABELS_UNTIL, DATA_ROWS = "labels_until", "data_rows"
"""Settings of an artifact that say up to where it has learned."""


class State(StrEnum):
    """How a call ended. The first two are not the last word; the same call later may go on."""

    NOT_DUE = "not due"
    SHADOWING = "shadowing"
    UNCHANGED = "unchanged"  # the same artifact as the champion came out
    REFUSED = "refused"
    PROMOTED = "promoted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """``told`` holds sentences for people (why not, what was held back), ``artifact`` and ``run`` are empty if none."""

    state: State
    task: str
    told: tuple[str, ...]
    run: str = ""
    artifact: str = ""
    release: int = 0

    def to_json(self) -> dict[str, object]:
        """All fields."""
        return {
            "state": self.state, "task": self.task, "told": list(self.told), "run": self.run,
            "artifact": self.artifact, "release": self.release,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where models and runs are kept, with which keys is signed and on whose behalf; ``registry`` mirrors, if any."""

    models: Models
    runs: Path
    trainer_key: Path
    promoter_key: Path
    who: str
    registry: Registry | None = None


def retrain(
    task: Task, place: Place, data: Path, now: datetime, *, drift: Sequence[str] = (), force: bool = False
) -> Outcome:
    """One call does everything there is to do now; see the module. ``drift`` names what was found to drift.

    ``InputError`` for unusable data, configuration or clock, :class:`TrustError` when the champion no longer verifies
    (promote another by hand with ``--no-champion`` first), :class:`StoreBusyError` while another call runs. None of
    them leaves anything half done.
    """
    config = TaskConfig.from_toml(task.config, f"{task.name}.toml")
    folder = place.runs / task.name
    with alone(folder):
        run = unfinished(folder)
        if run is None:
            run, told = _begin(task, config, place, data, now, drift, force)
            if run is None:
                return Outcome(State.NOT_DUE, task.name, tuple(told))
            if (finished := run.done(OUTCOME)) is not None:
                return Outcome(**{**finished, "state": State(finished["state"]), "told": tuple(finished["told"])})
        return _Steps(task, config, place, data, now, run).go_on()


def _begin(
    task: Task, config: TaskConfig, place: Place, data: Path, now: datetime, drift: Sequence[str], force: bool
) -> tuple[Run | None, list[str]]:
    """A new run with its data written down, or None; and why."""
    dataset = task.load(data)
    log = place.models.log(task.name).entries()
    champion = place.models.current(task.name)[1].artifact if log else None
    found = _new_labels(dataset, config, champion, place.runs / task.name)
    fresh = found.arrived
    if champion is not None and not config.retrain.labels.labelled_at:
        fresh = dataset.table.num_rows - int(str(champion.settings.get(DATA_ROWS, 0)))
    released = datetime.fromisoformat(log[-1].release.when) if log else None
    why = reasons(config.retrain.schedule, Situation(now, released, fresh, drift))
    why += ["asked for"] if force and not why else []
    if not why:
        return None, [f"no reason to train: {fresh} new labels, newest release {log[-1].release.when}"]
    digest = "" if champion is None else champion.digest
    identity = [task.name, task.config, dataset.content_hash, digest, config.retrain.schedule.seed, code_version()]
    run = Run(place.runs / task.name / hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:16])
    if run.done(BEGUN) is None:
        dataset.save(run.data)
        run.finish(BEGUN, {"task": task.name, "why": why, "champion": digest, "began": stamp(now)})
    return run, why


def _new_labels(dataset: Dataset, config: TaskConfig, champion: Artifact | None, folder: Path) -> NewLabels:
    until = "" if champion is None else str(champion.settings.get(LABELS_UNTIL, ""))
    return new_labels(dataset, config.retrain.labels, until, held_before(folder))


@dataclass(frozen=True, slots=True)
class _Steps:
    """The steps of one run. Each looks whether it is finished before it does anything."""

    task: Task
    config: TaskConfig
    place: Place
    data: Path
    now: datetime
    run: Run

    def go_on(self) -> Outcome:
        begun = self.run.done(BEGUN) or {}
        champion = self.place.models.open(begun["champion"]).artifact if begun["champion"] else None
        kept, held = self._labels(champion)
        digest = self._train(kept)
        challenger = self.place.models.open(digest).artifact
        if digest == begun["champion"]:
            return self._end(State.UNCHANGED, digest, ["the same artifact as the champion came out", *held])
        shadow = self._shadow(challenger, champion, kept)
        if shadow is None:
            until = _until(self.run, self.config).isoformat()
            return Outcome(State.SHADOWING, self.task.name, (f"shadowing until {until}", *held), self.run.name, digest)
        verdict = self._judge(challenger, champion, kept, shadow)
        if not verdict.passed:
            return self._end(State.REFUSED, digest, [*verdict.refusal.splitlines(), *held])
        return self._promote(digest, begun, verdict, held)

    def _labels(self, champion: Artifact | None) -> tuple[Dataset, list[str]]:
        """The data without the labels held back, and what was held."""
        dataset = Dataset.load(self.run.data)
        report = self.run.done("labels")
        if report is None:
            found = _new_labels(dataset, self.config, champion, self.run.folder.parent)
            held: list[int] = []
            document: dict[str, object] = {"new": 0, "until": found.until}
            if champion is not None:
                gate, seed = self.config.gate, self.config.retrain.schedule.seed
                checked = check_labels(
                    self.task, dataset, found, load_trained(champion), self.config.retrain.labels, gate, seed
                )
                document |= checked.to_json()
                held = checked.rows.tolist()
            keys_held = keys(dataset.take(np.asarray(held, np.int64)), self.config.retrain.labels).to_pylist()
            report = self.run.finish("labels", {**document, "rows_held": held, "keys_held": keys_held})
        told = [f"held back: {one['count']} labels: {why}" for why, one in report.get("held", {}).items()]
        kept = np.setdiff1d(np.arange(dataset.table.num_rows), np.asarray(report["rows_held"], np.int64))
        return dataset.take(kept), told

    def _train(self, kept: Dataset) -> str:
        """The digest of the challenger; it is among the artifacts, signed."""
        trained = self.run.done("trained")
        if trained is None:
            learned = {LABELS_UNTIL: (self.run.done("labels") or {})["until"], DATA_ROWS: kept.table.num_rows}
            seed, fold = self.config.retrain.schedule.seed, self.task.split(kept)
            artifact = train_artifact(self.task, kept, fold, self.config, seed, learned)
            self.place.models.add(artifact, self.place.trainer_key)
            trained = self.run.finish("trained", {"artifact": artifact.digest})
            self._mirror(lambda registry: registry.point(artifact, Alias.CHALLENGER))
        return str(trained["artifact"])

    def _shadow(self, challenger: Artifact, champion: Artifact | None, kept: Dataset) -> dict[str, object] | None:
        """What changed in the decisions; None while the time of shadowing is not over."""
        if self.run.done("shadow") is None:
            self.run.finish("shadow", {"since": stamp(self.now)})
            self._mirror(lambda registry: registry.point(challenger, Alias.SHADOW))
        if self.now < _until(self.run, self.config):
            return None
        report = self.run.done("shadowed")
        if report is None:
            rows = kept.take(self.task.split(kept).test)
            if self.config.retrain.schedule.shadow_hours and self.config.retrain.labels.labelled_at:
                latest = self.task.load(self.data)
                arrived = _new_labels(latest, self.config, challenger, self.run.folder.parent).new
                rows = latest.take(np.flatnonzero(arrived)) if arrived.any() else rows
            theirs = None if champion is None else load_trained(champion)
            report = self.run.finish("shadowed", shadow_report(self.task, load_trained(challenger), theirs, rows))
        return report

    def _judge(
        self, challenger: Artifact, champion: Artifact | None, kept: Dataset, shadow: dict[str, object]
    ) -> Verdict:
        document = self.run.done("verdict")
        if document is None:
            facts = assess(
                self.task,
                challenger,
                champion,
                kept,
                self.config.gate.plan,
                measured=challenger.evaluation,
                changed=shadow.get("changed"),
            )
            document = self.run.finish("verdict", judge(self.config.gate, facts).to_json())
        return Verdict.from_json(document, str(self.run.folder / "verdict.json"))

    def _promote(self, digest: str, begun: dict[str, object], verdict: Verdict, held: list[str]) -> Outcome:
        """Release it, once: a record that names this run is taken as done."""
        log = self.place.models.log(self.task.name)
        entries = log.entries()
        entry = next((one for one in entries if one.release.run == self.run.name), None)
        if entry is None:
            newest = entries[-1].release.artifact if entries else ""
            if newest != begun["champion"]:
                told = [f"the champion changed meanwhile to {newest[:12]}; run again to be judged against it"]
                return self._end(State.REFUSED, digest, told)
            why = begun["why"]
            proposal = Proposal(
                Action.PROMOTE, digest, self.place.who, stamp(self.now),
                "; ".join(why) if isinstance(why, list) else str(why), verdict.to_json(), self.run.name,
            )  # fmt: skip
            entry = log.append(proposal, self.place.promoter_key, self.place.models.keyring())
        remember_held(self.run.folder.parent, (self.run.done("labels") or {})["keys_held"])
        told = [f"release {entry.release.counter} names {digest[:12]}", *held]
        return self._end(State.PROMOTED, digest, told, entry.release.counter)

    def _end(self, state: State, digest: str, told: list[str], release: int = 0) -> Outcome:
        """Mirror, then write the outcome: a kill in between mirrors again, which changes nothing."""
        failed = self._mirror(self._mirror_end)
        outcome = Outcome(state, self.task.name, (*told, *failed), self.run.name, digest, release)
        self.run.finish(OUTCOME, outcome.to_json())
        return outcome

    def _mirror_end(self, registry: Registry) -> None:
        registry.sync(self.place.models, self.task.name)
        registry.clear(self.task.name, Alias.CHALLENGER)
        registry.clear(self.task.name, Alias.SHADOW)

    def _mirror(self, action: Callable[[Registry], None]) -> list[str]:
        """Mirroring decides nothing, so its failure is told and stops nothing."""
        if self.place.registry is None:
            return []
        try:
            action(self.place.registry)
        except StoreError as error:
            return [str(error)]
        return []


def _until(run: Run, config: TaskConfig) -> datetime:
    since = datetime.fromisoformat((run.done("shadow") or {})["since"])
    return since + timedelta(hours=config.retrain.schedule.shadow_hours)
