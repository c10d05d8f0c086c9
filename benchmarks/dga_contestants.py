"""Who competes in the DGA benchmark: our learner, and the n-gram model that one writes first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from hodoscope.lifecycle.model import Trainer
from hodoscope.lifecycle.split import Fold
from hodoscope.soc.dga.learn import FALSE_ALARM_SHARE, TRAINER, ChosenNames, Lesson
from hodoscope.soc.dga.leave_generators_out import Plan
from hodoscope.soc.dga.registered_name import registered_name

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scores:
    """One fold: scores of its test rows (rows,) and of the networks' hosts (hosts,); the threshold knew neither."""

    tested: Floats
    networks: Floats
    threshold: float


Contestant = Callable[[Fold], Scores]


def ours(plan: Plan, hosts: Sequence[str], seed: int, trainer: Trainer = TRAINER) -> Contestant:
    """The learner of ``soc/dga``, on registered names; features are extracted once, every fold trains anew."""
    lesson = Lesson.prepare(plan.chosen, seed)
    rows = lesson.knowledge.features(plan.column("name"))
    networks = lesson.knowledge.features(plan.networks)
    place = {name: row for row, name in enumerate(plan.networks)}
    asked = np.array([place[registered_name(host)] for host in hosts], dtype=np.int64)

    def compete(fold: Fold) -> Scores:
        judge = lesson.learn(rows.take(fold.train), trainer, seed)
        return Scores(judge.probabilities(rows.take(fold.test)), judge.probabilities(networks)[asked], judge.threshold)

    return compete


def ngrams(plan: Plan, hosts: Sequence[str], domain_of: dict[str, str]) -> Contestant:
    """Logistic regression on character 1- to 4-grams of the domain without its last label, host names whole.

    ``domain_of`` gives the domain of each chosen name; ``hosts`` are the networks' host names as asked for.
    """
    parts = ChosenNames.parted(plan.chosen)
    domains = [_stem(domain) for domain in plan.column("domain")]
    negatives = [_stem(domain_of[name]) for name in parts.model]
    reference = [_stem(domain_of[name]) for name in parts.threshold]

    def compete(fold: Fold) -> Scores:
        vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=3, sublinear_tf=True)
        positives = [domains[row] for row in fold.train]
        labels = np.arange(len(negatives) + len(positives)) >= len(negatives)
        model = LogisticRegression(C=3, class_weight="balanced", max_iter=300)
        model.fit(vectorizer.fit_transform([*negatives, *positives]), labels)

        def score(texts: Sequence[str]) -> Floats:
            return np.asarray(model.decision_function(vectorizer.transform(texts))) if texts else np.zeros(0)

        threshold = float(np.quantile(score(reference), 1 - FALSE_ALARM_SHARE))
        return Scores(score([domains[row] for row in fold.test]), score([_stem(host) for host in hosts]), threshold)

    return compete


def _stem(domain: str) -> str:
    return domain.rpartition(".")[0] or domain
