"""The gate promotes only what is better, nowhere worse, affordable, explained, described and allowed."""

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from hodoscope.lifecycle.gate.gate import Facts, judge
from hodoscope.lifecycle.gate.policy import Policy
from hodoscope.lifecycle.metric import Evaluation, Metric

POLICY = Policy("auc", 0.05, 100, 1_000_000, floors={"recall": 0.8, "fpr": 0.02})


def around(value: float, half: float = 0.01, n: int = 200) -> Metric:
    """A figure with an interval around it."""
    return Metric(value, value - half, value + half, "share", n)


OWN = {"auc": around(0.95), "recall": around(0.85), "fpr": around(0.005), "ece": around(0.02)}
FINE = Facts(
    evaluation=Evaluation(OWN, {}, {"naive": {"auc_gain": around(0.2)}}),
    differences=Evaluation(
        {"auc": around(0.03)}, {"region=eu": {"auc": around(0.01)}, "region=us": {"auc": around(0.0)}}
    ),
    cpu=around(20, 2),
    size_bytes=50_000,
)


def refused(facts: Facts, policy: Policy = POLICY) -> list[str]:
    """Names of the failed clauses."""
    return [clause.name for clause in judge(policy, facts).clauses if not clause.passed]


def with_slice(name: str, metric: Mapping[str, Metric]) -> Facts:
    """The fine challenger with one more slice."""
    assert FINE.differences is not None
    slices = {**FINE.differences.slices, name: metric}
    return replace(FINE, differences=replace(FINE.differences, slices=slices))


def test_a_better_model_passes_every_clause() -> None:
    """And the verdict lists what it was judged on."""
    verdict = judge(POLICY, FINE)
    assert verdict.passed
    assert verdict.refusal == ""
    assert "slice region=eu: auc" in [clause.name for clause in verdict.clauses]


def test_better_by_chance_is_not_better() -> None:
    """The gain's lower bound decides, not its value."""
    assert refused(replace(FINE, differences=Evaluation({"auc": around(0.03, 0.04)}, FINE.differences.slices))) == [  # type: ignore[union-attr]  # FINE has differences
        "headline auc against the champion"
    ]


@pytest.mark.parametrize("gain", [around(-0.05), around(0.0, 0.03), Metric(math.nan, math.nan, math.nan, "share", 200)])
def test_one_worse_slice_refuses(gain: Metric) -> None:
    """Surely worse, possibly worse by more than the margin, or undefined."""
    assert refused(with_slice("region=jp", {"auc": gain})) == ["slice region=jp: auc"]


def test_a_slice_the_challenger_lost_refuses() -> None:
    """A figure that is not there is not non-inferior."""
    assert refused(with_slice("region=jp", {})) == ["slice region=jp: auc"]


def test_tiny_slices_are_shown_and_not_judged() -> None:
    """Three units prove nothing in either direction; that they were passed over is written down."""
    verdict = judge(POLICY, with_slice("region=li", {"auc": around(-0.5, n=3)}))
    assert verdict.passed
    assert "region=li (n=3" in verdict.notes[0]


def test_with_only_tiny_slices_nothing_is_promoted() -> None:
    """Non-inferiority was then not shown anywhere."""
    differences = Evaluation({"auc": around(0.03)}, {"region=li": {"auc": around(0.5, n=3)}})
    assert refused(replace(FINE, differences=differences)) == ["slices"]


@pytest.mark.parametrize(
    ("facts", "clause"),
    [
        (replace(FINE, cpu=around(99, 2)), "speed"),
        (replace(FINE, size_bytes=1_000_001), "size"),
        (replace(FINE, unexplained=["row 3 has no reason"]), "explanation"),
        (replace(FINE, card_gaps=["section 'Risks' is missing"]), "card"),
        (replace(FINE, not_shippable=["AIT-ADS is evaluate-only"]), "data"),
        (replace(FINE, evaluation=Evaluation(OWN | {"ece": around(0.045)})), "calibration ece"),
        (replace(FINE, evaluation=Evaluation(OWN | {"recall": around(0.805)})), "floor recall"),
        (replace(FINE, evaluation=Evaluation(OWN | {"fpr": around(0.015)})), "ceiling fpr"),
    ],
)
def test_each_other_clause_refuses_alone(facts: Facts, clause: str) -> None:
    """Judged at the unfavourable end of the interval."""
    assert refused(facts) == [clause]


def test_the_refusal_lists_every_failed_clause() -> None:
    """With what was found and what was needed."""
    facts = replace(FINE, size_bytes=2_000_000, card_gaps=["section 'Risks' is missing"], cpu=around(200))
    lines = judge(POLICY, facts).refusal.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["- speed", "- size", "- card"]
    assert lines[1] == "- size: 2,000,000 bytes of weights and preprocessing; needed: at most 1,000,000"


def test_the_first_model_must_beat_every_baseline() -> None:
    """Without a champion; and without a baseline there is nothing to be better than."""
    first = replace(FINE, differences=None)
    assert refused(first) == []
    weak = Evaluation(OWN, {}, {"naive": {"auc_gain": around(0.2)}, "lookup": {"auc_gain": around(0.005)}})
    assert refused(replace(first, evaluation=weak)) == ["headline auc against lookup"]
    assert refused(replace(first, evaluation=Evaluation(OWN))) == ["headline auc"]


def test_lower_is_better_for_errors() -> None:
    """A headline of log loss gains when it falls."""
    policy = replace(POLICY, headline="log_loss", slice_metric="log_loss", floors={})
    falls = Evaluation({"log_loss": around(-0.1)}, {"region=eu": {"log_loss": around(-0.1)}})
    rises = Evaluation({"log_loss": around(0.1)}, {"region=eu": {"log_loss": around(0.1)}})
    assert refused(replace(FINE, differences=falls), policy) == []
    assert len(refused(replace(FINE, differences=rises), policy)) == 2
