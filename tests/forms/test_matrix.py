"""The design matrix and the integer sums are two views of the same vectors."""

import numpy as np
import pyarrow as pa

from hodoscope.forms.matrix import design

TABLE = pa.table(
    {
        "hashes": pa.array([[1, 1, 9, -1], [], [5]], pa.list_(pa.int32())),
        "ends": pa.array([[3, 4], [0, 0], [0, 1]], pa.list_(pa.int32())),
    }
)


def test_each_namespace_has_a_norm_of_its_own() -> None:
    """Three hashes give 1/sqrt(3) each, a repeated one twice that; scale 2 doubles the second namespace."""
    matrix = design(TABLE, 3, (1.0, 2.0)).toarray()
    expected = np.zeros((3, 8))
    expected[0, 1] = 3 / np.sqrt(3)  # 1 twice, and 9 falls into bucket 1 too
    expected[0, 7] = 2.0  # -1 has all bits set
    expected[2, 5] = 2.0
    assert np.allclose(matrix, expected)


def test_scale_zero_drops_a_namespace() -> None:
    """Nothing of it is stored."""
    assert design(TABLE, 3, (0.0, 1.0)).nnz == 2
