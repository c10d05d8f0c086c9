"""A solver that stops at its limit of iterations gives a usable model; the evaluation tells how good it is."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from hodoscope.lifecycle import extra


@contextmanager
def tolerated() -> Iterator[None]:
    """Silences scikit-learn's ``ConvergenceWarning`` inside the block, and no other warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", extra.load("sklearn.exceptions").ConvergenceWarning)
        yield
