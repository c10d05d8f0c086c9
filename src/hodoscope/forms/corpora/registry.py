"""Every corpus by name, and those that are on this machine."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from hodoscope.errors import InputError
from hodoscope.forms.corpora import duckduckgo, firefox, formasaurus
from hodoscope.forms.page import Page

CORPORA: Final[dict[str, tuple[Callable[[Path], Path], Callable[[Path], Iterator[Page]]]]] = {
    formasaurus.NAME: (formasaurus.archive, formasaurus.pages),
    duckduckgo.NAME: (duckduckgo.archive, duckduckgo.pages),
    "firefox_hand_labelled": (firefox.hand_labelled_archive, firefox.hand_labelled),
    "firefox_common_crawl": (firefox.common_crawl_archive, firefox.common_crawl),
}
"""Name → archive below a data folder, and pages of it."""


def present(data: Path) -> dict[str, Iterator[Page]]:
    """Pages of every corpus whose archive is below ``data``. Raises ``InputError`` when there is none."""
    found = {name: pages(data) for name, (archive, pages) in CORPORA.items() if archive(data).is_file()}
    if not found:
        raise InputError(f"{data / 'forms'}: none of the corpora {', '.join(CORPORA)} is there; name the data folder")
    return found
