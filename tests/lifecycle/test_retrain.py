"""A call of retrain does what there is to do, once, wherever the last one was interrupted."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from examples.learn_regions import CONFIG as STRICT
from examples.learn_regions import RegionsTask, draw, save

from hodoscope.errors import InputError, StoreBusyError, StoreError
from hodoscope.lifecycle import atomic_files
from hodoscope.lifecycle.release.log import Proposal
from hodoscope.lifecycle.release.record import Action
from hodoscope.lifecycle.retrain.retrain import Outcome, Place, State, retrain
from hodoscope.lifecycle.retrain.run_folder import Run, alone, unfinished
from tests.lifecycle.release_site import Site, make_site

NOW = datetime(2026, 2, 1, tzinfo=UTC)
CONFIG = STRICT.replace("minimum_gain = 0.0", "minimum_gain = -0.05")
"""Four columns are learned from few rows: more of them make no better model, so not being worse is enough here."""
TASK = RegionsTask(config=CONFIG)
FIRST, MORE = draw(400, 1), draw(600, 2, day=40)


class World:
    """A site with data, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.site: Site = make_site(folder)
        self.data = folder / "data"
        self.place = Place(self.site.models, folder / "runs", self.site.trainer, self.site.promoter, "nightly job")
        save(self.data, FIRST)

    def call(self, days: float = 0, task: RegionsTask = TASK, *, force: bool = False) -> Outcome:
        """Retrain so many days after the start."""
        return retrain(task, self.place, self.data, NOW + timedelta(days=days), force=force)

    @property
    def counters(self) -> list[int]:
        """The releases there are."""
        return [entry.release.counter for entry in self.site.models.log("regions").entries()]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A new world."""
    return World(tmp_path)


def test_from_nothing_to_a_second_champion(world: World) -> None:
    """First model, nothing to do, new labels, better model: each call says what it did."""
    first = world.call()
    assert (first.state, first.release) == (State.PROMOTED, 1), first.told
    waiting = world.call(days=1)
    assert waiting.state is State.NOT_DUE
    assert "0 new labels" in waiting.told[0]
    save(world.data, FIRST, MORE)
    second = world.call(days=2)
    assert (second.state, second.release) == (State.PROMOTED, 2), second.told
    entry, verified = world.site.models.current("regions")
    assert verified.digest == second.artifact != first.artifact
    assert (entry.release.who, entry.release.why) == ("nightly job", "600 new labels (from 100)")
    assert entry.release.gate["passed"] is True
    assert world.call(days=3).state is State.NOT_DUE
    assert world.counters == [1, 2]


def test_a_model_that_is_not_better_is_refused_once(world: World) -> None:
    """With the clauses; asked again with the same data the answer is the same, without training."""
    world.call()
    save(world.data, FIRST, draw(120, 5, day=10))
    config = STRICT.replace("minimum_gain = 0.0", "minimum_gain = 0.5")
    strict = RegionsTask(config=config)
    refused = world.call(days=1, task=strict)
    assert refused.state is State.REFUSED
    assert any("headline auc against the champion" in line for line in refused.told)

    class Unable(RegionsTask):
        def train(self, dataset: object, seed: int) -> object:  # type: ignore[override]  # must not be called
            raise AssertionError("trained again")

    assert world.call(days=2, task=Unable(config=config)) == refused
    assert world.counters == [1]


def test_the_same_model_again_is_no_release(world: World) -> None:
    """Asked for without new data, the champion's bytes come out."""
    first = world.call()
    again = world.call(days=1, force=True)
    assert (again.state, again.artifact) == (State.UNCHANGED, first.artifact)
    assert world.counters == [1]


def test_shadowing_waits_and_then_looks_at_what_came_in(world: World) -> None:
    """Labels that arrived meanwhile are what both models are compared on."""
    task = RegionsTask(config=CONFIG.replace("every_days = 30", "every_days = 30\nshadow_hours = 24"))
    assert world.call(task=task).state is State.SHADOWING
    assert world.call(days=0.9, task=task).state is State.SHADOWING
    save(world.data, FIRST, draw(70, 7, day=45))
    done = world.call(days=1, task=task)
    assert done.state is State.PROMOTED
    report = Run(world.place.runs / "regions" / done.run).done("shadowed")
    assert report is not None
    assert report["rows"] == 70


def test_poisoned_labels_are_not_learned_now_nor_later(world: World) -> None:
    """Held back, told, and still held at the next training, although they are old by then."""
    world.call()
    poison = draw(150, 8, day=40, analyst="mallory", flipped=1.0)
    save(world.data, FIRST, MORE, poison)
    second = world.call(days=2)
    assert second.state is State.PROMOTED, second.told
    assert any("mallory" in line for line in second.told)
    learned = world.site.models.open(second.artifact).artifact
    assert learned.settings["data_rows"] < FIRST.num_rows + MORE.num_rows + 30
    save(world.data, FIRST, MORE, poison, draw(200, 9, day=50))
    third = world.call(days=3)
    assert sum(line.startswith("held back") for line in third.told) >= 1
    held = (Run(world.place.runs / "regions" / third.run).done("labels") or {})["keys_held"]
    assert sum("mallory" in key for key in held) == 150


