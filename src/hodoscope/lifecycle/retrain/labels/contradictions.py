"""New labels that contradict an earlier label of the same thing, or each other."""

import numpy as np
from numpy.typing import NDArray


def contradictions(items: NDArray[np.int64], labels: NDArray[np.int64], new: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(rows,): new rows whose item has an old row with another label, or a new one where no old row decides.

    ``items`` and ``labels`` hold codes per row. Where the old labels of an item disagree themselves, they decide
    nothing. A correction of a wrong old label is held too: somebody has to look, once.
    """
    order = np.lexsort((labels, items))
    held = np.zeros(len(items), np.bool_)
    for group in np.split(order, np.flatnonzero(np.diff(items[order])) + 1):
        fresh = group[new[group]]
        known = np.unique(labels[group[~new[group]]])
        if len(known) == 1:
            held[fresh] = labels[fresh] != known[0]
        elif len(np.unique(labels[fresh])) > 1:
            held[fresh] = True
    return held
