"""Every kind of model that can be read back, by the name its weights carry."""

from collections.abc import Callable

from hodoscope.errors import InputError
from hodoscope.lifecycle.model import Model
from hodoscope.lifecycle.models.boosting import BoostingModel
from hodoscope.lifecycle.models.linear import LinearModel
from hodoscope.lifecycle.models.mlp import MlpModel
from hodoscope.lifecycle.models.nearest import NearestModel
from hodoscope.lifecycle.models.prior import PriorModel
from hodoscope.lifecycle.weights import Weights

KINDS: dict[str, Callable[[Weights], Model]] = {
    "boosting": BoostingModel.from_weights,
    "linear": LinearModel.from_weights,
    "mlp": MlpModel.from_weights,
    "nearest": NearestModel.from_weights,
    "prior": PriorModel.from_weights,
}


def from_weights(weights: Weights) -> Model:
    """The model that ``weights`` describe. Executes nothing of theirs.

    Raises ``InputError`` for an unknown kind, and when settings or arrays are missing or do not fit each other.
    """
    if weights.kind not in KINDS:
        raise InputError(f"weights: unknown kind {weights.kind!r}; this version reads {', '.join(sorted(KINDS))}")
    try:
        return KINDS[weights.kind](weights)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"weights {weights.kind}: not the settings of such a model ({error!r})") from None
