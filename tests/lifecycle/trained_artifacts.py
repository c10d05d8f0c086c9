"""A small real model in an artifact, for the tests of everything that handles artifacts."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from hodoscope.lifecycle.artifact.artifact import Artifact, DataUse
from hodoscope.lifecycle.artifact.card import CardText, render
from hodoscope.lifecycle.features import names_hash
from hodoscope.lifecycle.metric import Evaluation, Metric
from hodoscope.lifecycle.weights import Weights

NAMES = ("length", "digits", "entropy")
TEXT = CardText(
    intended_use="Tells algorithmically generated domain names from others in DNS logs.",
    out_of_scope="Not for judging people, nor for names in other places than DNS.",
    how_it_decides="A weighted sum of three counts, shown with every decision.",
    limitations="Families made of dictionary words are missed.",
    risks="A wrongly blocked name; nothing personal is in the features.",
    owner="The detection engineers of this site.",
)


def small_artifact(task: str = "dga", seed: int = 0) -> Artifact:
    """A logistic regression fitted on 200 generated rows of three features."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(200, 3))
    labels = (values @ [1.0, -2.0, 0.5] + random.normal(size=200) > 0).astype(np.int64)
    fitted = LogisticRegression().fit(values, labels)
    settings = {"classes": ["benign", "dga"], "names_hash": names_hash(NAMES)}
    weights = Weights("linear", settings, {"coefficients": fitted.coef_, "intercepts": fitted.intercept_})
    accuracy = Metric(float(fitted.score(values, labels)), 0.7, 0.95, "share", 200)
    evaluation = Evaluation({"accuracy": accuracy}, {"tld=com": {"accuracy": accuracy}})
    data = DataUse("invented names", "ab" * 32, 200, "Apache-2.0", "train-and-ship-weights")
    return Artifact(
        task=task,
        classes=("benign", "dga"),
        weights=weights.to_files(),
        feature_names=NAMES,
        preprocessing={"lower_case": True},
        thresholds={"dga": 0.75},
        evaluation=evaluation,
        datasets=(data,),
        settings={"penalty": "l2"},
        seed=seed,
        code_version="0.1.0+test",
        card=render("dga", TEXT, evaluation, [{"name": data.name, "rows": data.rows}], {"code version": "0.1.0+test"}),
    )
