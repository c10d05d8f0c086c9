"""Whether a browser is on this machine."""

import importlib.util

from hodoscope.forms.chromium import browser_path

ABSENT = "browser tests skipped: Chromium or Playwright not installed"


def is_installed() -> bool:
    """Chromium on the path (or named by ``HODOSCOPE_CHROMIUM``) and Playwright importable."""
    return importlib.util.find_spec("playwright") is not None and browser_path() is not None
