"""Password spraying against cloud sign-ins, one hit, then a takeover of the cloud account."""

from hodoscope.soc.simulate.campaigns.adversary import CLOUD_IP, SPRAY_IPS
from hodoscope.soc.simulate.campaigns.interface import Stage, Step, about, marks
from hodoscope.soc.simulate.clock import HOUR, MINUTE, SECOND
from hodoscope.soc.simulate.cloud_accounts import HOME_REGION, cloud_users, engineer_principal
from hodoscope.soc.simulate.company import AWS_ACCOUNT, Person
from hodoscope.soc.simulate.formats.cloudtrail import Principal, call
from hodoscope.soc.simulate.formats.entra import LOCKED, SUCCESS, WRONG_PASSWORD, Place, sign_in
from hodoscope.soc.simulate.outbox import CLOUDTRAIL, SIGNIN, Mark

_SPRAY_AGENT = "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/97.0.4692.71"
_CLI = "aws-cli/1.34.2 Python/3.9.2 Linux/6.1.0-kali botocore/1.35.2"
_FAR_REGION = "ap-southeast-3"
_TARGETS = 80
_EXPLORED = (
    "sts:GetCallerIdentity", "iam:ListUsers", "iam:ListRoles", "iam:ListAttachedUserPolicies", "iam:ListAccessKeys",
    "iam:GetAccountAuthorizationDetails", "iam:GetAccountSummary", "s3:ListBuckets", "s3:GetBucketPolicy",
    "s3:GetBucketAcl", "ec2:DescribeRegions", "ec2:DescribeVpcs", "ec2:DescribeKeyPairs", "ec2:DescribeSnapshots",
    "secretsmanager:ListSecrets", "secretsmanager:GetSecretValue", "kms:ListKeys", "rds:DescribeDBSnapshots",
    "lambda:GetAccountSettings", "organizations:DescribeOrganization", "cloudtrail:DescribeTrails",
    "guardduty:ListDetectors", "ses:GetSendQuota", "servicequotas:ListServiceQuotas", "ssm:DescribeInstanceInformation",
    "dynamodb:ListTables", "sns:ListTopics", "sqs:ListQueues", "ecr:GetRegistryPolicy", "ce:GetCostAndUsage",
)  # fmt: skip
_REFUSED = ("organizations:DescribeOrganization", "ce:GetCostAndUsage", "iam:GetAccountAuthorizationDetails")


class CloudTakeover:
    """Victim: an engineer with a cloud account. Each sprayed account sees one or two wrong passwords."""

    name = "cloud-takeover"
    title = "Password spraying to cloud takeover"
    steps: tuple[Step, ...] = (
        Step("spray", "T1110.003", 5.0, 0.04, "Tries two passwords on many accounts from four addresses",
             ("password_spraying", "brute_force")),
        Step("account", "T1078.004", 6.4, 0.34, "One password fits: sign-in from a country nobody works in",
             ("success_after_failures", "first_seen")),
        Step("console", "T1078.004", 6.6, 0.42, "Opens the cloud console as that engineer", ("cloud_key_misuse",)),
        Step("key", "T1098.001", 6.75, 0.48, "Creates an access key and a back-door user",
             ("cloud_key_misuse", "sigma")),
        Step("discovery", "T1580", 7.0, 0.56, "A burst of API calls this principal never made before",
             ("cloud_key_misuse",)),
        Step("unused-region", "T1535", 7.5, 0.7, "Starts instances in a region the company does not use",
             ("cloud_key_misuse", "first_seen")),
        Step("logging-off", "T1562.008", 8.0, 0.84, "Stops and deletes the audit trail", ("cloud_key_misuse", "sigma")),
    )  # fmt: skip

    def indicators(self) -> tuple[tuple[str, str], ...]:
        """One of the four spraying addresses is already known."""
        return (("ip", SPRAY_IPS[2]),)

    def play(self, stage: Stage) -> None:
        """Write the whole campaign."""
        victim = cloud_users(stage.company)[0]
        mark = marks(self, {"": f"user:{victim.user}", "spray": f"ip:{SPRAY_IPS[0]}"})
        _spray(stage, victim, mark)
        _take_over(stage, victim, mark)


