"""The browser reaches nothing and fails with a remedy."""

from pathlib import Path

import pytest

from hodoscope.errors import InputError
from hodoscope.forms.chromium import BROWSER_VARIABLE, RUNTIME, LivePage, browser_path
from hodoscope.forms.spec import FEATURE_SPEC


def test_page_runs_the_bundle_that_ships(live: LivePage) -> None:
    """Its feature contract is Python's."""
    assert live.call("() => hodoscopeForms.FEATURE_SPEC") == FEATURE_SPEC
    assert len(live.digest) == 16


def test_no_host_is_reached(live: LivePage) -> None:
    """Every name resolves to an error."""
    assert live.call("() => fetch('http://somewhere.example/').then(() => 'reached', () => 'refused')") == "refused"


def test_named_browser_must_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A wrong variable is an error, not another browser."""
    monkeypatch.setenv(BROWSER_VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(InputError, match=BROWSER_VARIABLE):
        browser_path()


def test_runtime_names_no_network_and_no_extension_api() -> None:
    """Neither `fetch` nor `chrome.` nor `Intl` nor a layout getter stands in what ships."""
    text = (RUNTIME / "runtime.js").read_text(encoding="utf-8")
    network, layout = "fetch( XMLHttpRequest WebSocket sendBeacon", "getBoundingClientRect getComputedStyle innerText"
    forbidden = f"{network} {layout} offsetWidth chrome. Intl"
    assert [word for word in forbidden.split() if word in text] == []
