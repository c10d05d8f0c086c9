"""Okta, Microsoft 365 and Google Workspace: logons, accounts, files and alerts."""

import json

import pytest
from tests.support.normalised_rows import ecs, rows


def okta(kind: str, result: str = "SUCCESS", **more: object) -> str:
    """A system log event."""
    return json.dumps(
        {
            "uuid": f"u-{kind}",
            "published": "2024-05-01T10:00:00.123Z",
            "eventType": kind,
            "displayMessage": "text",
            "severity": "INFO",
            "actor": {"id": "00u1", "type": "User", "alternateId": "eve@acme.example", "displayName": "Eve"},
            "outcome": {"result": result, "reason": None},
            "client": {
                "ipAddress": "192.0.2.7",
                "userAgent": {"rawUserAgent": "Mozilla"},
                "geographicalContext": {"country": "Austria", "city": "Wien"},
            },
            "target": [{"type": "User", "id": "00u2", "alternateId": "mallory@acme.example"}],
        }
        | more
    )


@pytest.mark.parametrize(
    ("kind", "class_uid", "activity"),
    [
        ("user.session.start", 3002, 1),
        ("user.session.end", 3002, 2),
        ("user.authentication.sso", 3002, 1),
        ("user.lifecycle.create", 3001, 1),
        ("user.account.lock", 3001, 9),
        ("user.mfa.factor.deactivate", 3001, 11),
        ("group.user_membership.add", 3006, 3),
        ("security.threat.detected", 2004, 1),
        ("policy.lifecycle.delete", 3004, 4),
        ("system.api_token.create", 6003, 1),
    ],
)
def test_an_okta_event_has_the_class_of_its_type(kind: str, class_uid: int, activity: int) -> None:
    """The dotted event type decides."""
    row = rows("okta", okta(kind))[0]
    assert (row["class_uid"], row["activity_id"], row["metadata_event_code"]) == (class_uid, activity, kind)
    assert (row["actor_user_name"], row["src_endpoint_ip"], row["status_id"]) == ("eve@acme.example", "192.0.2.7", 1)


def test_an_okta_logon_is_of_the_target_or_else_the_actor() -> None:
    """Sign-in through an identity provider is done by the system for a user."""
    through = rows("okta", okta("user.authentication.auth_via_IDP"))[0]
    direct = rows("okta", okta("user.session.start", "FAILURE", target=None))[0]
    assert (through["user_name"], direct["user_name"], direct["status_id"]) == (
        "mallory@acme.example",
        "eve@acme.example",
        2,
    )


def office(operation: str, kind: int, workload: str, **more: object) -> str:
    """A unified audit record."""
    return json.dumps(
        {
            "Id": f"i-{operation}",
            "CreationTime": "2024-05-01T10:00:00",
            "Operation": operation,
            "RecordType": kind,
            "Workload": workload,
            "OrganizationId": "o",
            "UserId": "eve@acme.example",
            "UserKey": "k-1",
            "UserType": 0,
            "ClientIP": "192.0.2.7:50000",
            "ResultStatus": "Success",
        }
        | more
    )


@pytest.mark.parametrize(("operation", "status"), [("UserLoggedIn", 1), ("UserLoginFailed", 2)])
def test_an_office_logon_has_its_outcome_from_the_operation(operation: str, status: int) -> None:
    """``ResultStatus`` of a failed logon says Success: the request was answered."""
    row = rows("m365", office(operation, 15, "AzureActiveDirectory"))[0]
    assert (row["class_uid"], row["status_id"], row["user_name"]) == (3002, status, "eve@acme.example")
    assert (row["src_endpoint_ip"], row["src_endpoint_port"]) == ("192.0.2.7", 50000)
    assert (str(row["time"]), row["time_quality"]) == ("2024-05-01 10:00:00+00:00", "exact")


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (
            office(
                "FileDownloaded", 6, "SharePoint", SourceFileName="plan.docx", ObjectId="https://acme.example/plan.docx"
            ),
            (6006, 2),
        ),
        (office("Add member to role.", 8, "AzureActiveDirectory", ObjectId="mallory@acme.example"), (3005, 1)),
        (office("Add user.", 8, "AzureActiveDirectory", ObjectId="mallory@acme.example"), (3001, 1)),
        (
            office(
                "AlertTriggered",
                40,
                "SecurityComplianceCenter",
                Name="Forwarding",
                AlertId="a",
                Severity="High",
                Data='{"f3u":"eve@acme.example"}',
            ),
            (2004, 1),
        ),
        (office("New-InboxRule", 1, "Exchange"), (6003, 1)),
        (office("MailItemsAccessed", 50, "Exchange"), (6003, 2)),
        (office("SomethingNew", 999, "NewWorkload"), (6003, 99)),
    ],
)
def test_an_office_record_has_the_class_of_its_kind(record: str, expected: tuple[int, int]) -> None:
    """Record type and operation decide; what is unknown is still API activity."""
    row = rows("m365", record)[0]
    assert (row["class_uid"], row["activity_id"]) == expected