STEPS = ("run", "labels", "trained", "shadow", "shadowed", "verdict", "outcome")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_killed_run_goes_on_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str, moment: str
) -> None:
    """Killed before or after any step is written down: the next call ends as if nothing had happened."""
    finish = Run.finish

    def killed(self: Run, name: str, found: Mapping[str, object]) -> object:
        if name == step and moment == "before":
            raise KeyboardInterrupt
        document = finish(self, name, found)
        if name == step:
            raise KeyboardInterrupt
        return document

    monkeypatch.setattr(Run, "finish", killed)
    with pytest.raises(KeyboardInterrupt):
        world.call()
    monkeypatch.setattr(Run, "finish", finish)
    outcome = world.call(days=0.1)
    assert world.counters == [1]
    assert len(world.site.models.digests()) == 1
    if (step, moment) == ("outcome", "after"):
        assert outcome.state is State.NOT_DUE
    else:
        assert (outcome.state, outcome.release) == (State.PROMOTED, 1)
    assert unfinished(world.place.runs / "regions") is None


KILLED = """
import os, signal, sys
from pathlib import Path
from hodoscope.lifecycle.release.models import Models
from tests.lifecycle.test_retrain import CONFIG, World
from examples.learn_regions import RegionsTask
class Fatal(RegionsTask):
    def baselines(self, train, test):
        os.kill(os.getpid(), signal.SIGKILL)
world = World(Path(sys.argv[1]))
world.call(task=Fatal(config=CONFIG))
"""


def test_a_kill_in_the_middle_of_training_leaves_nothing_half_done(tmp_path: Path) -> None:
    """The process is really killed; the lock is free, no artifact is there, the next call does the rest."""
    run = subprocess.run([sys.executable, "-c", KILLED, tmp_path], capture_output=True, text=True, check=False)
    assert run.returncode == -9, run.stderr
    keys = {name: (tmp_path / name).read_bytes() for name in ("trainer.pem", "promoter.pem", "second.pem")}
    for name in keys:
        (tmp_path / name).unlink()
    kept = (tmp_path / "models" / "keys.json").read_bytes()
    world = World(tmp_path)
    for name, content in keys.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "models" / "keys.json").write_bytes(kept)
    assert world.site.models.digests() == []
    assert unfinished(tmp_path / "runs" / "regions") is not None
    assert world.call().state is State.PROMOTED


def test_a_full_disk_stops_before_the_release(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be written is not promoted; with room again the next call promotes."""
    write = atomic_files.write_folder

    def full(path: Path, files: Mapping[str, bytes]) -> None:
        raise StoreError(f"{path}: cannot be written (No space left on device)")

    monkeypatch.setattr(atomic_files, "write_folder", full)
    with pytest.raises(StoreError, match="No space"):
        world.call()
    monkeypatch.setattr(atomic_files, "write_folder", write)
    assert world.counters == []
    assert world.call().state is State.PROMOTED


def test_a_champion_that_changed_meanwhile_is_not_overrun(world: World) -> None:
    """The judgement was about another one."""
    first = world.call()
    save(world.data, FIRST, MORE)
    task = RegionsTask(config=CONFIG.replace("every_days = 30", "every_days = 30\nshadow_hours = 24"))
    assert world.call(days=2, task=task).state is State.SHADOWING
    other = world.site.add(5, task="regions")
    log, keyring = world.site.models.log("regions"), world.site.models.keyring()
    current = log.current(keyring).release
    log.append(Proposal(Action.ROLLBACK, other, "Ada", current.when, "by hand", {}), world.site.promoter, keyring)
    refused = world.call(days=4, task=task)
    assert refused.state is State.REFUSED
    assert "champion changed" in refused.told[0]
    assert first.release == 1


def test_two_retrainings_do_not_run_at_once(world: World) -> None:
    """The second is told to wait."""
    with alone(world.place.runs / "regions"), pytest.raises(StoreBusyError, match="another retraining"):
        world.call()


def test_a_wrong_clock_and_changed_data_are_errors(world: World) -> None:
    """Neither trains, neither promotes."""
    world.call(days=1)
    with pytest.raises(InputError, match="clock"):
        world.call(days=0)
    path = world.data / "regions.parquet"
    save(world.data.parent / "other", MORE)
    path.write_bytes((world.data.parent / "other" / "regions.parquet").read_bytes())
    with pytest.raises(InputError, match="content hash"):
        world.call(days=2)
    assert world.counters == [1]


def test_drift_is_a_reason(world: World) -> None:
    """Named in the release when it leads to one."""
    world.call()
    save(world.data, FIRST, MORE)
    quiet = replace(TASK, config=CONFIG.replace("new_labels = 100", "new_labels = 0"))
    assert world.call(days=1, task=quiet).state is State.NOT_DUE
    done = retrain(quiet, world.place, world.data, NOW + timedelta(days=1), drift=["rate"])
    assert done.state is State.PROMOTED
    assert world.site.models.current("regions")[0].release.why == "drift: rate"
    assert np.all(np.diff(world.counters) == 1)
