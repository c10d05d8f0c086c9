"""Cloud credentials used unlike before."""

from tests.soc.detectors.streams import every, found

from hodoscope.soc.detectors.cloud_keys import CloudKeys
from hodoscope.soc.detectors.examples import Row

LATER = "2026-03-04T12:00:00"
DENIED = {"api_response_error": "AccessDenied", "status_id": 2}


def call(operation: str, **values: object) -> Row:
    """One audit event."""
    return {
        "class_uid": 6003,
        "api_operation": operation,
        "api_service_name": "ec2.amazonaws.com",
        "actor_user_name": "dana",
        "cloud_account_uid": "1",
        "cloud_region": "eu-central-1",
        "status_id": 1,
        **values,
    }


def kinds(rows: list[Row]) -> list[object]:
    """Kinds of the findings."""
    return [finding.features["kind"] for finding in found(CloudKeys(), rows)]


PAST = every(7200, [call("DescribeInstances"), call("DescribeVolumes")] * 10)


def test_a_new_region_is_told_once() -> None:
    """The first call in a region counts, later ones do not."""
    assert kinds([*PAST, *every(60, [call("DescribeInstances", cloud_region="sa-east-1")] * 5, LATER)]) == [
        "region sa-east-1"
    ]


def test_novelty_needs_a_past() -> None:
    """In the first day of an actor everything is new and nothing is told."""
    assert not kinds(every(10, [call(f"Describe{i}", cloud_region=f"region-{i}") for i in range(50)]))


def test_a_steady_trickle_of_new_calls_is_no_burst() -> None:
    """Fourteen new operations an hour stay below the limit; thirty in ten minutes do not."""
    assert not kinds([*PAST, *every(280, [call(f"New{i}") for i in range(40)], LATER)])
    assert kinds([*PAST, *every(20, [call(f"New{i}") for i in range(30)], LATER)]) == ["burst"]


def test_refusals_of_several_operations_are_told_sooner() -> None:
    """Five refusals over four operations count like ten of one."""
    assert kinds(every(5, [call(f"List{i}", **DENIED) for i in range(5)])) == ["refused"]
    assert not kinds(every(5, [call("ListUsers", **DENIED)] * 9))


def test_an_unknown_second_factor_is_not_a_missing_one() -> None:
    """Only an event that says no is told, and a failed login is not."""
    login = call("ConsoleLogin", api_service_name="signin.amazonaws.com")
    assert not kinds(every(1, [login, {**login, "is_mfa": True}, {**login, "is_mfa": False, "status_id": 2}]))
    assert kinds(every(1, [{**login, "is_mfa": False}])) == ["login"]


def test_calls_a_service_makes_are_left_out() -> None:
    """Neither services nor calls made on behalf of one have habits."""
    assert not kinds(every(1, [call("ListBuckets", actor_user_type="AWSService", **DENIED)] * 20))
    assert not kinds(every(1, [call("ListBuckets", actor_invoked_by="config.amazonaws.com", **DENIED)] * 20))
