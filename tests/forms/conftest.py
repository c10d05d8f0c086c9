"""A live page for the tests of a file, and a small corpus vectorised in it.

Not one for the session: a process holds one at a time, and tests elsewhere open theirs.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hodoscope.forms.chromium import LivePage, live_page
from hodoscope.forms.corpora import formasaurus
from hodoscope.forms.vectorise import vectorise
from hodoscope.forms.vectors import Vectors
from tests.support import browser
from tests.support.form_pages import write_corpus


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder with an invented corpus of twelve sites."""
    data = tmp_path_factory.mktemp("data")
    write_corpus(data)
    return data


@pytest.fixture(scope="module")
def live() -> Iterator[LivePage]:
    """A live page with the training bundle; the test is skipped where there is no browser."""
    if not browser.is_installed():
        pytest.skip(browser.ABSENT)
    with live_page() as page:
        yield page


@pytest.fixture(scope="module")
def small_vectors(live: LivePage, small_corpus: Path) -> Vectors:
    """The invented corpus through the runtime in Chromium."""
    return vectorise(live, formasaurus.pages(small_corpus))
