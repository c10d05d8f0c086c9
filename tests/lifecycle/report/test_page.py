"""The page is whole, safe and the same every time."""

import json
from pathlib import Path

import pytest
from tests.lifecycle.report.cases import HOSTILE, everything, several
from tests.lifecycle.report.test_markup import Reader

from hodoscope.errors import InputError, StoreError
from hodoscope.lifecycle.metric import Evaluation
from hodoscope.lifecycle.report.page import html, write
from hodoscope.lifecycle.report.report import Report

QUIET = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "section",
    "footer",
    "div",
    "p",
    "h1",
    "h2",
    "h3",
    "b",
}
QUIET |= {"table", "thead", "tbody", "tr", "th", "td", "span", "figure", "figcaption", "code"}
QUIET |= {"svg", "g", "line", "rect", "circle", "polyline", "polygon", "text"}


@pytest.fixture(scope="module")
def plain() -> Report:
    """A report with every part."""
    return everything()


def read(page: str) -> Reader:
    """As a browser would."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def test_hostile_names_stay_text() -> None:
    """Wherever a name can come from: no element beyond ours, no attribute that runs or fetches."""
    found = read(html(everything(HOSTILE)))
    assert {name for name, _ in found.tags} <= QUIET
    attributes = {key for _, several in found.tags for key in several}
    assert not {key for key in attributes if key.startswith("on") or key in {"href", "src", "srcset", "action"}}
    assert "<script>alert('\"x\"')</script>" in found.said


def test_the_page_needs_nothing_from_elsewhere(plain: Report) -> None:
    """No address, no import, and a policy that forbids both."""
    page = html(plain)
    assert "default-src 'none'" in page.replace("&#x27;", "'")
    for outside in ("http:", "https:", "url(", "@import", "<script", "<link", "<img"):
        assert outside not in page
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page


def test_every_part_is_there(plain: Report) -> None:
    """All sections of a full report; none that is empty in a small one."""
    said = read(html(plain)).said
    parts = (
        "Floors",
        "Decisions",
        "Ranking",
        "Calibration",
        "Beside the baselines",
        "Slices",
        "Acting without a human",
    )
    for part in (*parts, "Repeated cross-validation", "Data", "All figures", "Method"):
        assert part in said
    small = read(html(several())).said
    assert "Acting without a human" not in small
    assert "a or b" in small


def test_the_same_report_gives_the_same_bytes(plain: Report, tmp_path: Path) -> None:
    """Written twice, nothing else in the folder."""
    first = [path.read_bytes() for path in write(plain, tmp_path / "new")]
    assert [path.read_bytes() for path in write(plain, tmp_path / "new")] == first
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["report.html", "report.json"]


def test_the_json_holds_the_evaluation(tmp_path: Path) -> None:
    """Undefined figures as null; the evaluation reads back as it was."""
    report = several()
    _, path = write(report, tmp_path)
    document = json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    again = Evaluation.from_json(json.dumps(document["evaluation"]))
    assert again.metrics["auc[a]"] == report.evaluation.metrics["auc[a]"]
    assert document["evaluation"]["metrics"]["recall[never]"]["value"] is None


def test_what_cannot_be_written_leaves_nothing(plain: Report, tmp_path: Path) -> None:
    """A config no JSON can hold, a folder that is a file."""
    odd = Evaluation(plain.evaluation.metrics, config={"object": object()})
    with pytest.raises(InputError, match="no JSON can hold it"):
        write(Report("odd", odd, plain.detail), tmp_path / "odd")
    assert not (tmp_path / "odd").exists()
    (tmp_path / "file").write_text("taken")
    with pytest.raises(StoreError):
        write(plain, tmp_path / "file")
