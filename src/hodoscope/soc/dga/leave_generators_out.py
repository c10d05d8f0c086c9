"""Which names train and which test when each generator is judged by a model that never saw it.

Chosen names of sources that may not train stand in every test. A name that is tested trains nowhere in that fold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.lifecycle.dataset import ORIGIN, Dataset, combine
from hodoscope.lifecycle.datasheet import Purpose
from hodoscope.lifecycle.split import Fold, assert_disjoint
from hodoscope.soc.dga.learn import MOST_PER_GENERATOR
from hodoscope.soc.dga.name_lists import BENIGN, DGA, shippable

FOLDS = 10
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """``dataset`` holds the rows that ``folds`` index; ``chosen`` are registrants' names that train in every fold.

    ``networks`` are registered names seen in real networks: scored in every fold, trained on in none.
    """

    dataset: Dataset
    folds: tuple[Fold, ...]
    chosen: tuple[str, ...]
    networks: tuple[str, ...]

    def column(self, name: str) -> list[str]:
        """A column's values, one per row."""
        return [str(value) for value in self.dataset.table.column(name).to_pylist()]

    @property
    def generated(self) -> Flags:
        """Whether each row (rows,) was generated."""
        return np.asarray(np.array(self.column("label")) == DGA)


def plan(sources: Mapping[str, Dataset], networks: Sequence[str], seed: int) -> Plan:
    """Ten folds of generators, dealt at random by ``seed``; at most 300 names of a generator and source.

    Raises ``InputError`` when chosen names to train on, chosen names to test on or generated names are missing.
    """
    ships = set(shippable(sources.values()).table.column(ORIGIN).to_pylist())
    everything = combine(list(sources.values()), Purpose.EVALUATE)
    columns = (everything.table.column(name).to_pylist() for name in ("name", "label", "generator", ORIGIN))
    names, labels, generators, origins = (np.array(values) for values in columns)
    trains = np.isin(origins, sorted(ships))
    tested_benign = (labels == BENIGN) & ~trains
    kept = _capped(generators, origins, labels == DGA, seed)
    real = sorted({*networks} - {""})
    benign_tests = {*names[tested_benign].tolist(), *real}
    chosen = tuple(sorted({*names[(labels == BENIGN) & trains].tolist()} - benign_tests))
    if not (chosen and tested_benign.any() and kept.any()):
        raise InputError("names: generated names, chosen names that may train and others that only test are all needed")
    rows = np.flatnonzero(kept | tested_benign)
    dataset = everything.take(rows)
    fold_of = _dealt(sorted(set(generators[kept].tolist())), seed)
    number = np.array(
        [-1 if label == BENIGN else fold_of[g] for g, label in zip(generators[rows], labels[rows], strict=True)]
    )
    codes = [np.unique(values[rows], return_inverse=True)[1] for values in (names, generators)]
    folds = []
    for position in sorted(set(fold_of.values())):
        test = (number == position) | (number == -1)
        train = (number >= 0) & ~test & trains[rows] & ~np.isin(names[rows], names[rows][test])
        fold = Fold(np.flatnonzero(train), np.flatnonzero(test), f"generators {position}")
        assert_disjoint(fold, *codes)
        folds.append(fold)
    return Plan(dataset, tuple(folds), chosen, tuple(real))


def _capped(generators: NDArray[np.str_], origins: NDArray[np.str_], generated: Flags, seed: int) -> Flags:
    kept = np.zeros(len(generators), dtype=np.bool_)
    units: dict[tuple[str, str], list[int]] = {}
    for row in np.flatnonzero(generated).tolist():
        units.setdefault((generators[row], origins[row]), []).append(row)
    for unit in units.values():
        kept[np.random.default_rng(seed).permutation(unit)[:MOST_PER_GENERATOR]] = True
    return kept


def _dealt(generators: Sequence[str], seed: int) -> dict[str, int]:
    order = np.random.default_rng(seed).permutation(len(generators))
    return {generators[index]: position % FOLDS for position, index in enumerate(order)}
