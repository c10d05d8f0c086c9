"""From the files of an artifact to a model that predicts; still nothing of the artifact is executed."""

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact.artifact import Artifact
from hodoscope.lifecycle.artifact.weights_check import ONNX_FORMAT, weights_format
from hodoscope.lifecycle.features import names_hash
from hodoscope.lifecycle.models.kinds import from_weights
from hodoscope.lifecycle.task import Trained
from hodoscope.lifecycle.weights import Weights


def load_trained(artifact: Artifact) -> Trained:
    """The model with what it needs beside its weights.

    ``InputError`` when weights and manifest disagree, and for ONNX, which is carried and not run here.
    """
    if weights_format(artifact.weights) == ONNX_FORMAT:
        raise InputError(f"{artifact.task}: ONNX weights are carried, not run; load them with a runtime of your own")
    model = from_weights(Weights.from_files(artifact.weights))
    if tuple(model.classes) != artifact.classes or model.names_hash != names_hash(artifact.feature_names):
        raise InputError(f"{artifact.task}: the weights are for other classes or features than the artifact says")
    return Trained(model, artifact.thresholds, artifact.preprocessing, artifact.settings)
