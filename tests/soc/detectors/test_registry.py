"""Overrides by name with units, and messages that help."""

import pytest

from hodoscope.errors import InputError
from hodoscope.soc.detectors.registry import DETECTORS, build, build_all


@pytest.mark.parametrize(("written", "seconds"), [(60, 60), ("60", 60), ("5 min", 300), ("2h", 7200), ("600 s", 600)])
def test_a_value_may_carry_a_unit(written: object, seconds: float) -> None:
    """Converted to the parameter's own unit."""
    assert build("brute_force", {"window_seconds": written}).spec.parameters["window_seconds"].value == seconds


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"brute_forse": {}}, "did you mean 'brute_force'"),
        ({"brute_force": {"failure": 3}}, "brute_force: unknown parameter 'failure'; did you mean 'failures'"),
        ({"brute_force": {"window_seconds": "5 MB"}}, "unit 'MB' does not fit"),
        ({"brute_force": {"window_seconds": "soon"}}, "is not a number"),
        ({"brute_force": {"window_seconds": "1.2.3 s"}}, "is not a number"),
        ({"brute_force": {"window_seconds": True}}, "is not a number"),
        ({"brute_force": 7}, "expected parameter values"),
    ],
)
def test_a_wrong_override_says_what_to_write(values: dict[str, object], message: str) -> None:
    """Where, what, and what to do."""
    with pytest.raises(InputError, match=message):
        build_all(values)


def test_an_unknown_detector_is_named() -> None:
    """Not only in overrides."""
    with pytest.raises(InputError, match="no detector 'x'"):
        build("x")


def test_false_leaves_a_detector_out() -> None:
    """All others stay, in table order."""
    names = [detector.spec.name for detector in build_all({"brute_force": False})]
    assert names == [name for name in DETECTORS if name != "brute_force"]
