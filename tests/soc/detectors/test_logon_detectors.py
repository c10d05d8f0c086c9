"""Brute force, spraying and success after failures: what is told, when, and what is not."""

from tests.soc.detectors.streams import every, found, logon

from hodoscope.soc.detectors.examples import events_for
from hodoscope.soc.detectors.registry import build
from hodoscope.soc.finding import Severity


def test_a_growing_attack_is_told_again_at_ten_and_a_hundred_times() -> None:
    """1 000 failures make three findings, the last the most severe, with distinct ids."""
    findings = found(build("brute_force"), every(1, [logon(source="10.0.0.9")] * 1000))
    assert [finding.event_count for finding in findings] == [10, 100, 1000]
    assert findings[-1].severity is Severity.HIGH
    assert len({finding.finding_id for finding in findings}) == 3


def test_a_new_attack_after_a_quiet_time_is_told_again() -> None:
    """The pause ends the first attack."""
    rows = every(1, [logon()] * 12) + every(1, [logon()] * 12, start="2026-03-02T11:00:00")
    assert len(found(build("brute_force"), rows)) == 2


def test_failures_beside_each_other_in_time_but_on_other_machines_do_not_add_up() -> None:
    """Nine on each of two machines stay below ten."""
    rows = every(1, [logon(host=host, source="10.0.0.9") for _ in range(9) for host in ("a", "b")])
    assert found(build("brute_force"), rows) == []


def test_local_failures_belong_to_their_own_machine() -> None:
    """Without a source address the machine itself is the source."""
    (finding,) = found(build("brute_force"), every(1, [logon(source="")] * 10))
    assert finding.entity == "host:srv-1"


def test_a_stranger_from_the_internet_is_told_after_five_failures_over_all_accounts() -> None:
    """Low severity, because it happens all day; the accounts are named."""
    (finding,) = found(build("brute_force"), every(2, [logon(user=f"u{number}") for number in range(6)]))
    assert (finding.severity, finding.event_count) == (Severity.LOW, 5)
    assert {f"user:u{number}" for number in range(5)} <= set(finding.entity_ids)


def test_an_address_somebody_got_in_from_is_no_stranger() -> None:
    """Its failures count per account again, and up to ten."""
    rows = every(2, [logon(user="kim", success=True), *(logon(user=f"u{number}") for number in range(9))])
    assert found(build("brute_force"), rows) == []


def test_memory_of_invented_accounts_is_bounded() -> None:
    """Many keys push the oldest out and nothing else breaks."""
    detector = build("brute_force", {"tracked_keys": 50})
    rows = every(0.01, [logon(user=f"u{number}", source="10.0.0.9") for number in range(500)])
    state = detector.initial()
    list(detector.detect(events_for(detector.spec, rows), state))
    assert len(state.failures) == 50


def test_a_spray_names_its_source_and_counts_its_accounts() -> None:
    """One finding about the source, the accounts beside it."""
    (finding,) = found(build("password_spray"), every(60, [logon(user=f"u{number}") for number in range(12)]))
    assert finding.entity == "ip:192.0.2.9"
    assert finding.features["accounts"] == 10
    assert "user:u3" in finding.entity_ids


def test_many_tries_on_many_accounts_are_not_a_spray() -> None:
    """Ten tries each would be locked out; that is brute force."""
    rows = every(1, [logon(user=f"u{number}") for number in range(12) for _ in range(10)])
    assert found(build("password_spray"), rows) == []


def test_a_guess_over_all_accounts_that_hits_is_the_most_severe() -> None:
    """The account that opened is the entity."""
    rows = every(2, [*(logon(user=f"u{number}") for number in range(20)), logon(user="kim", success=True)])
    (finding,) = found(build("success_after_failures"), rows)
    assert (finding.entity, finding.severity, finding.event_count) == ("user:kim", Severity.HIGH, 21)


def test_a_success_long_after_the_failures_means_nothing() -> None:
    """The streak has ended by then."""
    rows = every(2, [logon()] * 20) + every(1, [logon(success=True)], start="2026-03-02T11:30:00")
    assert found(build("success_after_failures"), rows) == []


def test_a_success_from_elsewhere_is_not_blamed_on_the_guesser() -> None:
    """Only the failing source's own success counts."""
    rows = every(2, [*[logon()] * 20, logon(source="192.0.2.77", success=True)])
    assert found(build("success_after_failures"), rows) == []
