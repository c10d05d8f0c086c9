"""Entra ID: the three shapes of a sign-in mean the same; directory changes and risk detections have their classes."""

import json

import pytest
from tests.support.normalised_rows import Row, ecs, rows

SIGN_IN = {
    "id": "s-1",
    "createdDateTime": "2024-05-01T10:00:00.5Z",
    "userDisplayName": "Eve Doe",
    "userPrincipalName": "Eve@acme.example",
    "userId": "u-1",
    "appDisplayName": "Portal",
    "resourceDisplayName": "Graph",
    "ipAddress": "192.0.2.7",
    "clientAppUsed": "Browser",
    "deviceDetail": {"displayName": "PC1", "deviceId": "d-1", "operatingSystem": "Windows10"},
    "location": {"city": "Wien", "countryOrRegion": "AT"},
    "authenticationRequirement": "multiFactorAuthentication",
    "correlationId": "c-1",
}


def diagnostic(code: int) -> str:
    """A sign-in as diagnostic settings export it."""
    properties = SIGN_IN | {
        "status": {"errorCode": code, "failureReason": "bad password"} if code else {"errorCode": 0}
    }
    return json.dumps(
        {
            "time": "2024-05-01T10:03:00Z",
            "resourceId": "/tenants/t/providers/Microsoft.aadiam",
            "operationName": "Sign-in activity",
            "category": "SignInLogs",
            "tenantId": "t",
            "resultType": str(code),
            "callerIpAddress": "192.0.2.7",
            "properties": properties,
        }
    )


def graph(code: int) -> str:
    """The same from the Graph API."""
    return json.dumps(SIGN_IN | {"status": {"errorCode": code}})


def log_analytics(code: int) -> str:
    """The same from Log Analytics: capitals, nested values as text."""
    record = {
        name[0].upper() + name[1:]: json.dumps(value) if isinstance(value, dict) else value
        for name, value in SIGN_IN.items()
    }
    record |= {
        "TimeGenerated": "2024-05-01T10:03:00Z",
        "Category": "SignInLogs",
        "OperationName": "Sign-in activity",
        "ResultType": str(code),
        "IPAddress": "192.0.2.7",
        "LocationDetails": '{"city":"Wien","countryOrRegion":"AT"}',
        "TenantId": "t",
    }
    return json.dumps(record)


@pytest.mark.parametrize("shape", [diagnostic, graph, log_analytics])
@pytest.mark.parametrize(("code", "status"), [(0, 1), (50126, 2)])
def test_a_sign_in_is_the_same_in_every_shape(shape: object, code: int, status: int) -> None:
    """Account as written, address, device, place, second factor, outcome; the sign-in's time, not its arrival's."""
    assert callable(shape)
    row = rows("entra", shape(code))[0]
    assert (row["class_uid"], row["activity_id"], row["status_id"], row["status_code"]) == (3002, 1, status, str(code))
    assert (row["user_name"], row["user_uid"], row["src_endpoint_ip"], row["is_mfa"]) == (
        "Eve@acme.example",
        "u-1",
        "192.0.2.7",
        True,
    )
    assert (row["device_hostname"], row["src_endpoint_location_country"], row["service_name"]) == ("PC1", "AT", "Graph")
    assert str(row["time"]) == "2024-05-01 10:00:00.500000+00:00"


def audit(name: str, **more: object) -> str:
    """A directory change as diagnostic settings export it."""
    properties = {
        "id": f"a-{name}",
        "result": "success",
        "activityDisplayName": name,
        "activityDateTime": "2024-05-01T10:00:00Z",
        "loggedByService": "Core Directory",
        "initiatedBy": {"user": {"id": "u-1", "userPrincipalName": "eve@acme.example", "ipAddress": "192.0.2.7"}},
        "targetResources": [
            {
                "type": "User",
                "id": "u-2",
                "userPrincipalName": "mallory@acme.example",
                "modifiedProperties": [
                    {"displayName": "Role.DisplayName", "newValue": '"Global Administrator"'},
                    {"displayName": "Group.DisplayName", "newValue": '"Admins"'},
                ],
            }
        ],
    } | more
    return json.dumps(
        {
            "time": "2024-05-01T10:00:01Z",
            "category": "AuditLogs",
            "operationName": name,
            "properties": properties,
            "resourceId": "/tenants/t/providers/Microsoft.aadiam",
        }
    )


def one(record: str) -> Row:
    return rows("entra", record)[0]


@pytest.mark.parametrize(
    ("name", "class_uid", "activity"),
    [
        ("Add user", 3001, 1),
        ("Disable account", 3001, 5),
        ("Reset user password", 3001, 4),
        ("Add member to group", 3006, 3),
        ("Remove member from group", 3006, 4),
        ("Add member to role", 3005, 1),
        ("Consent to application", 6003, 99),
        ("Update application", 6003, 3),
    ],
)
def test_a_directory_change_names_who_acts_and_who_is_acted_on(name: str, class_uid: int, activity: int) -> None:
    """Class and activity follow the operation's name; actor and target never change places."""
    row = one(audit(name))
    assert (row["class_uid"], row["activity_id"], row["activity_name"]) == (class_uid, activity, name)
    assert (row["actor_user_name"], row["user_name"], row["src_endpoint_ip"]) == (
        "eve@acme.example",
        "mallory@acme.example",
        "192.0.2.7",
    )


def test_a_role_assignment_names_the_role_without_its_quotes() -> None:
    """The log writes property values as JSON."""
    assert one(audit("Add member to role"))["privileges"] == ["Global Administrator"]
    assert one(audit("Add member to group"))["group_name"] == "Admins"


def test_an_app_that_acts_is_the_actor() -> None:
    """Provisioning and stolen application keys act without a user."""
    row = one(audit("Add user", initiatedBy={"app": {"displayName": "Sync", "servicePrincipalId": "sp-1"}}))
    assert (row["actor_user_name"], row["actor_user_uid"], row["actor_app_name"]) == ("Sync", "sp-1", "Sync")


def test_a_risk_detection_is_a_finding_about_the_account() -> None:
    """Type, level and account; a US date is read."""
    properties = {
        "id": "r-1",
        "riskEventType": "unfamiliarFeatures",
        "riskLevel": "high",
        "userPrincipalName": "eve@acme.example",
        "userId": "u-1",
        "ipAddress": "192.0.2.7",
    }
    row = one(
        json.dumps(
            {
                "time": "5/1/2024 2:42:35 PM",
                "category": "UserRiskEvents",
                "operationName": "User Risk Detection",
                "properties": properties,
            }
        )
    )
    assert (row["class_uid"], row["finding_info_title"], row["severity_id"]) == (2004, "unfamiliarFeatures", 4)
    assert (row["actor_user_name"], str(row["time"])) == ("eve@acme.example", "2024-05-01 14:42:35+00:00")


def test_a_principal_name_is_an_address_in_ecs() -> None:
    """ECS keeps names and addresses apart."""
    user = ecs("entra", diagnostic(0))["user"]
    assert isinstance(user, dict)
    assert (user["email"], user["id"]) == ("Eve@acme.example", "u-1")
    assert "name" not in user
