"""The truth beside the logs points at real lines and covers every step of every campaign."""

import csv
from collections import Counter
from pathlib import Path

import orjson
import pytest
from tests.soc.simulate.reading import time_of

from hodoscope.soc.simulate import SimulationSummary, clock, simulate
from hodoscope.soc.simulate.campaigns.registry import CAMPAIGNS


def _truth(summary: SimulationSummary) -> list[dict[str, str | int]]:
    return [orjson.loads(line) for line in summary.truth.read_bytes().splitlines()]


def test_every_truth_line_exists_and_has_its_time(simulation: SimulationSummary) -> None:
    """File and physical line lead to an event whose own time is the truth's (to the second for coarse formats)."""
    files = {name: (simulation.directory / name).read_text(encoding="utf-8").splitlines() for name in simulation.events}
    for row in _truth(simulation):
        path = simulation.directory / str(row["file"])
        text = files[str(row["file"])][int(row["line"]) - 1]
        stated = time_of(Path("x.jsonl"), orjson.dumps({"time": row["time"]}).decode())
        assert abs(time_of(path, text) - stated) < clock.SECOND, row


def test_every_step_of_every_campaign_appears(simulation: SimulationSummary) -> None:
    """Even an hour holds all campaigns; names, techniques and entities are those the campaigns declare."""
    seen = Counter((row["campaign"], row["step"], row["technique"]) for row in _truth(simulation))
    declared = {(campaign.name, step.name, step.technique) for campaign in CAMPAIGNS for step in campaign.steps}
    assert set(seen) == declared
    assert simulation.attack_events == seen.total()
    kinds = {str(row["entity"]).split(":")[0] for row in _truth(simulation)}
    assert kinds <= {"user", "host", "ip"}


def test_steps_follow_each_other_in_time(simulation: SimulationSummary) -> None:
    """The first event of a step is not before the first event of the step declared before it."""
    first: dict[tuple[str, str], str] = {}
    for row in _truth(simulation):
        first.setdefault((str(row["campaign"]), str(row["step"])), str(row["time"]))
    for campaign in CAMPAIGNS:
        times = [first[campaign.name, step.name] for step in campaign.steps]
        assert times == sorted(times), campaign.name


def test_attack_addresses_occur_in_marked_lines_only(day: SimulationSummary) -> None:
    """Nobody innocent talks to the attackers: an unmarked line never holds an address that only they use."""
    hostile = ("192.0.2.147", "192.0.2.151", "192.0.2.163", "192.0.2.240", "192.0.2.241", "cdn-telemetry-sync")
    marked = {(row["file"], row["line"]) for row in _truth(day)}
    for name in day.events:
        for number, text in enumerate((day.directory / name).read_text(encoding="utf-8").splitlines(), 1):
            if (name, number) not in marked:
                fields = text.replace('"', "\t").replace(" ", "\t").split("\t")
                assert not any(word in fields for word in hostile), (name, number)


def test_campaigns_file_describes_steps_and_who_should_find_them(simulation: SimulationSummary) -> None:
    """ATT&CK ids, event counts and expected detector families per step."""
    described = orjson.loads((simulation.directory / "truth/campaigns.json").read_bytes())
    assert [entry["campaign"] for entry in described] == [campaign.name for campaign in CAMPAIGNS]
    for entry in described:
        assert all(step["events"] > 0 and step["detectors"] for step in entry["steps"])
        assert all(technique.startswith("T1") for technique in entry["techniques"])


def test_campaign_indicators_are_among_the_operators(simulation: SimulationSummary) -> None:
    """What a campaign calls a known indicator is in indicators.csv, among hundreds of decoys."""
    with (simulation.directory / "operator/indicators.csv").open(encoding="utf-8") as handle:
        rows = {(row["type"], row["value"]) for row in csv.DictReader(handle)}
    assert {pair for campaign in CAMPAIGNS for pair in campaign.indicators()} <= rows
    assert len(rows) > 300


@pytest.mark.parametrize("hours", [1.0, 2.0, 11.9, 30.0])
def test_campaigns_fit_any_length(tmp_path: Path, hours: float) -> None:
    """No marked event is lost at the end, however long the simulation is."""
    summary = simulate(tmp_path / "out", hours=hours, users=6, seed=11)
    steps = {(row["campaign"], row["step"]) for row in _truth(summary)}
    assert len(steps) == sum(len(campaign.steps) for campaign in CAMPAIGNS)


def test_readme_says_it_is_no_evidence(short: SimulationSummary) -> None:
    """Whoever finds the directory later is told."""
    assert "never evidence" in (short.directory / "README.txt").read_text(encoding="utf-8")
