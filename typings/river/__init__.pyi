# River is typed in part: names exist and nothing more (decision 0006 says why for pyarrow).
from typing import Any

def __getattr__(name: str) -> Any: ...
