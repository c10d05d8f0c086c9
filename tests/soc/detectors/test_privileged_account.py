"""Accounts that become administrators."""

import pytest
from tests.soc.detectors.streams import every, found

from hodoscope.soc.detectors.privilege_names import is_privileged_group, is_privileged_policy
from hodoscope.soc.detectors.privileged_account import EXAMPLES
from hodoscope.soc.detectors.registry import build
from hodoscope.soc.finding import Severity


@pytest.mark.parametrize(
    ("name", "uid", "privileged"),
    [
        ("Domänen-Admins", "S-1-5-21-1-2-3-512", True),
        ("ACME\\Domain Admins", "", True),
        ("anything", "S-1-5-32-544", True),
        ("wheel", "", True),
        ("Domain Users", "S-1-5-21-1-2-3-513", False),
        ("Administrators", "S-1-5-21-1-2-3-1512", False),
        ("Users", "S-1-5-32-545", False),
    ],
)
def test_groups_are_known_by_identifier_before_name(name: str, uid: str, privileged: bool) -> None:
    """An identifier holds in every language; a name can be anything."""
    assert is_privileged_group(name, uid) is privileged


def test_an_administrator_policy_is_known_by_its_arn() -> None:
    """And a read-only one is not."""
    assert is_privileged_policy("arn:aws:iam::aws:policy/AdministratorAccess")
    assert not is_privileged_policy("arn:aws:iam::aws:policy/ReadOnlyAccess")


def test_order_does_not_matter_and_the_account_is_named() -> None:
    """A member added first and enabled later is joined by SID; the finding shows the readable name."""
    made, grouped = EXAMPLES[0].events
    findings = found(build("privileged_account"), every(30, [grouped, {**made, "activity_id": 2}]))
    assert [finding.severity for finding in findings] == [Severity.MEDIUM, Severity.HIGH]
    assert findings[-1].entity == "user:acme\\svc_print2"
    assert "enabled again" in findings[-1].explanation


def test_a_grant_long_after_the_creation_stands_alone() -> None:
    """Outside the window it is a grant to an existing account, of domain-wide rights here."""
    (finding,) = found(build("privileged_account"), every(3 * 86400, EXAMPLES[0].events))
    assert finding.severity is Severity.MEDIUM


def test_enabling_the_built_in_administrator_is_told() -> None:
    """Whatever it was renamed to."""
    row = {"class_uid": 3001, "activity_id": 2, "status_id": 1, "user_name": "x", "user_uid": "S-1-5-21-1-2-3-500"}
    (finding,) = found(build("privileged_account"), every(1, [row]))
    assert finding.severity is Severity.MEDIUM
