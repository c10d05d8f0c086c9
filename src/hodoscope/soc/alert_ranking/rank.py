"""A ranker learned on networks where the truth is known, for one where it is not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.model import Model, Trainer
from hodoscope.lifecycle.models.boosting import BoostingTrainer
from hodoscope.soc.alert_ranking.alert_history import AlertHistory
from hodoscope.soc.alert_ranking.signature_rates import SignatureRates

CLASSES = ("harmless", "attack")
_TRAINER = BoostingTrainer(
    rounds=150, learning_rate=0.05, leaves=15, least_rows_per_leaf=20, columns_share=0.5, l2=10.0
)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """One network's first alerts: history, signature and truth, in the same order."""

    history: AlertHistory
    signatures: Sequence[str]
    attacks: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ranker:
    """Rates of signatures and a model of what surrounds them."""

    rates: SignatureRates
    model: Model

    def scores(self, history: AlertHistory, signatures: Sequence[str]) -> NDArray[np.float64]:
        """Probability of an attack per first alert (rows,)."""
        return self.model.predict(history.features(self.rates.of(signatures)))[:, 1]


def fit_ranker(networks: Sequence[Known], seed: int, trainer: Trainer = _TRAINER) -> Ranker:
    """Learn from at least two networks.

    While training, a network's signatures have the rates of the *other* networks: with its own, the model would learn
    to trust a table that has seen the answers. Raises ``InputError`` for fewer than two networks.
    """
    if len(networks) < 2:
        raise InputError(f"alerts: {len(networks)} network to learn from; rates need a second one that they come from")
    parts = [
        network.history.features(_rates([other for other in networks if other is not network]).of(network.signatures))
        for network in networks
    ]
    values = np.concatenate([part.dense() for part in parts])
    labels = np.concatenate([network.attacks for network in networks]).astype(np.int64)
    model = trainer.fit(Features(parts[0].names, values), labels, CLASSES, None, seed)
    return Ranker(_rates(networks), model)


def _rates(networks: Sequence[Known]) -> SignatureRates:
    signatures = [name for network in networks for name in network.signatures]
    return SignatureRates.fit(signatures, np.concatenate([network.attacks for network in networks]))
