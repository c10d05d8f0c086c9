"""Challenger minus champion: every figure on the same rows, from the same draws, overall and per slice."""

from hodoscope.lifecycle.evaluate.evaluation import Plan, part, statistics
from hodoscope.lifecycle.evaluate.paired import paired
from hodoscope.lifecycle.evaluate.units import Units
from hodoscope.lifecycle.metric import Evaluation, Metric


def differences(challenger: Units, champion: Units, plan: Plan | None = None) -> Evaluation:
    """Paired differences with intervals. Both must be over the same rows, groups and slices, in the same order."""
    plan = plan or Plan()
    slices = {
        name: _compared(part(challenger, mask), part(champion, mask), plan)
        for name, mask in challenger.slices.items()
        if mask.any()
    }
    return Evaluation(_compared(challenger, champion, plan), slices, {}, {"rows": challenger.rows})


def _compared(ours: Units, theirs: Units, plan: Plan) -> dict[str, Metric]:
    found = paired(statistics(ours, plan), statistics(theirs, plan), ours.group_count, plan.resampling)
    return {name: difference.metric for name, difference in found.items()}
