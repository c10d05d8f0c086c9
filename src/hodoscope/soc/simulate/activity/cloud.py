"""The company's cloud account: pipelines, AWS's own services, monitoring, and engineers with their habits."""

from hodoscope.soc.simulate.activity.interface import Moment
from hodoscope.soc.simulate.cloud_accounts import (
    CLI,
    ENGINEER_CALLS,
    HOME_REGION,
    cloud_users,
    engineer_principal,
    habits,
)
from hodoscope.soc.simulate.formats.cloudtrail import Principal, call
from hodoscope.soc.simulate.outbox import CLOUDTRAIL
from hodoscope.soc.simulate.rhythm import draw, steady

_GLOBAL = ("iam", "sts", "signin")
_PIPELINE = ("sts:AssumeRole", "ecr:GetAuthorizationToken", "ecr:DescribeRepositories", "ecs:DescribeServices",
             "ecs:UpdateService", "ecs:RegisterTaskDefinition", "s3:GetBucketLocation", "s3:ListBuckets",
             "cloudformation:DescribeStacks", "logs:DescribeLogGroups", "ssm:GetParameters")  # fmt: skip
_SERVICE = ("ec2:DescribeInstances", "autoscaling:DescribeAutoScalingGroups", "kms:Decrypt", "sts:AssumeRole",
            "config:PutEvaluations", "elasticloadbalancing:DescribeTargetHealth")  # fmt: skip
_WATCH = ("cloudwatch:GetMetricData", "cloudwatch:DescribeAlarms", "ec2:DescribeInstanceStatus")


def cloud(moment: Moment) -> None:
    """Machines call steadily, people while they work; everything in one region but the global services."""
    dice, window = moment.dice, moment.window
    machines = (
        (Principal("AssumedRole", "deploy-pipeline", "AKIAPIPELINE0EXAMPLE", "10.10.2.21", CLI, "build01"),
         _PIPELINE, 60.0),
        (Principal("AWSService", "autoscaling", "", "autoscaling.amazonaws.com", "autoscaling.amazonaws.com"),
         _SERVICE, 50.0),
        (Principal("IAMUser", "svc-monitor", "AKIAMONITOR00EXAMPLE", "203.0.113.4", "Botocore/1.36.3 Python/3.12"),
         _WATCH, 50.0),
    )  # fmt: skip
    for principal, apis, rate in machines:
        _, when = draw(dice, steady(1, window), rate, window)
        for at in when:
            _call(moment, at, principal, dice.small.choice(apis))
    people = cloud_users(moment.company)
    who, when = draw(dice, moment.presence[[person.index for person in people]], 7.0, window)
    for rank, at in zip(who, when, strict=True):
        person = people[rank]
        choices = habits(person) if dice.small.random() < 0.985 else ENGINEER_CALLS
        _call(moment, at, engineer_principal(person), dice.small.choice(choices))


def _call(moment: Moment, at: int, principal: Principal, api: str) -> None:
    region = "us-east-1" if api.split(":")[0] in _GLOBAL else HOME_REGION
    error = "ThrottlingException" if moment.dice.small.random() < 0.004 else ""
    moment.out.put(CLOUDTRAIL, at, call(at, moment.dice, principal, api, region, error=error))
