"""``hodoscope doctor``: is this machine ready, and if not, what to do."""

import os
import platform
import shutil
import sys
from importlib import metadata
from pathlib import Path

from hodoscope.cli import options
from hodoscope.cli.places import default_store

MINIMUM_FREE = 2 * 2**30
"""Bytes of free disk below which the doctor warns: the embedded engine needs room to merge."""
PACKAGES = ("chdb", "clickhouse-connect", "evtx", "numpy", "orjson", "polars", "pyarrow")


def doctor(store: options.Store = None, journal: options.Journal = None, json: options.Json = False) -> None:
    """Check Python, packages, memory, disk, mappings, detectors and that store and journal open.

    Example: `hodoscope doctor`
    """
    from rich.console import Console

    from hodoscope.cli import render

    checks = [_python(), *_packages(), _memory(), _disk(store), _mappings(), _detectors(), _store(store, journal)]
    failed = [check for check in checks if not check[1]]
    if json:
        render.write_json([{"check": name, "ok": ok, "detail": detail} for name, ok, detail in checks])
    else:
        console = Console()
        for name, ok, detail in checks:
            mark = "[green]ok[/]  " if ok else "[red]bad[/] "
            console.print(f"{mark} {name}: {render.escape(detail)}", soft_wrap=True)
    if failed:
        raise SystemExit(1)


Check = tuple[str, bool, str]


def _python() -> Check:
    good = sys.version_info >= (3, 11)
    return "python", good, f"{platform.python_version()}{'' if good else '; install Python 3.11 or newer'}"


def _packages() -> list[Check]:
    checks = []
    for name in PACKAGES:
        try:
            checks.append((name, True, metadata.version(name)))
        except metadata.PackageNotFoundError:
            checks.append((name, False, "not installed; run `make setup` or install hodoscope again"))
    return checks


def _memory() -> Check:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return "memory", total >= 3 * 2**30, f"{total / 2**30:.1f} GiB (3 GiB is enough for 10 million events)"


def _disk(store: str | None) -> Check:
    folder = Path((store or default_store()).removeprefix("chdb://"))
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    return "disk", free >= MINIMUM_FREE, f"{free / 2**30:.1f} GiB free at {folder}"


def _mappings() -> Check:
    from hodoscope.errors import HodoscopeError
    from hodoscope.soc.normalise.mapping import shipped_mappings

    try:
        return "mappings", True, f"{len(shipped_mappings())} formats"
    except HodoscopeError as error:
        return "mappings", False, str(error)


def _detectors() -> Check:
    from hodoscope.soc.detectors.registry import build_all

    return "detectors", True, f"{len(build_all())}"


def _store(store: str | None, journal: str | None) -> Check:
    from hodoscope.cli.session import session
    from hodoscope.errors import HodoscopeError

    try:
        with session(store, journal) as opened:
            counts = opened.store.counts(tenant="default")
            return "store", True, f"{opened.where}: {counts.events:,} events, {counts.findings:,} findings"
    except HodoscopeError as error:
        return "store", False, str(error)
