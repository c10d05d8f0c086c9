# rensa ships no types: names exist and nothing more.
from typing import Any

def __getattr__(name: str) -> Any: ...
