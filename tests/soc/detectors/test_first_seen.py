"""First sightings: learning, rarity, grouping and forgetting."""

import pytest
from tests.soc.detectors.streams import every, found, logon

from hodoscope.soc.detectors.examples import Row, events_for
from hodoscope.soc.detectors.novelty_kinds import SUSPICIOUS_COMMAND, file_name, hash64, shape
from hodoscope.soc.detectors.registry import build
from hodoscope.soc.finding import Severity

DAY = 86400


def launch(path: str, host: str = "ws-1", parent: str = "C:\\Windows\\explorer.exe") -> Row:
    """A program start."""
    return {
        "class_uid": 1007, "activity_id": 1, "device_hostname": host,
        "process_file_path": path, "actor_process_file_path": parent,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C:\\Users\\kim\\a.exe", "c:\\users\\lee\\A.exe"),
        ("/home/kim/bin/x", "/home/lee/bin/x"),
        ("C:\\P\\Chrome\\120.0.6099.71\\c.exe", "C:\\P\\Chrome\\121.0.1.2\\c.exe"),
        ("\\Task-{5A1B2C3D-0000-1111-2222-333344445555}", "\\Task-{00000000-0000-1111-2222-333344445556}"),
    ],
)
def test_shapes_ignore_what_differs_between_machines(one: str, other: str) -> None:
    """Users, versions and identifiers."""
    assert shape(one) == shape(other)


def test_shapes_keep_what_tells_programs_apart() -> None:
    """Names and folders."""
    assert shape("C:\\Windows\\System32\\cmd.exe") != shape("C:\\Windows\\Temp\\cmd.exe")
    assert file_name("C:\\Windows\\CMD.exe") == "cmd.exe"
    assert hash64("a") != hash64("b")


def test_commands_of_intruders_are_recognised() -> None:
    """And an ordinary service is not."""
    assert SUSPICIOUS_COMMAND.search("%COMSPEC% /Q /c echo")
    assert SUSPICIOUS_COMMAND.search("cmd.exe /c whoami")
    assert not SUSPICIOUS_COMMAND.search("C:\\Program Files\\Contoso\\agent.exe --service")


def test_new_things_of_one_host_make_one_finding() -> None:
    """Ten new programs in an hour are told together."""
    rows = every(DAY, [launch("C:\\known.exe")] * 9)
    rows += every(60, [launch(f"C:\\new\\{letter * 3}.exe") for letter in "abcdefghij"], start="2026-03-12T09:00:00")
    (finding,) = found(build("first_seen"), rows)
    assert finding.features["new"] == 20  # each program, and each as a child of its parent
    assert finding.severity is Severity.LOW


def test_what_three_hosts_have_is_not_news() -> None:
    """A rollout within the window silences the finding."""
    rows = every(DAY, [launch("C:\\known.exe", host) for _ in range(9) for host in ("a", "b", "c")])
    rollout = every(60, [launch("C:\\new.exe", host) for host in ("a", "b", "c")], start="2026-04-02T09:00:00")
    assert found(build("first_seen"), rows + rollout) == []
    assert len(found(build("first_seen"), rows + rollout[:1])) == 1


def test_many_new_machines_for_one_user_weigh_more() -> None:
    """Fan-out looks like lateral movement."""
    rows = every(DAY, [logon(host="fs", success=True)] * 9)
    rows += every(60, [logon(host=f"h-{letter}", success=True) for letter in "abcdef"], start="2026-03-12T09:00:00")
    (finding,) = found(build("first_seen"), rows)
    assert (finding.entity, finding.severity, finding.attack) == ("user:bob", Severity.MEDIUM, ("T1021",))


def test_what_was_not_seen_for_two_epochs_is_new_again() -> None:
    """Memory is bounded by forgetting, not by going blind."""
    detector = build("first_seen", {"forget_days": 10})
    rows = every(DAY, [launch("C:\\daily.exe")] * 60)
    again = {**launch("C:\\rare.exe")}
    rows += every(1, [again], start="2026-03-02T10:00:00") + every(1, [again], start="2026-04-25T10:00:00")
    assert len(found(detector, rows)) == 1


def test_beyond_the_memory_limit_nothing_more_is_told() -> None:
    """A stream that invents names cannot fill the memory."""
    detector = build("first_seen", {"tracked_pairs": 10, "learning_hours": 0})
    assert found(detector, every(60, [launch(f"C:\\{chr(97 + n % 26) * (n // 26 + 1)}.exe") for n in range(300)]))
    state = detector.initial()
    rows = every(60, [launch(f"C:\\{chr(97 + n % 26) * (n // 26 + 1)}.exe") for n in range(300)])
    list(detector.detect(events_for(detector.spec, rows), state))
    assert len(state.seen) == 10
