"""How good the exported pipeline is: every site is scored by a model that never saw it.

Each fold of GroupKFold(10) by site trains, prunes, quantises and calibrates anew and is scored through the runtime's
integer arithmetic, so a figure here is a figure of what ships.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from hodoscope.forms import field_head, form_head
from hodoscope.forms.corpora import duckduckgo, formasaurus
from hodoscope.forms.field_head import FieldHead, label_fields
from hodoscope.forms.field_labels import field_labels
from hodoscope.forms.field_types import IDENTIFIERS
from hodoscope.forms.fit import Codes
from hodoscope.forms.formasaurus_protocol import ProtocolUnits, field_units, form_units
from hodoscope.forms.out_of_fold import codes, out_of_fold, out_of_fold_fields
from hodoscope.forms.train import train_fields
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


def field_type(vectors: Vectors) -> Evaluation:
    """Field type by the Formasaurus protocol (48 classes: a head for this benchmark, trained as the shipped one is).

    Whole segments are decoded; ``whole_right`` is the share of forms whose annotated fields are all right.
    """
    found = field_units(vectors)
    classes, labels = codes(found.labels)
    sites = codes(found.sites)[1]
    decided, chances = out_of_fold_fields(vectors.fields, found.rows, labels, classes, sites, field_head.SETTINGS)
    ours = units(chances, labels, classes, list(found.sites), wholes=found.forms)
    plain = {"without decoding": ours, "most frequent": _most_frequent(ours, found)}
    return evaluate(replace(ours, decisions=decided), plain, config=_config(vectors, found))


def duckduckgo_unseen(corpora: Mapping[str, Vectors]) -> Evaluation:
    """Fields of DuckDuckGo's forms by a head that never trained on that corpus.

    Username and e-mail are one class, "username or e-mail" is left out, ``password`` may be any role; ``unknown`` is
    right for whatever upstream's labels do not name. Also as shipped, with fewer weights: baseline ``shipped size``.
    """
    others = [vectors for name, vectors in corpora.items() if name != duckduckgo.NAME]
    vectors = corpora[duckduckgo.NAME]
    labels = field_labels(vectors)
    kept = [at for at, allowed in enumerate(labels.allowed) if allowed != IDENTIFIERS]
    rows = labels.rows[kept]
    allowed = [{_merged(str(one)) for one in labels.allowed[at]} for at in kept]
    sites = [labels.sites[at] for at in kept]
    found = {
        size: _judged(train_fields(others, settings), vectors, rows, allowed, sites)
        for size, settings in (("", field_head.SETTINGS), ("shipped size", field_head.SHIPPED))
    }
    config = {**vectors.origin, "units": len(rows), "unmapped": 0}
    return evaluate(found[""], {"shipped size": found["shipped size"]}, config=config)


def _judged(
    model: FieldHead, vectors: Vectors, rows: Codes, allowed: Sequence[set[str]], sites: Sequence[str]
) -> Units:
    wanted = np.unique(vectors.fields["segment"].to_numpy()[rows]).tolist()
    decided, chances = label_fields(model, vectors.fields, wanted)
    names = [_merged(name) for name in model.head.classes]
    classes = tuple(sorted({*names, *(one for some in allowed for one in some)}))
    into = np.array([classes.index(name) for name in names])
    merged = np.zeros((len(rows), len(classes)))
    np.add.at(merged.T, into, chances[rows].T)
    return replace(units(merged, allowed, classes, sites), decisions=into[decided[rows]])


def _merged(name: str) -> str:
    return "identifier" if name in IDENTIFIERS else name


class Task(NamedTuple):
    """``needs``: the corpora without which it cannot be measured."""

    needs: frozenset[str]
    measure: Callable[[Mapping[str, Vectors]], Evaluation]


TASKS: Final[dict[str, Task]] = {
    "form_type": Task(frozenset({formasaurus.NAME}), lambda corpora: form_type(corpora[formasaurus.NAME])),
    "field_type": Task(frozenset({formasaurus.NAME}), lambda corpora: field_type(corpora[formasaurus.NAME])),
    "duckduckgo": Task(frozenset({formasaurus.NAME, duckduckgo.NAME}), duckduckgo_unseen),
}
"""What is measured, by name."""


def measure(corpora: Mapping[str, Vectors]) -> Iterator[tuple[str, Evaluation]]:
    """Every task whose corpora are there, as it is done."""
    for name, task in TASKS.items():
        if task.needs <= corpora.keys():
            yield name, task.measure(corpora)


def _most_frequent(ours: Units, found: ProtocolUnits) -> Units:
    most = Counter(found.labels).most_common(1)[0][0]
    chances = np.zeros_like(ours.probabilities)
    chances[:, ours.classes.index(most)] = 1.0
    return ours.with_probabilities(chances)


def _config(vectors: Vectors, found: ProtocolUnits) -> dict[str, object]:
    return {**vectors.origin, "units": len(found.rows), "unmapped": int((found.rows < 0).sum())}
