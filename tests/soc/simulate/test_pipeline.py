"""The simulator as a whole: reproducible, inside its time span, careful with the operator's directory."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.soc.simulate.reading import events, log_files

from hodoscope.errors import InputError
from hodoscope.soc.simulate import SimulationSummary, clock, simulate


def _content(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_same_arguments_give_the_same_bytes(short: SimulationSummary, tmp_path: Path) -> None:
    """Every file, truth and operator files included, is equal when the simulation is repeated."""
    again = simulate(tmp_path / "again", hours=1, users=6, seed=3)
    assert _content(again.directory) == _content(short.directory)


def test_another_seed_gives_another_company(short: SimulationSummary, tmp_path: Path) -> None:
    """The seed changes people and events alike."""
    other = simulate(tmp_path / "other", hours=1, users=6, seed=4)
    first, second = _content(short.directory), _content(other.directory)
    assert first["operator/identities.csv"] != second["operator/identities.csv"]
    assert first["windows/sysmon.jsonl"] != second["windows/sysmon.jsonl"]


def test_a_longer_simulation_founds_the_same_company(short: SimulationSummary, tmp_path: Path) -> None:
    """People and machines depend on seed and head count, not on the time simulated."""
    longer = simulate(tmp_path / "longer", hours=2, users=6, seed=3)
    for name in ("operator/identities.csv", "operator/assets.csv"):
        assert (longer.directory / name).read_bytes() == (short.directory / name).read_bytes()


def test_every_file_is_in_time_order(simulation: SimulationSummary) -> None:
    """No event of a file is earlier than the one before it."""
    for path in log_files(simulation.directory):
        times = [time for _, _, time in events(path)]
        assert times == sorted(times), path


def test_every_event_lies_inside_the_time_span(simulation: SimulationSummary) -> None:
    """Start inclusive, end exclusive."""
    start, end = clock.microseconds(simulation.start), clock.microseconds(simulation.end)
    for path in log_files(simulation.directory):
        assert all(start <= time < end for _, _, time in events(path)), path


def test_summary_counts_what_was_written(simulation: SimulationSummary) -> None:
    """Events per file and in total, without Zeek's comment lines; no file is missing or empty."""
    counted = {
        str(path.relative_to(simulation.directory)): sum(1 for _ in events(path))
        for path in log_files(simulation.directory)
    }
    assert counted == simulation.events
    assert simulation.total == sum(counted.values())
    assert all(counted.values())


def test_a_day_writes_every_source(day: SimulationSummary) -> None:
    """Windows, Linux, Zeek, CloudTrail, Entra and the web server."""
    expected = {"windows/sysmon.jsonl", "windows/security.jsonl", "windows/system.jsonl", "linux/web01/auth.log",
                "zeek/conn.log", "zeek/dns.log", "zeek/http.log", "zeek/ssl.log", "aws/cloudtrail.jsonl",
                "entra/signin.jsonl", "web/access.log"}  # fmt: skip
    assert expected <= set(day.events)


def test_modification_time_tells_the_year_of_auth_log(short: SimulationSummary) -> None:
    """RFC 3164 has no year; a reader that takes it from the file's time finds the simulated one."""
    modified = (short.directory / "linux/web01/auth.log").stat().st_mtime
    assert datetime.fromtimestamp(modified, UTC) == short.end


def test_progress_reports_a_growing_count_up_to_the_total(tmp_path: Path) -> None:
    """The callback sees the events written so far, once per window."""
    seen: list[int] = []
    summary = simulate(tmp_path / "out", hours=2, users=6, seed=1, progress=seen.append)
    assert seen == sorted(seen)
    assert len(seen) == 2
    assert seen[-1] == summary.total


def test_start_in_another_zone_is_the_same_instant(tmp_path: Path, short: SimulationSummary) -> None:
    """Times are instants: 09:00+01:00 is the 08:00 UTC of a short simulation's default."""
    from_zone = datetime.fromisoformat("2026-03-02T09:00:00+01:00")
    summary = simulate(tmp_path / "out", hours=1, users=6, seed=3, start=from_zone)
    assert summary.start == short.start
    assert _content(summary.directory) == _content(short.directory)


def test_a_start_off_the_hour_is_kept(tmp_path: Path) -> None:
    """Windows align to clock hours, the simulation does not have to."""
    start = datetime(2026, 5, 6, 10, 20, 30, tzinfo=UTC)
    summary = simulate(tmp_path / "out", hours=1.5, users=6, seed=3, start=start)
    assert summary.end - summary.start == timedelta(hours=1.5)
    first = min(time for path in log_files(summary.directory) for _, _, time in events(path))
    assert first >= clock.microseconds(start)


def test_a_directory_in_use_is_refused_and_left_alone(tmp_path: Path) -> None:
    """Nothing is overwritten; the message says what to do."""
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(InputError, match="name a new directory"):
        simulate(tmp_path, hours=1, users=6, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("hours", "users", "message"), [(0.5, 10, "at least 1"), (float("nan"), 10, "at least 1"), (1, 5, "at least 6")]
)
def test_impossible_sizes_are_refused(tmp_path: Path, hours: float, users: int, message: str) -> None:
    """Too short for the campaigns, too small for their roles."""
    with pytest.raises(InputError, match=message):
        simulate(tmp_path / "out", hours=hours, users=users, seed=1)
    assert not (tmp_path / "out").exists()


def test_a_start_without_zone_is_refused(tmp_path: Path) -> None:
    """A naive time would mean something else on every machine."""
    with pytest.raises(InputError, match="time zone"):
        simulate(tmp_path / "out", hours=1, users=6, seed=1, start=datetime(2026, 3, 2))  # noqa: DTZ001 -- the mistake under test
