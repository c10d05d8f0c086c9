"""Who uses the company's cloud account, with which key, from where, and which calls they usually make."""

from functools import lru_cache

from hodoscope.soc.simulate.company import Company, Person
from hodoscope.soc.simulate.dice import Dice
from hodoscope.soc.simulate.formats.cloudtrail import Principal

HOME_REGION = "eu-central-1"
CLI = "aws-cli/2.24.10 md/awscrt#0.23.8 ua/2.0 os/linux#6.8.0 lang/python#3.12.9 cfg/retry-mode#standard"
_CONSOLE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/133.0.0.0 Safari/537.36"
ENGINEER_CALLS = ("ec2:DescribeInstances", "ec2:DescribeSecurityGroups", "s3:ListBuckets", "logs:FilterLogEvents",
           "ecs:ListTasks", "rds:DescribeDBInstances", "cloudformation:ListStacks", "iam:GetUser", "ec2:StartInstances",
           "ec2:StopInstances", "lambda:ListFunctions20150331", "lambda:UpdateFunctionCode20150331v2",
           "cloudwatch:GetMetricData", "sts:GetCallerIdentity", "ecr:DescribeImages",
                  "ssm:DescribeParameters")  # fmt: skip


@lru_cache(maxsize=8192)
def engineer_principal(person: Person) -> Principal:
    """The IAM user of an engineer; the key stays the same throughout."""
    dice = Dice("iam user", person.user, person.ja3)
    agent = CLI if person.index % 3 else _CONSOLE
    return Principal("IAMUser", person.user, dice.key_id("AKIA"), person.site.egress, agent)


@lru_cache(maxsize=8192)
def habits(person: Person) -> tuple[str, ...]:
    """The handful of calls this engineer makes day by day."""
    return tuple(Dice("cloud habits", person.user).small.sample(ENGINEER_CALLS, 7))


def cloud_users(company: Company) -> tuple[Person, ...]:
    """Every other engineer works with the cloud account; the first engineer always does."""
    engineers = [person for person in company.engineers if person.department == "Engineering"]
    return tuple(engineers[::2])
