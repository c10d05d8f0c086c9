"""Events beside rules: read as written, and refused with the place of the mistake."""

from pathlib import Path

import pytest

from hodoscope.errors import InputError
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.sigma.cases import Case, cases_in, read_cases

GOOD = """\
format: windows_json
shared: {Channel: Security, Hostname: ws1, EventTime: '2026-03-02T09:00:00+00:00'}
fires:
  cleared: {EventID: 1102}
silent:
  many logons:
    - {repeat: 3, event: {EventID: 4624, TargetUserName: 'user{n}'}}
"""


def written(folder: Path, text: str) -> Path:
    """A folder with one rule and the cases beside it."""
    (folder / "log.yml").write_text("title: x\n", encoding="utf-8")
    (folder / "log.tests.yml").write_text(text, encoding="utf-8")
    return folder


def test_cases_are_read_with_shared_fields_and_repetition(tmp_path: Path) -> None:
    """Shared fields reach every event; a repeated one counts."""
    cleared, logons = cases_in(written(tmp_path, GOOD))
    assert (cleared.path, cleared.name, cleared.fires, cleared.format) == ("log.yml", "cleared", True, "windows_json")
    assert cleared.records == (
        b'{"Channel":"Security","Hostname":"ws1","EventTime":"2026-03-02T09:00:00+00:00","EventID":1102}',
    )
    assert not logons.fires
    assert [b"user%02d" % number in record for number, record in enumerate(logons.records)] == [True] * 3


def test_cases_become_events_that_know_their_case(tmp_path: Path) -> None:
    """The real normaliser reads them; the position of an event is the number of its case."""
    ((group, events),) = read_cases(cases_in(written(tmp_path, GOOD)), shipped_mappings())
    assert [case.name for case in group] == ["cleared", "many logons"]
    columns = (events[name].to_pylist() for name in ("source_position", "metadata_event_code"))
    assert set(zip(*columns, strict=True)) == {(0, "1102"), (1, "4624")}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("silent:", "silence:", "unknown part silence"),
        ("format: windows_json", "format: 7", "name the mapping in `format`"),
        ("  cleared: {EventID: 1102}", "  {}", "fires needs at least one named case"),
        ("repeat: 3", "repeat: 0", "repeat must be a whole number"),
        ("{EventID: 1102}", "7", "an event is an object or a line of text"),
        ("{EventID: 1102}", "{EventID: {1102: x}}", "use text as field names"),
    ],
)
def test_a_mistake_is_told_with_its_file(tmp_path: Path, old: str, new: str, message: str) -> None:
    """Where, what, what to do."""
    with pytest.raises(InputError, match=message) as told:
        cases_in(written(tmp_path, GOOD.replace(old, new)))
    assert "log.tests.yml" in str(told.value)


def test_cases_without_a_rule_are_told(tmp_path: Path) -> None:
    """A renamed rule must not leave its cases behind unseen."""
    (tmp_path / "gone.tests.yml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(InputError, match=r"no rule gone\.yml beside it"):
        cases_in(tmp_path)


def test_an_event_the_format_cannot_read_is_told() -> None:
    """A case that is no event would be a silent case that proves nothing."""
    case = Case("a.yml", "broken", False, "windows_json", (b"{",))
    with pytest.raises(InputError, match="case 'broken': not an event of windows_json"):
        list(read_cases([case], shipped_mappings()))
    with pytest.raises(InputError, match="no format 'vax'"):
        list(read_cases([Case("a.yml", "x", True, "vax", (b"",))], shipped_mappings()))
