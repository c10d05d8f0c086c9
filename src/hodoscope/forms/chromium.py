"""Headless Chromium with the runtime loaded: the one file that talks to Playwright.

The browser reaches nothing: every host name resolves to an error and background networking is off. What one would get
wrong: with JavaScript disabled in the context timers never fire and ``noscript`` becomes real DOM, so pages are parsed
by ``DOMParser`` inside one live page instead; their scripts never run.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hodoscope.errors import HodoscopeError, InputError

BROWSER_VARIABLE: Final = "HODOSCOPE_CHROMIUM"
RUNTIME: Final = Path(__file__).resolve().parent / "runtime"
VIEWPORT: Final = (1280, 800)
_ARGUMENTS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--enable-precise-memory-info",
)
_CANDIDATES: Final = ("chromium", "chromium-browser", "google-chrome")


class BrowserError(HodoscopeError):
    """Chromium or Playwright is missing or did not start; the message holds the remedy."""

    exit_code = 8


def browser_path() -> str | None:
    """The Chromium to use: ``HODOSCOPE_CHROMIUM``, else one on the path, else None (Playwright's own, if installed)."""
    configured = os.environ.get(BROWSER_VARIABLE)
    if configured:
        if not Path(configured).exists():
            raise InputError(f"{BROWSER_VARIABLE}={configured}: no such file; name the browser's executable")
        return configured
    return next((path for name in _CANDIDATES if (path := shutil.which(name))), None)


@dataclass(frozen=True, slots=True)
class LivePage:
    """One live page in which a bundle of the runtime is loaded as ``hodoscopeForms``."""

    version: str
    """Chromium's."""
    digest: str
    """16 hex digits of the bundle's SHA-256."""
    handle: Any
    """Playwright's page."""

    def call(self, function: str, argument: object = None) -> Any:
        """The JSON value that a JavaScript function expression returns for ``argument``."""
        return self.handle.evaluate(function, argument)

    def throttle(self, factor: int) -> None:
        """Slows the page's CPU down by ``factor``; 1 is full speed. The session stays: detaching would end it."""
        session = self.handle.context.new_cdp_session(self.handle)
        session.send("Emulation.setCPUThrottlingRate", {"rate": factor})


@contextmanager
def live_page(bundle: str = "training.js", arguments: tuple[str, ...] = ()) -> Iterator[LivePage]:
    """Starts Chromium, opens an empty page, loads ``runtime/<bundle>`` into it; all is closed on exit.

    A process holds one at a time: Playwright's synchronous interface runs one event loop per thread. Raises
    ``BrowserError`` when Playwright or Chromium is missing.
    """
    try:
        from playwright import sync_api  # noqa: TID251 -- the one file that drives a browser
    except ImportError:
        raise BrowserError("Playwright is not installed; pip install 'hodoscope[forms-train]'") from None
    sandbox = () if os.geteuid() else ("--no-sandbox",)  # Chromium refuses to sandbox as root
    with sync_api.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=browser_path(), headless=True, args=[*_ARGUMENTS, *sandbox, *arguments]
            )
        except sync_api.Error as error:
            first = str(error).splitlines()[0]
            raise BrowserError(f"Chromium did not start ({first}); install it or set {BROWSER_VARIABLE}") from error
        try:
            page = browser.new_page(viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]})
            script = (RUNTIME / bundle).read_bytes()
            page.add_script_tag(content=script.decode("utf-8"))
            yield LivePage(browser.version, hashlib.sha256(script).hexdigest()[:16], page)
        finally:
            browser.close()
