"""``hodoscope forms`` from corpus to detection."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import browser
from tests.support.form_pages import write_corpus


def _run(*words: object) -> str:
    """In a process of its own: Playwright runs once per process, and another test may hold it."""
    command = [sys.executable, "-m", "hodoscope", "forms", *map(str, words)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_corpus_becomes_a_model_that_detects(tmp_path: Path) -> None:
    """vectorize, train, evaluate, export, detect, each on what the one before wrote."""
    if not browser.is_installed():
        pytest.skip(browser.ABSENT)
    write_corpus(tmp_path)
    vectors, model, page = tmp_path / "vectors", tmp_path / "forms.json", tmp_path / "page.html"
    assert "formasaurus: 12 pages, 36 forms, 108 fields" in _run("vectorize", "--data", tmp_path, "--out", vectors)
    _run("train", "--vectors", vectors, "--out", model, "--version", "mine")
    measured = json.loads(_run("evaluate", "--vectors", vectors, "--json"))
    assert measured["form_type"]["metrics"]["accuracy"]["value"] > 0.9
    _run("export", "--out", tmp_path / "out", "--model", model)
    page.write_text("<form action=/search><input name=q type=search placeholder=Search><button>Search</button></form>")
    found = json.loads(_run("detect", page, "--model", model, "--json"))
    assert [form["label"] for form in found] == ["search"]
    assert "search" in _run("detect", page, "--model", model)
