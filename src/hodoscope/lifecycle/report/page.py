"""The page: sections in order, one style sheet, no script, nothing fetched."""

from importlib.resources import files
from pathlib import Path

from hodoscope.lifecycle.atomic_files import write_file
from hodoscope.lifecycle.report.markup import Markup, joined, tag
from hodoscope.lifecycle.report.report import HTML_FILE, JSON_FILE, Report, json_text
from hodoscope.lifecycle.report.sections import (
    appendix,
    calibration,
    comparisons,
    decisions,
    overview,
    promises,
    ranking,
)

SECTIONS = (
    overview.head,
    overview.floors,
    decisions.decisions,
    ranking.curves,
    calibration.calibration,
    comparisons.baselines,
    comparisons.slices,
    promises.promises,
    comparisons.repeats,
    appendix.data,
    appendix.figures,
    appendix.method,
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""Even if something slipped through the escaping, a browser would load and run nothing."""


def html(report: Report) -> str:
    """The whole page; the same bytes for the same report."""
    style = files("hodoscope.lifecycle.report").joinpath("style.css").read_text(encoding="utf-8")
    top = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", report.title),
        tag("style", Markup(style)),
    )
    foot = tag("footer", f"The same figures for programs are in {JSON_FILE}. Written by Hodoscope.")
    body = tag("body", tag("main", *(section(report) for section in SECTIONS)), foot)
    return joined(Markup("<!doctype html>\n"), tag("html", top, body, lang="en"), Markup("\n"))


def write(report: Report, folder: Path) -> tuple[Path, Path]:
    """Write both files into ``folder`` (made when absent), each whole or not at all; returns their paths.

    Raises ``StoreError`` when the disk does not take them.
    """
    paths = folder / HTML_FILE, folder / JSON_FILE
    for path, content in zip(paths, (html(report), json_text(report)), strict=True):
        write_file(path, content.encode())
    return paths
