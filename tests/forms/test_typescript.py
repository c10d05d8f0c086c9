"""The TypeScript side: its own tests pass, and the bundles that Python ships are those of today's source."""

import shutil
import subprocess
from pathlib import Path

import pytest

from hodoscope.forms.chromium import RUNTIME
from tests.support.shared_data import REPOSITORY

TYPESCRIPT = REPOSITORY / "ts"
ABSENT = "TypeScript tests skipped: Node or ts/node_modules not installed"


@pytest.fixture(autouse=True)
def _node() -> None:
    if shutil.which("node") is None or not (TYPESCRIPT / "node_modules").is_dir():
        pytest.skip(ABSENT)


def _run(*words: str, folder: Path = TYPESCRIPT) -> None:
    run = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    assert run.returncode == 0, (run.stdout + run.stderr)[-3000:]


def test_bundles_are_fresh(tmp_path: Path) -> None:
    """Remedy: cd ts && npm run build."""
    _run("node", "build.mjs", str(tmp_path), folder=TYPESCRIPT / "form-runtime")
    for name in ("runtime.js", "training.js"):
        assert (tmp_path / name).read_bytes() == (RUNTIME / name).read_bytes(), name


def test_unit_tests_pass() -> None:
    """Words, hashes, the golden chain, slices: `npm test`."""
    _run("npx", "vitest", "run")
