"""How scikit-learn's solvers are run here: on one thread, stopping at their limit without complaint."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from hodoscope.lifecycle import extra


@contextmanager
def solver() -> Iterator[None]:
    """One thread, so that sums have one order and the weights the same bits on every machine's number of cores.

    It costs nothing: on problems of this size a second thread took logistic regression from .13 to .95 processor
    seconds. A solver that stops at its limit of iterations gives a usable model whose worth the evaluation tells, so
    ``ConvergenceWarning`` is silenced, and no other warning.
    """
    threads = extra.load("threadpoolctl").threadpool_limits(limits=1)
    with threads, warnings.catch_warnings():
        warnings.simplefilter("ignore", extra.load("sklearn.exceptions").ConvergenceWarning)
        yield
