"""The operator's files: tolerant of spelling, strict about meaning, and no bad row goes unreported."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hodoscope.errors import InputError
from hodoscope.soc.enrich.operator_files import load_operator_files

_IOCS = "type,value,source,confidence\n# a comment\nipv4,192.0.2[.]1,feed,80%\ndomain,evil.test,feed,\n"


def test_folder_of_all_five_files_loads(tmp_path: Path) -> None:
    """CSV with a BOM and other delimiters, JSON and JSON lines side by side."""
    (tmp_path / "assets.csv").write_bytes(
        "\ufeffHost;FQDN;IP;OS;Criticality;Owner\nWS01;ws01.a.example;10.0.0.1;win;5;it\n".encode()
    )
    (tmp_path / "identities.json").write_text('[{"User Name": "bob", "SID": "S-1-5-21-1-2-3-4", "privileged": true}]')
    (tmp_path / "leases.ndjson").write_text(
        '{"ip":"10.0.0.5","host":"ws02","start":"2024-05-01T00:00:00Z","end":null}\n'
    )
    (tmp_path / "scanners.tsv").write_text("network\tname\n10.9.0.0/24\tscan\n")
    (tmp_path / "iocs.csv").write_text(_IOCS)
    (tmp_path / "README.md").write_text("not for us")
    knowledge, report = load_operator_files([tmp_path])
    assert dict(report.used) == {"assets": 1, "identities": 1, "leases": 1, "scanners": 1, "indicators": 2}
    assert report.problems == []
    assert knowledge.criticality("host:ws01") == 5
    assert knowledge.is_privileged("user:bob")
    assert [entry.confidence for entry in knowledge.indicators.details("ip:192.0.2.1")] == [80]


def test_bad_rows_are_reported_with_their_line_and_skipped(tmp_path: Path) -> None:
    """Each problem names file and line; the good rows around it load."""
    rows = [
        "ip,host,start,end",
        "10.0.0.1,a,2024-05-01,2024-05-02",
        "nonsense,b,2024-05-01,",
        "10.0.0.2,c,someday,",
        "10.0.0.3,d,2024-05-02,2024-05-01",
        "10.0.0.4,,2024-05-01,",
        "10.0.0.5,e,1714521600,",
        "1,2,3,4,5",
    ]
    (tmp_path / "leases.csv").write_text("\n".join(rows))
    _, report = load_operator_files([tmp_path / "leases.csv"])
    assert (report.used["leases"], report.skipped["leases"]) == (2, 5)
    assert [problem.where for problem in report.problems] == [f"leases.csv:{line}" for line in (3, 4, 5, 6, 8)]
    assert all(problem.remedy for problem in report.problems)


def test_row_that_is_not_utf8_is_skipped_alone(tmp_path: Path) -> None:
    """One Latin-1 name does not cost the other rows."""
    (tmp_path / "identities.csv").write_bytes(b"user,display_name\nbob,Bob\neve,\xc9ve\ncarol,C\xc3\xa4rol\n")
    _, report = load_operator_files([tmp_path])
    assert report.used["identities"] == 2
    assert "UTF-8" in str(report.problems[0])
    assert report.problems[0].where == "identities.csv:3"


def test_overlapping_leases_are_reported_with_both_lines(tmp_path: Path) -> None:
    """The operator sees which two rows contradict each other."""
    (tmp_path / "leases.csv").write_text(
        "ip,host,start,end\n10.0.0.1,a,2024-05-01,2024-05-03\n10.0.0.1,b,2024-05-02,\n"
    )
    _, report = load_operator_files([tmp_path])
    assert "leases.csv:2" in report.problems[0].what
    assert report.problems[0].where == "leases.csv:3"


def test_file_of_unknown_name_is_known_by_its_columns(tmp_path: Path) -> None:
    """An export from elsewhere need not be renamed when its header is telling."""
    (tmp_path / "export.csv").write_text("indicator_type,indicator\nmd5," + "ab" * 16 + "\n")
    knowledge, _ = load_operator_files([tmp_path / "export.csv"])
    assert knowledge.indicators.ids == ("md5:" + "ab" * 16,)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("assets.csv", "address,os\n10.0.0.1,linux\n", "need a column 'host'"),
        ("what.csv", "colour,size\nred,9\n", "say what it is"),
        ("assets.json", "[{]", "not JSON"),
    ],
)
def test_unusable_file_says_what_to_do(tmp_path: Path, name: str, content: str, message: str) -> None:
    """A file the caller named that cannot be used is an error, not a silent nothing."""
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=message):
        load_operator_files([tmp_path / name])


def test_missing_path_says_so(tmp_path: Path) -> None:
    """A typo in the path must not look like an operator without knowledge."""
    with pytest.raises(InputError, match="no such file"):
        load_operator_files([tmp_path / "nowhere"])


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["assets", "identities", "leases", "scanners", "indicators"]),
    st.binary(max_size=300),
    st.booleans(),
)
def test_no_content_crashes_the_loader(tmp_path: Path, name: str, content: bytes, header: bool) -> None:
    """Any bytes either load, are reported, or raise the documented error."""
    start = b"host,user,ip,start,type,value,end,valid_from\n" if header else b""
    (tmp_path / f"{name}.csv").write_bytes(start + content)
    try:
        _, report = load_operator_files([tmp_path / f"{name}.csv"])
    except InputError:
        return
    assert sum(report.skipped.values()) <= report.problem_count
