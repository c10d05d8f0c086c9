"""Bounds under which the model acts without a human, and what became of them."""

from hodoscope.lifecycle.report.markup import Markup, joined, tag
from hodoscope.lifecycle.report.numbers import interval, number, percent
from hodoscope.lifecycle.report.report import Promise, Report
from hodoscope.lifecycle.report.tables import table
from hodoscope.lifecycle.report.wording import section
from hodoscope.lifecycle.risk_control import Risk

LEAD_OF_PROMISES = (
    "Learn-then-Test thresholds: a promise over the draw of the calibration data, for later data from the same source. "
    "Under drift nothing is promised, and the table shows what was seen there."
)


def promises(report: Report) -> Markup:
    """Each bound as a sentence, and what was seen."""
    return (
        section("Acting without a human", LEAD_OF_PROMISES, *map(_promise, report.promises))
        if report.promises
        else Markup()
    )


def _promise(promise: Promise) -> Markup:
    bound = promise.bound
    missed = bound.risk is Risk.MISSED
    if bound.threshold is None:
        sentence = f"{bound.units:,} units prove no threshold for α = {bound.alpha:g}, δ = {bound.delta:g}: never act."
    elif missed:
        sentence = (
            f"Closing everything that scores below {number(bound.threshold)} misses more than {percent(bound.alpha)} "
            f"of attacks with a probability of at most {percent(bound.delta)} ({bound.units:,} attacks)."
        )
    else:
        sentence = (
            f"Acting from a confidence of {number(bound.threshold)} upwards is wrong in more than "
            f"{percent(bound.alpha)} of actions with a probability of at most {percent(bound.delta)} "
            f"({bound.units:,} units)."
        )
    rows = []
    for place, metric in promise.observed.items():
        covered = place in promise.exchangeable
        broken = metric.value > bound.alpha
        verdict = ("above α", "bad") if broken else ("within α", "good")
        rows.append(
            (
                place,
                "yes" if covered else "no: drift",
                number(metric.value),
                interval(metric),
                f"{metric.n:,}",
                tag("span", verdict[0], class_=verdict[1]),
            )
        )
    columns = ("where", "promise applies", "missed" if missed else "wrong", "95 %", "n", "")
    seen = table(columns, rows, (2, 3, 4)) if rows else None
    return joined(tag("p", sentence, class_="promise" if bound.threshold is not None else "promise none"), seen)
