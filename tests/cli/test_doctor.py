"""The doctor checks what running needs and says what to do."""

import json

import pytest
from typer.testing import CliRunner

from hodoscope.cli import doctor
from hodoscope.cli.app import app
from tests.support.store import fresh_store_url


def test_a_good_machine_passes_every_check() -> None:
    """Each check by name; the store's counts are told."""
    done = CliRunner().invoke(app, ["doctor", "--json", "--store", fresh_store_url()])
    checks = {item["check"]: item for item in json.loads(done.stdout)}
    assert {"python", "chdb", "memory", "disk", "mappings", "detectors", "store"} <= checks.keys()
    assert [name for name, item in checks.items() if not item["ok"]] == []
    assert done.exit_code == 0
    assert "0 events" in checks["store"]["detail"]


def test_a_bad_check_says_what_to_do_and_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1, so that a script notices."""
    monkeypatch.setattr(doctor, "PACKAGES", ("no-such-package",))
    done = CliRunner().invoke(app, ["doctor", "--store", fresh_store_url()])
    assert done.exit_code == 1
    assert "make setup" in done.stdout


def test_a_store_that_does_not_open_is_a_bad_check() -> None:
    """Not a traceback."""
    done = CliRunner().invoke(app, ["doctor", "--json", "--store", "gopher://x/y"])
    checks = {item["check"]: item for item in json.loads(done.stdout)}
    assert not checks["store"]["ok"]
    assert done.exit_code == 1