def test_lower_case_office_keys_are_read() -> None:
    """Some lakes lower-case every name."""
    record = {
        name.lower(): value for name, value in json.loads(office("UserLoggedIn", 15, "AzureActiveDirectory")).items()
    }
    row = rows("m365", json.dumps(record))[0]
    assert (row["class_uid"], row["user_name"], row["src_endpoint_ip"]) == (3002, "eve@acme.example", "192.0.2.7")


def workspace(application: str, name: str, parameters: dict[str, str], *, flat: bool) -> str:
    """An activity in the API's shape or flattened to one event per record."""
    record: dict[str, object] = {
        "kind": "admin#reports#activity",
        "id": {"time": "2024-05-01T10:00:00.5Z", "applicationName": application, "uniqueQualifier": "1"},
        "actor": {"email": "eve@acme.example", "profileId": "p-1"},
        "ipAddress": "192.0.2.7",
    }
    if flat:
        record |= {"name": name, "type": "t", "parameters": parameters}
    else:
        record["events"] = [
            {
                "name": name,
                "type": "t",
                "parameters": [{"name": key, "value": value} for key, value in parameters.items()],
            }
        ]
    return json.dumps(record)


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize(
    ("application", "name", "parameters", "class_uid", "activity", "user"),
    [
        ("login", "login_success", {"login_type": "google_password"}, 3002, 1, "eve@acme.example"),
        ("login", "login_failure", {}, 3002, 1, "eve@acme.example"),
        ("admin", "CREATE_USER", {"USER_EMAIL": "mallory@acme.example"}, 3001, 1, "mallory@acme.example"),
        (
            "admin",
            "ADD_GROUP_MEMBER",
            {"USER_EMAIL": "mallory@acme.example", "GROUP_EMAIL": "admins@acme.example"},
            3006,
            3,
            "mallory@acme.example",
        ),
        ("drive", "download", {"doc_title": "plan"}, 6006, 2, None),
        ("token", "authorize", {"app_name": "x"}, 6003, 99, None),
    ],
)
def test_a_workspace_activity_is_the_same_in_both_shapes(
    application: str, name: str, parameters: dict[str, str], class_uid: int, activity: int, user: str | None, flat: bool
) -> None:
    """Parameters as a list of names and values, or as an object."""
    row = rows("gworkspace", workspace(application, name, parameters, flat=flat))[0]
    assert (row["class_uid"], row["activity_id"], row.get("user_name")) == (class_uid, activity, user)
    assert (row["src_endpoint_ip"], row["metadata_log_name"]) == ("192.0.2.7", application)


def test_the_ecs_export_splits_a_workspace_address() -> None:
    """Local part and domain, as ECS wants a user."""
    user = ecs("gworkspace", workspace("admin", "CREATE_USER", {}, flat=True))["user"]
    assert isinstance(user, dict)
    assert (user["name"], user["domain"], user["id"]) == ("eve", "acme.example", "p-1")


def test_an_absolute_address_is_split_into_its_parts_in_ecs() -> None:
    """Scheme and port have no column of their own; an address that is none changes nothing."""
    record = office("MessageCreatedHasLink", 25, "MicrosoftTeams", MessageURLs=["https://example.org/a?b=c"])
    parts = {"scheme": "https", "domain": "example.org", "port": 443, "path": "/a", "query": "b=c"}
    url = ecs("m365", record)["url"]
    assert isinstance(url, dict)
    assert {name: url[name] for name in parts} == parts
    broken = ecs("m365", office("MessageCreatedHasLink", 25, "MicrosoftTeams", MessageURLs=["https://[x:99999/"]))[
        "url"
    ]
    assert isinstance(broken, dict)
    assert "port" not in broken
