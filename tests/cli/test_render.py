"""What people and programs read: log content can neither drive the terminal nor a spreadsheet."""

import csv
import io
import json
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from hodoscope.cli import render
from hodoscope.soc.coverage import FormatCoverage
from hodoscope.soc.finding import Contribution, Evidence, Finding
from hodoscope.soc.ingestion import IngestSummary
from tests.support.events import START, made_up_finding

EVIL = "\x1b]0;owned\x07\x1b[31m[bold]x[/bold]\r\n\u202egpj.exe\x9b2J=HYPERLINK(1)"


def evil_finding() -> Finding:
    """Every text that comes from logs is hostile."""
    return replace(
        made_up_finding(), title=EVIL, entity=f"host:{EVIL}", explanation=EVIL, how_to_check=EVIL, where=EVIL,
        contributions=(Contribution(EVIL, 1.0),), evidence=(Evidence("0" * 32, START, "user_name", EVIL),),
    )  # fmt: skip


def printed(*shown: object) -> str:
    """What reaches a terminal when :mod:`render`'s tables and pages are printed without colours."""
    console = Console(file=io.StringIO(), width=200, color_system=None, force_terminal=False)
    finding = evil_finding()
    render.findings_table([finding], console)
    render.finding_page(finding, console)
    counts = FormatCoverage(events=1)
    counts.unmapped_fields[EVIL] += 1
    counts.dead_letters[EVIL] += 1
    render.coverage_table({"json": counts}, console, 5)
    summary = IngestSummary(stored=1)
    summary.dead_letters[EVIL] += 1
    summary.skipped_sources[EVIL] += 1
    render.ingest_lines(summary, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_withdrawn_finding_is_marked_as_such() -> None:
    """In the list and on its page."""
    console = Console(file=io.StringIO(), width=200, color_system=None)
    gone = replace(made_up_finding(), revision=1)
    render.findings_table([gone], console)
    render.finding_page(gone, console)
    assert isinstance(console.file, io.StringIO)
    assert "Something happened (withdrawn)" in console.file.getvalue()
    assert "no longer supports it" in console.file.getvalue()


def test_control_sequences_in_log_content_never_reach_the_terminal() -> None:
    """No escape, bell, carriage return, C1 control or direction override; the content is still readable."""
    text = printed()
    assert {c for c in text if not c.isprintable() and c not in "\n"} == set()
    assert "owned" in text
    assert "[bold]x[/bold]" in text.replace("\n", "")


@given(st.text(max_size=30))
def test_escaped_text_is_printable_and_keeps_its_meaning(text: str) -> None:
    """What is printable stays as it is, whatever else is in the text."""
    console = Console(file=io.StringIO(), width=1000, color_system=None)
    console.print(render.escape(text), soft_wrap=True, highlight=False, emoji=False)
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue().removesuffix("\n")
    assert shown.isprintable()
    if text.isprintable():
        # rich doubles a single last backslash, so that markup behind it stays markup
        assert shown in (text, text + "\\" if text.endswith("\\") else text)


def test_spreadsheets_run_no_formula_from_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Cells that begin like a formula are text."""
    found = [replace(made_up_finding(), title=f"{start}cmd|' /C calc'!A0", entity=f"{start}1") for start in "=+-@\t\r"]
    render.findings_csv(found)
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    assert len(rows) == 6
    for row in rows:
        assert row["title"].startswith("'")
        assert row["entity"].startswith("'")
    assert rows[0]["attack"] == "T1110.003"


def test_a_finding_as_json_has_plain_values(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Names for severities, ISO times, lists for tuples; the keys scripts rely on."""
    render.write_json([render.as_document(made_up_finding())])
    (document,) = json.loads(capsysbinary.readouterr().out)
    assert document["severity"] == "medium"
    assert document["first_time"].startswith("2024-03-01T12:00:00")
    assert document["attack"] == ["T1110.003"]
    assert document["evidence"][0]["value"] == "b"
    assert {
        "finding_id",
        "detector",
        "entity",
        "explanation",
        "how_to_check",
        "where",
        "contributions",
    } <= document.keys()


def test_tables_to_a_pipe_are_wide_and_colourless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A script that reads them sees no escape codes and no broken lines."""
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    console = render.output()
    render.findings_table([made_up_finding()], console)
    assert console.width == render.WIDTH
    assert "\x1b" not in out.getvalue()
    assert "Something happened" in out.getvalue()
