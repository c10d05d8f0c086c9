"""pandas stays out of the command line's process, whichever library asks for it."""

import subprocess
import sys

SCRIPT = """
from hodoscope.cli.startup import keep_pandas_out
keep_pandas_out()
import pyarrow, polars, sys
assert pyarrow.array([1]).to_pylist() == [1]
try:
    import pandas
except ModuleNotFoundError as error:
    print(error.name, 'pandas' in sys.modules)
"""


def test_pandas_is_not_imported_and_nothing_misses_it() -> None:
    """Arrays are made as before; who imports it is told that it is not there."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["pandas", "False"]
