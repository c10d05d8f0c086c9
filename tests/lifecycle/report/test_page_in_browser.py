"""The page as a browser shows it: light, dark, on paper and on a narrow screen."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.lifecycle.report.cases import HOSTILE, everything
from tests.support import browser

from hodoscope.forms.chromium import live_page
from hodoscope.lifecycle.report.page import write

BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, list[str]]]:
    """A report full of hostile names in Chromium, and whatever the browser complained about."""
    if not browser.is_installed():
        pytest.skip(browser.ABSENT)
    path, _ = write(everything(HOSTILE), tmp_path_factory.mktemp("report"))
    with live_page() as live:
        complaints: list[str] = []
        live.handle.on("console", lambda message: complaints.append(message.text))
        live.handle.on("dialog", lambda dialog: complaints.append(dialog.message))
        live.handle.goto(path.as_uri())
        yield live.handle, complaints


def test_it_opens_without_a_complaint_and_without_a_script(shown: tuple[Any, list[str]]) -> None:
    """No blocked resource, no dialog from a hostile name."""
    page, complaints = shown
    assert page.evaluate("document.scripts.length + document.images.length") == 0
    assert complaints == []


def test_light_dark_and_paper_have_their_own_colours(shown: tuple[Any, list[str]]) -> None:
    """Paper is white even for a reader who prefers dark."""
    page, _ = shown
    colours = {}
    for scheme, medium in (("light", "screen"), ("dark", "screen"), ("dark", "print")):
        page.emulate_media(color_scheme=scheme, media=medium)
        colours[scheme, medium] = page.evaluate(BACKGROUND)
    assert len(set(colours.values())) == 3
    assert colours["dark", "print"] == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [380, 1100])
def test_nothing_hangs_over_the_edge(shown: tuple[Any, list[str]], width: int) -> None:
    """Wide plots and tables scroll inside their card."""
    page, _ = shown
    page.emulate_media(color_scheme="light", media="screen")
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # No column is squeezed to a letter a line: that makes the page endless.
    assert page.evaluate("document.documentElement.scrollHeight") < 30_000
