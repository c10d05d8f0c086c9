"""Where things live by default."""

import os
from pathlib import Path


def default_store() -> str:
    """``$XDG_DATA_HOME/hodoscope`` or ``~/.local/share/hodoscope``."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return str(Path(base) / "hodoscope")


def rule_cache() -> Path:
    """``$XDG_CACHE_HOME/hodoscope/rules`` or ``~/.cache/hodoscope/rules``: compiled rules and fetched packs."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "hodoscope" / "rules"
