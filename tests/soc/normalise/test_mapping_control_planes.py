"""Kubernetes, Google Cloud and Azure control planes: who called what, from where, allowed or not."""

import json

import pytest
from tests.support.normalised_rows import rows, unmapped


def kubernetes(verb: str, code: int = 200, **more: object) -> str:
    """An API server audit event."""
    return json.dumps(
        {
            "kind": "Event",
            "apiVersion": "audit.k8s.io/v1",
            "auditID": "a-1",
            "stage": "ResponseComplete",
            "verb": verb,
            "level": "Metadata",
            "requestURI": "/api/v1/namespaces/x/secrets?limit=5",
            "user": {"username": "eve", "uid": "u-1", "groups": ["dev"]},
            "sourceIPs": ["192.0.2.7", "10.0.0.1"],
            "objectRef": {"resource": "secrets", "name": "s"},
            "responseStatus": {"code": code},
            "annotations": {"authorization.k8s.io/decision": "allow"},
            "requestReceivedTimestamp": "2024-05-01T10:00:00.123456Z",
        }
        | more
    )


@pytest.mark.parametrize(
    ("verb", "activity"), [("create", 1), ("list", 2), ("watch", 2), ("patch", 3), ("delete", 4), ("impersonate", 99)]
)
def test_a_kubernetes_request_is_api_activity_by_its_verb(verb: str, activity: int) -> None:
    """Caller, first address, object."""
    row = rows("kubernetes_audit", kubernetes(verb))[0]
    assert (row["class_uid"], row["activity_id"], row["api_operation"]) == (6003, activity, verb)
    assert (row["actor_user_name"], row["src_endpoint_ip"], row["resource_type"]) == ("eve", "192.0.2.7", "secrets")
    assert (row["http_request_url_path"], row["http_request_url_query_string"]) == (
        "/api/v1/namespaces/x/secrets",
        "limit=5",
    )


def test_a_kubernetes_answer_decides_over_the_authorisation() -> None:
    """Allowed by RBAC and still refused by admission: the request failed."""
    assert rows("kubernetes_audit", kubernetes("create", 403))[0]["status_id"] == 2
    assert rows("kubernetes_audit", kubernetes("create", 201))[0]["status_id"] == 1


def test_an_impersonated_account_is_the_actor() -> None:
    """What is done counts under the account it is done as; the caller stays in ``unmapped``."""
    row = rows("kubernetes_audit", kubernetes("list", impersonatedUser={"username": "bob"}))[0]
    assert row["actor_user_name"] == "bob"
    assert unmapped(row)["user.username"] == "eve"


def google(method: str, **payload: object) -> str:
    """A Cloud Audit log entry."""
    return json.dumps(
        {
            "insertId": "i-1",
            "logName": "projects/p/logs/cloudaudit.googleapis.com%2Factivity",
            "timestamp": "2024-05-01T10:00:00.5Z",
            "severity": "NOTICE",
            "resource": {"type": "gce_instance", "labels": {"project_id": "p", "zone": "europe-west3-a"}},
            "protoPayload": {
                "serviceName": "compute.googleapis.com",
                "methodName": method,
                "authenticationInfo": {"principalEmail": "eve@acme.example"},
                "requestMetadata": {"callerIp": "192.0.2.7"},
                "resourceName": "r",
            }
            | payload,
        }
    )


@pytest.mark.parametrize(
    ("method", "activity"),
    [
        ("v1.compute.instances.insert", 1),
        ("storage.objects.get", 2),
        ("google.iam.admin.v1.SetIamPolicy", 3),
        ("beta.compute.firewalls.delete", 4),
        ("x.Y", 99),
    ],
)
def test_a_google_call_is_api_activity_by_its_method(method: str, activity: int) -> None:
    """The last word of the method tells what it does."""
    row = rows("gcp_audit", google(method))[0]
    assert (row["class_uid"], row["activity_id"], row["status_id"]) == (6003, activity, 1)
    assert (row["actor_user_name"], row["src_endpoint_ip"], row["cloud_account_uid"]) == (
        "eve@acme.example",
        "192.0.2.7",
        "p",
    )


def test_a_google_entry_that_is_no_call_has_no_outcome() -> None:
    """A node's journal reaches Cloud Logging as ``jsonPayload``: nothing was asked for, so nothing succeeded."""
    entry = {
        "insertId": "i-2",
        "logName": "projects/p/logs/container-runtime",
        "timestamp": "2024-05-01T10:00:00Z",
        "jsonPayload": {"_HOSTNAME": "node-1", "_PID": "7", "_EXE": "/usr/bin/containerd", "MESSAGE": "stopped"},
    }
    row = rows("gcp_audit", json.dumps(entry))[0]
    assert (row["device_hostname"], row["process_file_path"], row["process_pid"]) == (
        "node-1",
        "/usr/bin/containerd",
        7,
    )
    assert (row["message"], row.get("status_id"), row.get("ecs_event_outcome")) == ("stopped", None, None)


def test_a_google_error_code_is_a_failure_and_a_login_a_logon() -> None:
    """google.rpc.Code 7 is PERMISSION_DENIED."""
    assert rows("gcp_audit", google("x.Get", status={"code": 7, "message": "denied"}))[0]["status_id"] == 2
    login = rows("gcp_audit", google("google.login.LoginService.loginFailure"))[0]
    assert (login["class_uid"], login["status_id"], login["user_name"]) == (3002, 2, "eve@acme.example")


@pytest.mark.parametrize(
    ("operation", "activity"),
    [
        ("Microsoft.Storage/storageAccounts/listKeys/action", 99),
        ("MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE", 3),
        ("Microsoft.Insights/diagnosticSettings/delete", 4),
        ("SecretGet", 2),
    ],
)
def test_an_azure_operation_is_api_activity(operation: str, activity: int) -> None:
    """Control plane by its last part, data plane by its verb; the caller's claims are one key with dots and slashes."""
    claims = {"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": "eve@acme.example"}
    resource = "/subscriptions/sub-1/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm1"
    record = {
        "time": "2024-05-01T10:00:00.1234567Z",
        "resourceId": resource,
        "operationName": operation,
        "category": "Administrative",
        "resultType": "Failure",
        "callerIpAddress": "192.0.2.7",
        "identity": {"claims": claims},
        "level": "Warning",
    }
    row = rows("azure_activity", json.dumps(record))[0]
    assert (row["class_uid"], row["activity_id"], row["status_id"]) == (6003, activity, 2)
    assert (row["actor_user_name"], row["cloud_account_uid"], row["resource_name"]) == (
        "eve@acme.example",
        "sub-1",
        "vm1",
    )
