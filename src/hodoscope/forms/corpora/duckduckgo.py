"""DuckDuckGo's autofill test forms: snippets of real sites of 2021 to 2025, fields labelled by hand.

The mark ``data-manual-scoring`` is the label of a field; the page's name ends in its kind (``…_login.html``). Besides
the labels, results of the upstream rules (``data-ddg-…``) stand in some pages and are stripped too.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hodoscope.forms.corpora.marked import marked_pages
from hodoscope.forms.page import Page

NAME: Final = "duckduckgo"
LABEL: Final = "data-manual-scoring"
STRIP: Final = ("data-manual-", "data-ddg-")


def archive(data: Path) -> Path:
    """The corpus below a data folder."""
    return data / "forms" / "duckduckgo_autofill" / "test_forms.zip"


def pages(data: Path) -> Iterator[Page]:
    """All pages. Raises ``InputError`` when the archive is absent or damaged."""
    return marked_pages(archive(data), NAME, STRIP)


def page_kind(page_id: str) -> str:
    """``accounts_x_signup.html`` → ``signup``; kinds of several words (``change-password``) are kept whole.

    >>> page_kind("bank_change-password.html")
    'change-password'
    """
    return re.sub(r"\d+$", "", page_id.removesuffix(".html").rsplit("_", 1)[-1].lower()).strip("-")
