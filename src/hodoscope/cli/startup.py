"""Keeps the command line quick to start."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _WithoutPandas(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is kept out of the command line", name="pandas")
        return None


def keep_pandas_out() -> None:
    """Stop libraries from importing pandas in this process.

    The embedded engine installs pandas, and pyarrow then imports it at the first array it makes: 1.3 CPU-seconds for a
    library nothing here uses.
    """
    sys.meta_path.insert(0, _WithoutPandas())
