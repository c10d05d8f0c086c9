"""Parts of the page say what the figures say."""

import math
from dataclasses import replace

import pytest
from tests.lifecycle.report.cases import everything, several
from tests.lifecycle.report.test_markup import Reader

from hodoscope.lifecycle.evaluate.detail import Gain
from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.report.report import Promise, Report
from hodoscope.lifecycle.report.sections import comparisons, decisions, overview, promises
from hodoscope.lifecycle.risk_control import Bound, Risk


@pytest.fixture(scope="module")
def plain() -> Report:
    """A report with every part."""
    return everything()


def said(markup: str) -> str:
    """Its text."""
    reader = Reader()
    reader.feed(markup)
    return reader.said


def test_better_is_green_and_worse_is_red_whichever_way_is_better(plain: Report) -> None:
    """A lower false-positive rate is a gain."""
    gains = (
        Gain("auc", Metric(0.1, 0.05, 0.2), 0.001, 0.002),
        Gain("fpr", Metric(0.1, 0.05, 0.2), 0.001, 0.002),
        Gain("ece", Metric(-0.1, -0.2, -0.05), 0.001, 0.002),
        Gain("recall", Metric(0.1, -0.05, 0.2), 0.3, 0.3),
    )
    markup = comparisons.baselines(replace(plain, detail=replace(plain.detail, gains={"naive": gains})))
    assert [markup.count(f'class="row {mark}"') for mark in ("good", "bad")] == [2, 1]
    assert markup.count('class="row"') == 1


def test_of_many_classes_one_gain_each_is_drawn(plain: Report) -> None:
    """The rest is counted, not hidden."""
    figures = ["macro_f1", *(f"{figure}[{number}]" for number in range(30) for figure in ("f1", "auc"))]
    gains = tuple(Gain(figure, Metric(0.1, 0.05, 0.2), 0.001, 0.002) for figure in figures)
    markup = comparisons.baselines(replace(plain, detail=replace(plain.detail, gains={"naive": gains})))
    assert markup.count('class="row good"') == 31
    assert "30 further figures are in the JSON" in markup


def test_floors_say_which_way_they_bind(plain: Report) -> None:
    """At least for recall, at most for the false-positive rate; the missed one first."""
    words = said(overview.floors(plain))
    assert "at most 0.500" in words
    assert "at least 0.100" in words
    assert words.index("missed") < words.index("at most")


def test_promises_tell_drift_from_what_is_covered(plain: Report) -> None:
    """And an unproven bound says that nothing is acted upon."""
    words = said(promises.promises(plain))
    assert "misses more than 10 % of attacks with a probability of at most 5.0 % (400 attacks)" in words
    assert "no: drift" in words
    assert "above α" in words
    assert "never act" in words
    acting = replace(plain, promises=[Promise(Bound(Risk.WRONG, 0.02, 0.1, 0.9, 1200))])
    assert "Acting from a confidence of 0.900 upwards" in said(promises.promises(acting))


def test_a_slice_wholly_below_the_rest_is_red(plain: Report) -> None:
    """Its interval ends before the figure of all rows; undefined slices are left out."""
    metrics = {"recall": Metric(0.9, 0.8, 1.0)}
    slices = {"a": {"recall": Metric(0.3, 0.2, 0.4)}, "b": {"recall": Metric(0.8, 0.6, 0.95)}}
    evaluation = replace(
        plain.evaluation, metrics=metrics, slices={**slices, "c": {"recall": Metric(math.nan, math.nan, math.nan)}}
    )
    markup = comparisons.slices(replace(plain, evaluation=evaluation))
    assert markup.count('class="row bad"') == 1
    assert markup.count('class="row"') == 1


def test_a_class_that_never_occurs_has_dashes() -> None:
    """Not 0: nothing is known of it."""
    words = said(decisions.decisions(several()))
    assert words.count("–") > 3
