"""Cloud operations that weaken protection."""

from tests.soc.detectors.streams import every, found

from hodoscope.soc.detectors.cloud_logging import CloudLogging
from hodoscope.soc.detectors.cloud_operations import KINDS, OPERATIONS, plain_name
from hodoscope.soc.detectors.examples import Row
from hodoscope.soc.finding import Severity


def call(operation: str, **values: object) -> Row:
    """One audit event."""
    return {
        "class_uid": 6003,
        "api_operation": operation,
        "actor_user_name": "dana",
        "cloud_account_uid": "1",
        "status_id": 1,
        **values,
    }


def test_the_same_call_is_told_again_after_an_hour_of_silence() -> None:
    """A script that repeats the call every minute is one finding."""
    assert len(found(CloudLogging(), every(60, [call("StopLogging")] * 30))) == 1
    assert len(found(CloudLogging(), every(4000, [call("StopLogging")] * 3))) == 3


def test_a_refused_call_is_one_severity_lower() -> None:
    """Intent matters, effect more."""
    (done,) = found(CloudLogging(), every(1, [call("DeleteTrail")]))
    (tried,) = found(CloudLogging(), every(1, [call("DeleteTrail", api_response_error="AccessDenied")]))
    assert (done.severity, tried.severity) == (Severity.HIGH, Severity.MEDIUM)


def test_versions_and_case_of_operations_do_not_matter() -> None:
    """Lambda appends an API version, Azure changes case."""
    assert plain_name("AddPermission20150331v2") == "addpermission"
    assert found(CloudLogging(), every(1, [call("microsoft.insights/diagnosticSettings/delete")]))


def test_managing_ones_own_key_is_ordinary() -> None:
    """A key for another user is not."""
    assert not found(CloudLogging(), every(1, [call("CreateAccessKey", user_name="dana"), call("CreateAccessKey")]))
    (finding,) = found(CloudLogging(), every(1, [call("CreateAccessKey", user_name="admin")]))
    assert "user:admin" in finding.entity_ids


def test_every_listed_operation_has_a_kind_and_a_technique() -> None:
    """The table is complete, and its names are written the way they are compared."""
    for name, operation in OPERATIONS.items():
        assert operation.kind in KINDS
        assert operation.attack
        assert name == plain_name(name)