def _spray(stage: Stage, victim: Person, mark: dict[str, Mark]) -> None:
    """Two rounds over the others, the victim last; the victim's third password, minutes later, is the right one."""
    people = [person for person in stage.company.people if person is not victim]
    targets = stage.dice.small.sample(people, min(_TARGETS, len(people)))
    tries = [person for _ in range(2) for person in targets] + [victim, victim]
    gap = stage.schedule.span(0, 70 * MINUTE) / len(tries)
    for number, person in enumerate(tries):
        at = stage.schedule.starts[0] + int((number + stage.dice.between(0, 0.9)) * gap)
        ip = SPRAY_IPS[number % len(SPRAY_IPS)]
        own = about(mark["spray"], f"ip:{ip}")
        result = LOCKED if stage.dice.small.random() < 0.03 else WRONG_PASSWORD
        stage.out.put(SIGNIN, at, sign_in(
            at, stage.dice, person, Place(ip, "Unknown", "", "KZ"), application="Office 365 Exchange Online",
            agent=_SPRAY_AGENT, result=result, client="Authenticated SMTP",
        ), own)  # fmt: skip
    for number, application in enumerate(("Office 365 Exchange Online", "AWS Single-Account Access")):
        at = stage.schedule.starts[1] + number * stage.schedule.span(1, 6 * MINUTE) // 2
        ip = SPRAY_IPS[0] if number == 0 else CLOUD_IP
        stage.out.put(SIGNIN, at, sign_in(
            at, stage.dice, victim, Place(ip, "Almaty", "Almaty", "KZ"), application=application, agent=_SPRAY_AGENT,
            result=SUCCESS, client="Browser",
        ), mark["account"])  # fmt: skip


def _take_over(stage: Stage, victim: Person, mark: dict[str, Mark]) -> None:
    starts, dice = stage.schedule.starts, stage.dice
    own = engineer_principal(victim)
    stolen = Principal("IAMUser", own.name, own.key, CLOUD_IP, _SPRAY_AGENT)
    new_key = dice.key_id("AKIA")
    fresh = Principal("IAMUser", own.name, new_key, CLOUD_IP, _CLI)
    backdoor = "svc-metrics-export"

    def write(
        at: int, principal: Principal, api: str, step: str, region: str = "us-east-1", error: str = "",
        parameters: dict[str, object] | None = None, response: dict[str, object] | None = None,
    ) -> None:  # fmt: skip
        record = call(at, dice, principal, api, region, error=error, parameters=parameters, response=response)
        stage.out.put(CLOUDTRAIL, at, record, mark[step])

    write(starts[2], stolen, "signin:ConsoleLogin", "console", response={"ConsoleLogin": "Success"})
    write(starts[3], stolen, "iam:CreateAccessKey", "key", parameters={"userName": own.name},
          response={"accessKey": {"accessKeyId": new_key, "status": "Active", "userName": own.name}})  # fmt: skip
    gap = stage.schedule.span(3, 5 * MINUTE) // 4
    for number, (api, more) in enumerate((
        ("iam:CreateUser", {}), ("iam:AttachUserPolicy", {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
        ("iam:CreateAccessKey", {}),
    )):  # fmt: skip
        write(starts[3] + (number + 1) * gap, fresh, api, "key", parameters={"userName": backdoor, **more})
    gap = stage.schedule.span(4, 12 * MINUTE) // len(_EXPLORED)
    for number, api in enumerate(_EXPLORED):
        region = "us-east-1" if api.startswith(("iam", "sts")) else HOME_REGION
        write(starts[4] + number * gap, fresh, api, "discovery", region, "AccessDenied" if api in _REFUSED else "")
    gap = stage.schedule.span(5, 15 * MINUTE) // 8
    far = ("ec2:DescribeInstanceTypes", "ec2:CreateKeyPair", "ec2:CreateSecurityGroup",
           "ec2:AuthorizeSecurityGroupIngress", "ec2:RunInstances", "ec2:RunInstances")  # fmt: skip
    for number, api in enumerate(far):
        asked: dict[str, object] | None = {"instanceType": "p4d.24xlarge", "maxCount": 8} if "Run" in api else None
        write(starts[5] + number * gap, fresh, api, "unused-region", _FAR_REGION, parameters=asked)
    trail: dict[str, object] = {"name": f"arn:aws:cloudtrail:{HOME_REGION}:{AWS_ACCOUNT}:trail/company-audit"}
    for number, api in enumerate(("cloudtrail:StopLogging", "cloudtrail:DeleteTrail")):
        write(starts[6] + number * min(40 * SECOND, stage.schedule.span(6, HOUR)), fresh, api, "logging-off",
              HOME_REGION, parameters=trail)  # fmt: skip
