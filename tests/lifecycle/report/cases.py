"""Reports to render: two classes with everything, several classes, names that try to break out."""

import numpy as np
from tests.lifecycle.evaluate.cases import binary, multiclass

from hodoscope.lifecycle.evaluate.bootstrap import Resampling
from hodoscope.lifecycle.evaluate.detail import detail
from hodoscope.lifecycle.evaluate.evaluation import Plan, evaluate, statistics
from hodoscope.lifecycle.evaluate.floors import floors
from hodoscope.lifecycle.evaluate.repeated import repeated
from hodoscope.lifecycle.evaluate.units import units
from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.report.report import Promise, Report
from hodoscope.lifecycle.risk_control import Bound, Risk

HOSTILE = "</style></svg><script>alert('\"x\"')</script>&lt;\x00"
PLAN = Plan(Resampling(draws=60), budgets=(20,))


def everything(name: str = "yes") -> Report:
    """Two classes, a baseline, slices, floors, promises, repeats, a datasheet; ``name`` is put wherever text goes."""
    base = binary(1)
    judged = units(
        base.probabilities,
        base.truth,
        ("no", name),
        base.groups,
        positive=name,
        slices={name: np.where(np.arange(base.rows) % 3, "some", name)},
    )
    baselines = {name: judged.with_probabilities(np.full(judged.rows, 0.3))}
    evaluation = evaluate(judged, baselines, PLAN, {"command": name})
    bound = Bound(Risk.MISSED, 0.1, 0.05, 0.25, 400)
    seen = {"later, same source": Metric(0.06, 0.04, 0.09, n=300), name: Metric(0.3, 0.2, 0.4, n=90)}
    return Report(
        name,
        evaluation,
        detail(judged, baselines, PLAN),
        summary=name,
        floors=floors(evaluation.metrics, {"auc": 0.99, "recall": 0.1, "fpr": 0.5}),
        promises=[
            Promise(bound, seen, frozenset({"later, same source"})),
            Promise(Bound(Risk.WRONG, 0.1, 0.05, None, 9)),
        ],
        repeated=repeated([statistics(judged, PLAN)[:2]] * 2, judged.group_count, PLAN.resampling),
        data={name: {"known_trap": name}},
        notes=[name],
    )


def several() -> Report:
    """Four classes, some rows with two right answers, one class that never occurs."""
    base = multiclass(2)
    chances = np.hstack([base.probabilities, np.zeros((base.rows, 1))])
    flags = np.hstack([base.truth, np.zeros((base.rows, 1), bool)])
    judged = units(chances, flags, (*base.classes, "never"), base.groups)
    return Report("several classes", evaluate(judged, plan=Plan(PLAN.resampling)), detail(judged, plan=PLAN))
