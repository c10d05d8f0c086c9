"""CloudTrail: what a call, a logon and a change of an account become."""

import json

import pytest
from tests.support.normalised_rows import Row, ecs, rows, unmapped

from hodoscope.soc.normalise.mapping import shipped_mappings

USER = {
    "type": "IAMUser",
    "principalId": "AIDAEXAMPLE",
    "arn": "arn:aws:iam::111122223333:user/eve",
    "accountId": "111122223333",
    "accessKeyId": "AKIAEXAMPLE",
    "userName": "eve",
}


def call(name: str, source: str = "s3.amazonaws.com", **more: object) -> str:
    """A record as CloudTrail writes it."""
    return json.dumps(
        {
            "eventVersion": "1.11",
            "userIdentity": USER,
            "eventTime": "2024-05-01T10:00:00Z",
            "eventSource": source,
            "eventName": name,
            "awsRegion": "eu-central-1",
            "sourceIPAddress": "192.0.2.7",
            "userAgent": "aws-cli/2.15",
            "eventID": f"id-{name}",
            "recipientAccountId": "111122223333",
            "eventCategory": "Management",
        }
        | more
    )


def one(record: str) -> Row:
    return rows("cloudtrail", record)[0]


@pytest.mark.parametrize(
    ("name", "activity"),
    [
        ("CreateBucket", 1),
        ("RunInstances", 1),
        ("GetObject", 2),
        ("BatchGetItem", 2),
        ("ListBuckets", 2),
        ("PutBucketPolicy", 3),
        ("DeleteTrail", 4),
        ("TerminateInstances", 4),
        ("StopLogging", 99),
    ],
)
def test_a_call_is_api_activity_by_its_verb(name: str, activity: int) -> None:
    """Create, read, update, delete; what is none of these is Other."""
    row = one(call(name))
    assert (row["class_uid"], row["activity_id"], row["api_operation"]) == (6003, activity, name)
    assert (row["actor_user_name"], row["actor_user_credential_uid"], row["src_endpoint_ip"]) == (
        "eve",
        "AKIAEXAMPLE",
        "192.0.2.7",
    )


def test_a_call_that_says_read_only_reads_whatever_its_verb() -> None:
    """``readOnly`` decides where the verb does not tell."""
    assert one(call("AssessThings", readOnly=True))["activity_id"] == 2


def test_a_refused_call_keeps_the_error_verbatim() -> None:
    """Rules ask for AccessDenied, not for status 2."""
    row = one(call("GetObject", errorCode="AccessDenied", errorMessage="not authorized"))
    assert (row["status_id"], row["status_code"], row["api_response_error"]) == (2, "AccessDenied", "AccessDenied")


@pytest.mark.parametrize(("word", "status"), [("Success", 1), ("Failure", 2)])
def test_a_console_login_is_a_logon_of_the_user(word: str, status: int) -> None:
    """Account, address, outcome and second factor are where logon detectors look."""
    row = one(
        call(
            "ConsoleLogin",
            "signin.amazonaws.com",
            responseElements={"ConsoleLogin": word},
            additionalEventData={"MFAUsed": "Yes"},
        )
    )
    assert (row["class_uid"], row["activity_id"], row["status_id"]) == (3002, 1, status)
    assert (row["user_name"], row["user_uid"], row["is_mfa"], row["service_name"]) == (
        "eve",
        "AIDAEXAMPLE",
        True,
        "signin.amazonaws.com",
    )
    assert "actor_user_name" not in row


def test_a_federated_login_is_named_after_the_session() -> None:
    """The role is the same for everybody; the session's name tells who it was."""
    identity = {
        "type": "AssumedRole",
        "principalId": "AROA:eve@acme.example",
        "arn": "arn:aws:sts::1:assumed-role/Admin/eve@acme.example",
    }
    row = one(
        call(
            "ConsoleLogin", "signin.amazonaws.com", userIdentity=identity, responseElements={"ConsoleLogin": "Success"}
        )
    )
    assert row["user_name"] == "eve@acme.example"


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        ("CreateUser", {"userName": "mallory"}, (3001, 1, "mallory")),
        ("DeleteUser", {"userName": "mallory"}, (3001, 6, "mallory")),
        (
            "AttachUserPolicy",
            {"userName": "mallory", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
            (3001, 7, "mallory"),
        ),
        ("CreateAccessKey", None, (3001, 99, "eve")),
        ("AddUserToGroup", {"userName": "mallory", "groupName": "admins"}, (3006, 3, "mallory")),
        ("RemoveUserFromGroup", {"userName": "mallory", "groupName": "admins"}, (3006, 4, "mallory")),
        ("CreateRole", {"roleName": "r"}, (6003, 1, None)),
    ],
)
def test_changes_of_accounts_name_who_acts_and_who_is_acted_on(
    name: str, parameters: object, expected: tuple[object, ...]
) -> None:
    """Without a name in the request the caller's own account is meant."""
    row = one(call(name, "iam.amazonaws.com", requestParameters=parameters))
    assert (row["class_uid"], row["activity_id"], row.get("user_name")) == expected
    assert row["actor_user_name"] == "eve"


def test_request_parameters_and_the_arn_stay_searchable() -> None:
    """Sigma rules name vendor fields that no column holds whole."""
    left = unmapped(
        one(call("CreateUser", "iam.amazonaws.com", requestParameters={"userName": "mallory", "path": "/x/"}))
    )
    assert left["userIdentity.arn"].endswith("user/eve")
    assert left["requestParameters.path"] == "/x/"


def test_lower_case_keys_of_a_pipeline_are_read() -> None:
    """Some lakes lower-case the outer names."""
    lowered = {key.lower(): value for key, value in json.loads(call("GetObject")).items()}
    row = one(json.dumps(lowered))
    assert (row["api_operation"], row["time_quality"], row["src_endpoint_ip"]) == ("GetObject", "exact", "192.0.2.7")


def test_a_record_without_time_is_kept() -> None:
    """It stays out of windows, not out of the store."""
    assert one('{"eventName": "GetObject", "eventSource": "s3.amazonaws.com"}')["time_quality"] == "missing"


def test_the_ecs_export_names_the_account_that_logs_on_as_user() -> None:
    """In ECS the account of a logon is ``user``, not ``user.target``."""
    document = ecs(
        "cloudtrail", call("ConsoleLogin", "signin.amazonaws.com", responseElements={"ConsoleLogin": "Success"})
    )
    user, event = document["user"], document["event"]
    assert isinstance(user, dict)
    assert isinstance(event, dict)
    assert (user["name"], event["outcome"], event["category"]) == ("eve", "success", ["authentication"])
    assert "target" not in user


def test_the_event_id_of_aws_makes_copies_one_event() -> None:
    """The same record in two files is one event."""
    assert shipped_mappings()["cloudtrail"].identity == ("eventID",)
