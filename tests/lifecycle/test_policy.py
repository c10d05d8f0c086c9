"""A gate's file is read whole or refused."""

import tomllib

import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.gate.policy import Policy, lower_is_better

TEXT = """
headline = "auc"
calibration_most = 0.05
cpu_ms_per_1000_rows = 100
size_bytes = 1_000_000
floors = { recall = 0.8 }
"""


def test_a_policy_is_read_from_toml() -> None:
    """Slices compare the headline unless another figure is named."""
    policy = Policy.from_table(tomllib.loads(TEXT), "dga.toml: gate")
    assert (policy.headline, policy.judged_per_slice, policy.floors) == ("auc", "auc", {"recall": 0.8})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("headlines = 3", "unknown"),
        ("slice_margin = nan", "slice_margin"),
        ("slice_metric = 3", "slice_metric"),
        ("minimum_gain = true", "minimum_gain"),
    ],
)
def test_what_is_wrong_is_named(line: str, message: str) -> None:
    """An unknown key, a wrong type, a number that is none."""
    with pytest.raises(InputError, match=message):
        Policy.from_table(tomllib.loads(TEXT + line), "dga.toml: gate")


def test_a_missing_demand_is_an_error() -> None:
    """A gate that forgets the size is not a gate without size."""
    with pytest.raises(InputError, match=r"missing \['size_bytes'\]"):
        Policy.from_table(tomllib.loads(TEXT.replace("size_bytes = 1_000_000", "")), "dga.toml: gate")


def test_errors_and_costs_are_better_when_lower() -> None:
    """Whatever class they are about."""
    assert lower_is_better("ece")
    assert lower_is_better("fpr[dga]")
    assert not lower_is_better("recall[dga]")
