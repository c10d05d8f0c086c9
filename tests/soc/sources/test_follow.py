"""Following files that grow, rotate and are truncated."""

from collections.abc import Callable
from pathlib import Path

from hodoscope.soc.record import RawBatch
from hodoscope.soc.sources.follow import Follower, follow

LINE = "Mar 27 13:06:{:02d} host sshd[{}]: message number {}\n"


def lines(first: int, count: int) -> str:
    """Syslog lines."""
    return "".join(LINE.format(number % 60, number, number) for number in range(first, first + count))


def followed(folder: Path, steps: list[Callable[[], object]], max_records: int = 1000) -> list[str]:
    """Records given out while each step happens between two rounds."""
    left = iter(steps)
    over: list[bool] = []

    def sleep(_seconds: float) -> None:
        step = next(left, None)
        if step is None:
            over.append(True)
        else:
            step()

    batches = follow(
        Follower([str(folder)]), {}, stop=lambda: bool(over), sleep=sleep, poll_seconds=0, max_records=max_records
    )
    return [record.decode() for batch in batches if isinstance(batch, RawBatch) for record in batch.records]


def append(path: Path, text: str) -> Callable[[], object]:
    """A step that appends."""

    def step() -> None:
        with path.open("a") as file:
            file.write(text)

    return step


def test_growth_is_read_once_and_half_lines_wait(tmp_path: Path) -> None:
    """Only what is new comes, and only whole lines."""
    log, text = tmp_path / "auth.log", lines(0, 5)
    log.write_text(text[:70])
    got = followed(tmp_path, [append(log, text[70:130]), append(log, ""), append(log, text[130:])])
    assert got == text.splitlines()


def test_rotation_by_renaming_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """The old file gets its last lines under its new name while the new one begins."""
    log, old = tmp_path / "auth.log", tmp_path / "auth.log.1"
    log.write_text(lines(0, 3))

    def rotate() -> None:
        log.rename(old)
        append(old, lines(3, 2))()
        log.write_text(lines(5, 2))

    got = followed(tmp_path, [rotate, append(log, lines(7, 1))])
    assert sorted(got) == sorted(lines(0, 8).splitlines())


def test_rotation_by_copying_and_truncating(tmp_path: Path) -> None:
    """logrotate's copytruncate: the copy is the known source, the emptied file a new one."""
    log = tmp_path / "auth.log"
    log.write_text(lines(0, 4))

    def rotate() -> None:
        (tmp_path / "auth.log.1").write_text(log.read_text())
        log.write_text("")

    assert followed(tmp_path, [rotate, append(log, lines(4, 2))]) == lines(0, 6).splitlines()


def test_audit_events_without_an_end_come_after_a_pause(tmp_path: Path) -> None:
    """The last event of a quiet audit log does not wait for ever."""
    log = tmp_path / "audit.log"
    log.write_text("".join(f"type=USER_LOGIN msg=audit(1700000000.000:{n}): pid=1 res=success\n" for n in range(3)))
    assert len(followed(tmp_path, [lambda: None, lambda: None, lambda: None])) == 3
