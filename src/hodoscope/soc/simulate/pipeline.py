"""The simulator's main path: found the company, play the campaigns, live window by window, write the truth."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from hodoscope.errors import InputError
from hodoscope.soc.simulate import clock
from hodoscope.soc.simulate.activity.interface import Moment
from hodoscope.soc.simulate.activity.registry import ACTIVITIES
from hodoscope.soc.simulate.campaigns.interface import Schedule, Stage
from hodoscope.soc.simulate.campaigns.registry import CAMPAIGNS
from hodoscope.soc.simulate.company import Company
from hodoscope.soc.simulate.dice import Dice
from hodoscope.soc.simulate.endpoint import Endpoint
from hodoscope.soc.simulate.founding import found
from hodoscope.soc.simulate.ground_truth import write_truth
from hodoscope.soc.simulate.log_files import LogFiles
from hodoscope.soc.simulate.operator_files import write_operator_files
from hodoscope.soc.simulate.outbox import Outbox
from hodoscope.soc.simulate.rhythm import Rhythm, Window
from hodoscope.soc.simulate.wire import Wire

_MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
_SHORT_HOURS = 12.0  # below this a simulation from midnight would meet nobody at work
_PEOPLE_PER_WINDOW_HOUR = 1000  # memory bound: larger companies are written in shorter windows
_FEWEST_USERS = 6


@dataclass(frozen=True, slots=True)
class SimulationSummary:
    """What was written. `campaigns` maps a campaign's name to its ATT&CK techniques in order of appearance."""

    directory: Path
    start: datetime
    end: datetime
    events: dict[str, int]
    total: int
    attack_events: int
    campaigns: dict[str, tuple[str, ...]]
    truth: Path


def simulate(
    out: Path,
    *,
    hours: float,
    users: int,
    seed: int,
    start: datetime | None = None,
    progress: Callable[[int], None] | None = None,
) -> SimulationSummary:
    """Write a company's telemetry into the new or empty directory `out`.

    Byte for byte the same for the same (`hours`, `users`, `seed`, `start`). `start` defaults to Monday 2026-03-02,
    00:00 UTC, or 08:00 UTC when less than twelve hours are asked for. `progress` receives the number of events
    written so far. Raises `InputError` for a non-empty directory, less than an hour, or fewer than six users.
    """
    begin = _checked(out, hours, users, start)
    start_us = clock.microseconds(begin)
    end_us = start_us + round(hours * clock.HOUR)
    company = found(seed, users)
    files = LogFiles(out, start_us, seed)
    files.take(_campaigns(company, seed, start_us, end_us))
    rhythm = Rhythm(company, seed)
    for window in _windows(start_us, end_us, users):
        files.take(_ordinary_life(company, rhythm, window, seed))
        files.write_before(window.end_us)
        if progress is not None:
            progress(files.events.total())
    files.close(end_us)
    write_operator_files(out, company, seed, start_us, end_us)
    truth = write_truth(out, files.truth, begin, hours, users, seed)
    return SimulationSummary(
        directory=out,
        start=begin,
        end=datetime.fromtimestamp(end_us / clock.SECOND, UTC),
        events=dict(sorted(files.events.items())),
        total=files.events.total(),
        attack_events=len(files.truth),
        campaigns={campaign.name: tuple(step.technique for step in campaign.steps) for campaign in CAMPAIGNS},
        truth=truth,
    )


def _checked(out: Path, hours: float, users: int, start: datetime | None) -> datetime:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out}: is not an empty directory; name a new directory or empty this one first")
    if not 1.0 <= hours <= 24 * 366:
        raise InputError(f"hours={hours:g}: give at least 1 (all campaigns need room) and at most {24 * 366}")
    if users < _FEWEST_USERS:
        raise InputError(f"users={users}: give at least {_FEWEST_USERS}, the campaigns need that many people")
    if start is None:
        return _MONDAY.replace(hour=8) if hours < _SHORT_HOURS else _MONDAY
    if start.tzinfo is None:
        raise InputError(f"start={start.isoformat()}: has no time zone; add one, for example +00:00")
    return start.astimezone(UTC)


def _campaigns(company: Company, seed: int, start_us: int, end_us: int) -> Outbox:
    outbox = Outbox()
    for campaign in CAMPAIGNS:
        dice = Dice(seed, "campaign", campaign.name)
        schedule = Schedule.fit(campaign.steps, start_us, end_us, dice)
        campaign.play(Stage(company, schedule, dice, outbox, Wire(outbox, dice), Endpoint(outbox, dice)))
    return outbox


def _windows(start_us: int, end_us: int, users: int) -> list[Window]:
    parts = -(-users // _PEOPLE_PER_WINDOW_HOUR)
    edges = [start_us]
    while edges[-1] < end_us:
        hour_us = edges[-1] - edges[-1] % clock.HOUR
        passed = (edges[-1] - hour_us) * parts // clock.HOUR + 1
        edges.append(min(end_us, hour_us + passed * clock.HOUR // parts))
    return [Window(number, first, last) for number, (first, last) in enumerate(pairwise(edges))]


def _ordinary_life(company: Company, rhythm: Rhythm, window: Window, seed: int) -> Outbox:
    outbox = Outbox()
    plan, presence = rhythm.plan(window.day), rhythm.presence(window)
    for name, activity in ACTIVITIES.items():
        dice = Dice(seed, "activity", name, window.start_us)
        activity(Moment(company, window, plan, presence, dice, outbox))
    return outbox
