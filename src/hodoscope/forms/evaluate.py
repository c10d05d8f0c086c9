"""How good the exported pipeline is: every site is scored by a model that never saw it.

Each fold of GroupKFold(10) by site trains, prunes, quantises and calibrates anew and is scored through the runtime's
integer arithmetic, so a figure here is a figure of what ships.
"""

from collections import Counter

import numpy as np

from hodoscope.forms import form_head
from hodoscope.forms.formasaurus_protocol import ProtocolUnits, form_units
from hodoscope.forms.out_of_fold import codes, out_of_fold
from hodoscope.forms.vectors import Vectors
from hodoscope.lifecycle.evaluate.evaluation import evaluate
from hodoscope.lifecycle.evaluate.units import Units, units
from hodoscope.lifecycle.metric import Evaluation


def form_type(vectors: Vectors) -> Evaluation:
    """Form type by the Formasaurus protocol, beside always answering the most frequent class.

    ``config`` counts the units and those that no segment holds (``unmapped``: they count as wrong).
    """
    found = form_units(vectors)
    classes, labels = codes(found.labels)
    sites = codes(found.sites)[1]
    chances = out_of_fold(vectors.segments, found.rows, labels, classes, sites, form_head.SETTINGS)
    ours = units(chances, labels, classes, list(found.sites))
    return evaluate(ours, {"most frequent": _most_frequent(ours, found)}, config=_config(vectors, found))


def _most_frequent(ours: Units, found: ProtocolUnits) -> Units:
    most = Counter(found.labels).most_common(1)[0][0]
    chances = np.zeros_like(ours.probabilities)
    chances[:, ours.classes.index(most)] = 1.0
    return ours.with_probabilities(chances)


def _config(vectors: Vectors, found: ProtocolUnits) -> dict[str, object]:
    return {**vectors.origin, "units": len(found.rows), "unmapped": int((found.rows < 0).sum())}
