"""Firefox's form autofill pages: address, card and contact fields of some 45 countries, labelled in the markup.

The mark ``data-moz-autofill-type`` holds a token of the HTML standard's autofill field names or an extension of them.
``hand_labelled`` is labelled by people, ``common_crawl`` by a language model with a verifying pass: report them apart.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hodoscope.forms.corpora.marked import marked_pages
from hodoscope.forms.page import Page

LABEL: Final = "data-moz-autofill-type"
STRIP: Final = ("data-moz-autofill-", "data-fathom", "data-manual-")


def hand_labelled_archive(data: Path) -> Path:
    """The pages labelled by people, below a data folder."""
    return data / "forms" / "firefox_form_autofill" / "hand_labelled.zip"


def common_crawl_archive(data: Path) -> Path:
    """The pages labelled by a language model, below a data folder."""
    return data / "forms" / "firefox_form_autofill" / "common_crawl.zip"


def hand_labelled(data: Path) -> Iterator[Page]:
    """Pages labelled by people. Raises ``InputError`` when the archive is absent or damaged."""
    return marked_pages(hand_labelled_archive(data), "firefox_hand_labelled", STRIP)


def common_crawl(data: Path) -> Iterator[Page]:
    """Pages labelled by a language model. Raises ``InputError`` when the archive is absent or damaged."""
    return marked_pages(common_crawl_archive(data), "firefox_common_crawl", STRIP)
