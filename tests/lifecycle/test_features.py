"""Features carry their names, and refuse what no model may see."""

import hashlib

import numpy as np
import pytest
from scipy.sparse import csr_array

from hodoscope.errors import InputError
from hodoscope.lifecycle.features import Features, names_hash

VALUES = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


def test_the_hash_depends_on_names_and_their_order() -> None:
    """It is SHA-256 of what ``JSON.stringify`` gives in a browser."""
    assert names_hash(("a", "ü")) == hashlib.sha256('["a","ü"]'.encode()).hexdigest()
    assert names_hash(("a", "b")) != names_hash(("b", "a"))
    assert names_hash(("a,b",)) != names_hash(("a", "b"))


@pytest.mark.parametrize("values", [VALUES, csr_array(VALUES)])
def test_rows_are_taken_in_the_order_asked(values: object) -> None:
    """Dense and sparse alike."""
    taken = Features(("x", "y"), values).take(np.array([2, 0]))
    assert taken.dense().tolist() == [[5.0, 6.0], [1.0, 2.0]]
    assert taken.rows == 2


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind", [np.asarray, csr_array])
def test_nan_and_infinity_are_refused_with_the_column(bad: float, kind: type) -> None:
    """The message names the column and the remedy."""
    values = VALUES.copy()
    values[1, 1] = bad
    with pytest.raises(InputError, match=r"in 'y'; replace"):
        Features(("x", "y"), kind(values))


@pytest.mark.parametrize(
    ("names", "values", "message"),
    [
        (("x",), VALUES, "1 names for values of shape"),
        (("x", "x"), VALUES, "more than once"),
        (("x", "y"), VALUES.astype(np.int64), "int64"),
    ],
)
def test_names_that_do_not_fit_are_refused(names: tuple[str, ...], values: np.ndarray, message: str) -> None:
    """Before anything is trained with them."""
    with pytest.raises(InputError, match=message):
        Features(names, values)


def test_a_model_refuses_columns_in_another_order() -> None:
    """Same names, other order: coefficients would meet the wrong columns."""
    trained = Features(("x", "y"), VALUES)
    trained.require(trained.names_hash, "linear")
    with pytest.raises(InputError, match="linear: trained with other features"):
        Features(("y", "x"), VALUES).require(trained.names_hash, "linear")
