"""Running the peers of the Sigma engine, each in an environment of its own, on files that all of them read.

``HODOSCOPE_PEERS`` names the ``bin`` folder of a Python environment made from ``requirements/peers.txt``; the Rust
engine is built there by ``make peers`` where a Rust compiler is installed. Who is absent is left out.
"""

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Pairs = frozenset[tuple[str, int]]
"""(rule id, number of the event in its file)."""
HERE = Path(__file__).parent
RUST = "rsigma_peer"
PREFILTERS = ("none", "bloom", "literals")
RUNS = 2
"""Each engine's better one counts: on a shared machine the same work takes up to three times as long."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one engine found in one file. CPU seconds: ``load`` reads the events in, ``match`` evaluates all rules."""

    name: str
    hits: Pairs
    load: float
    match: float
    silent: Mapping[str, str] = field(default_factory=dict)  # rule id → why the engine does not run it


def peers_folder() -> Path:
    """Where the peers' programs are."""
    named = os.environ.get("HODOSCOPE_PEERS")
    return Path(named) if named else HERE.parent / ".venv-peers" / "bin"


def absent() -> list[str]:
    """Peers that are not installed, to be said once."""
    folder = peers_folder()
    names = {"SQLite peers": "python", "rsigma": RUST}
    return [name for name, program in names.items() if not (folder / program).exists()]


def sqlite_answers(rules: Path, events: Path, folder: Path) -> dict[str, Answer]:
    """Zircolite's way, and pySigma's SQLite backend alone; empty when not installed."""
    python = peers_folder() / "python"
    if not python.exists():
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([python, "-P", HERE / "sigma_peer_sqlite.py", rules, events, folder], check=True)
    told = json.loads((folder / "answer.json").read_text())
    return {name: _sqlite_answer(name, told) for name in ("zircolite", "plain")}


def _sqlite_answer(name: str, told: Mapping[str, Any]) -> Answer:
    own = told[name]
    return Answer(name, _pairs(own["hits"]), told["load_cpu"], own["cpu"], told["refused"] | own["failed"])


def rust_answer(rules: Path, folder: Path) -> Answer | None:
    """The Rust engine over the flat rows of the SQLite peers, with whichever of its prefilters is the fastest."""
    program = peers_folder() / RUST
    if not program.exists() or not (folder / "rows.jsonl").exists():
        return None
    unpacked = folder / "rules"
    with zipfile.ZipFile(rules) as archive:
        archive.extractall(unpacked)
    best: Answer | None = None
    for prefilter in PREFILTERS * RUNS:
        out = folder / f"rust_{prefilter}.json"
        subprocess.run([program, unpacked, folder / "pipeline.yml", folder / "rows.jsonl", out, prefilter], check=True)
        told = json.loads(out.read_text())
        if best is None or told["cpu"] < best.match:
            best = Answer(f"rsigma ({prefilter})", _pairs(told["hits"]), told["parse_cpu"], told["cpu"])
    shutil.rmtree(unpacked)
    return best


def rows_of(folder: Path) -> list[dict[str, str]]:
    """The peers' flat rows: column in lower case → text."""
    with (folder / "rows.jsonl").open(encoding="utf-8") as lines:
        return [{name.lower(): _text(value) for name, value in json.loads(line).items()} for line in lines]


def _text(value: object) -> str:
    return {True: "1", False: "0"}[value] if isinstance(value, bool) else str(value)


def _pairs(hits: Mapping[str, list[int]]) -> Pairs:
    return frozenset((rule, number) for rule, numbers in hits.items() for number in numbers)
