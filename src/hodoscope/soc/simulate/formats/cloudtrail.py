"""AWS CloudTrail management events, one JSON object per line (eventVersion 1.11)."""

from dataclasses import dataclass

from hodoscope.soc.simulate import clock
from hodoscope.soc.simulate.company import AWS_ACCOUNT
from hodoscope.soc.simulate.dice import Dice


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: an IAM user (with an access key) or a role session; `service` for AWS's own services."""

    kind: str
    name: str
    key: str
    ip: str
    agent: str
    session: str = ""

    def identity(self) -> dict[str, object]:
        """The userIdentity element."""
        if self.kind == "AWSService":
            return {"type": "AWSService", "invokedBy": self.ip}
        if self.kind == "IAMUser":
            return {
                "type": "IAMUser",
                "principalId": "AIDA" + self.key[4:],
                "arn": f"arn:aws:iam::{AWS_ACCOUNT}:user/{self.name}",
                "accountId": AWS_ACCOUNT,
                "accessKeyId": self.key,
                "userName": self.name,
            }
        role_id = "AROA" + self.key[4:]
        issuer = {
            "type": "Role",
            "principalId": role_id,
            "arn": f"arn:aws:iam::{AWS_ACCOUNT}:role/{self.name}",
            "accountId": AWS_ACCOUNT,
            "userName": self.name,
        }
        return {
            "type": "AssumedRole",
            "principalId": f"{role_id}:{self.session}",
            "arn": f"arn:aws:sts::{AWS_ACCOUNT}:assumed-role/{self.name}/{self.session}",
            "accountId": AWS_ACCOUNT,
            "accessKeyId": "ASIA" + self.key[4:],
            "sessionContext": {"sessionIssuer": issuer, "attributes": {"mfaAuthenticated": "false"}},
        }


def call(
    time_us: int,
    dice: Dice,
    principal: Principal,
    api: str,
    region: str,
    *,
    parameters: dict[str, object] | None = None,
    response: dict[str, object] | None = None,
    error: str = "",
) -> dict[str, object]:
    """An API call; `api` is `service:Action`. Read-only is told from the action's verb, as AWS does."""
    service, action = api.split(":")
    source = f"{service}.amazonaws.com"
    console = action == "ConsoleLogin"
    record: dict[str, object] = {
        "eventVersion": "1.11",
        "userIdentity": principal.identity(),
        "eventTime": clock.iso_seconds(time_us),
        "eventSource": source,
        "eventName": action,
        "awsRegion": region,
        "sourceIPAddress": principal.ip,
        "userAgent": principal.agent,
    }
    if error:
        record["errorCode"] = error
        record["errorMessage"] = f"User: {principal.name} is not authorized to perform: {api}"
    record |= {
        "requestParameters": parameters,
        "responseElements": response,
        "requestID": dice.guid(),
        "eventID": dice.guid(),
        "readOnly": action.startswith(("Get", "List", "Describe", "Lookup", "Head")),
        "eventType": "AwsConsoleSignIn" if console else "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": AWS_ACCOUNT,
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": "signin.aws.amazon.com" if console else f"{service}.{region}.amazonaws.com",
        },
    }
    return record
