# pyarrow ships no types, and the published stubs describe 20.0 and reject valid calls of 26 (566 errors when tried).
# Names are therefore untyped here; our own signatures stay fully typed. Delete this folder once pyarrow is typed.
from typing import Any

def __getattr__(name: str) -> Any: ...
