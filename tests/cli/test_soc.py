"""The commands of ``hodoscope soc`` in one process, over a store of the test's own: what they print, how they end."""

import csv
import io
import json
from pathlib import Path

import pytest

from hodoscope.errors import HodoscopeError, InputError, MappingError
from tests.support.command_line import answer, call
from tests.support.pipeline import guessing
from tests.support.store import fresh_store_url

TRAIL = '{"eventVersion":"1","eventTime":"2024-03-03T10:00:00Z","eventSource":"s","eventName":"n","awsRegion":"r"}\n'


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("logs")
    (folder / "auth.log").write_text(guessing(range(5), ok_at=6))
    (folder / "trail.json").write_text(TRAIL + '{"broken\n')
    return folder


@pytest.fixture(scope="module")
def store(logs: Path) -> str:
    """A store after ``soc run``, whose JSON answer is checked here."""
    url = fresh_store_url()
    told = answer("soc", "run", logs, "--store", url, "--year", "2024", "--quiet")
    assert told.keys() == {"ingest", "dead_letters_by_reason", "detect", "findings"}
    assert told["ingest"]["stored"] == 102
    assert told["dead_letters_by_reason"] == {"not valid JSON": 1}
    assert told["detect"]["new_findings"] == len(told["findings"]) > 0
    return url


def test_findings_in_every_output(store: str) -> None:
    """The same findings as JSON, CSV, OCSF and table."""
    listed = answer("soc", "findings", "--store", store)
    ids = {item["finding_id"] for item in listed}
    rows = list(csv.DictReader(io.StringIO(call("soc", "findings", "--store", store, "--csv").stdout)))
    ocsf = [json.loads(line) for line in call("soc", "findings", "--store", store, "--ocsf").stdout.splitlines()]
    table = call("soc", "findings", "--store", store).stdout
    assert {row["finding_id"] for row in rows} == ids == {item["finding_info"]["uid"] for item in ocsf}
    assert all(found[:12] in table for found in ids)
    assert listed == sorted(listed, key=lambda item: -["low", "medium", "high", "critical"].index(item["severity"]))


def test_findings_are_filtered(store: str) -> None:
    """By detector, entity, severity and number; a wrong severity says the right ones."""
    everything = answer("soc", "findings", "--store", store)
    one = everything[0]
    assert all(
        i["detector"] == one["detector"]
        for i in answer("soc", "findings", "--store", store, "--detector", one["detector"])
    )
    assert one in answer("soc", "findings", "--store", store, "--entity", one["entity"])
    assert answer("soc", "findings", "--store", store, "--entity", "ip:0.0.0.0") == []
    assert len(answer("soc", "findings", "--store", store, "--limit", 1)) == 1
    wrong = call("soc", "findings", "--store", store, "--severity", "huge")
    assert isinstance(wrong.exception, InputError)
    assert "critical" in str(wrong.exception)


def test_show_explains_a_finding_by_the_start_of_its_id(store: str) -> None:
    """Why, how to check, evidence, and what happened around it."""
    one = answer("soc", "findings", "--store", store)[0]
    page = call("soc", "show", one["finding_id"][:8], "--store", store).stdout
    for part in ("Why", "How to check", "Evidence", "Around it", one["finding_id"]):
        assert part in page
    document = answer("soc", "show", one["finding_id"], "--store", store)
    assert document["finding_id"] == one["finding_id"]
    assert document["context"]
    gone = call("soc", "show", "0" * 32, "--store", store)
    assert isinstance(gone.exception, InputError)
    assert "soc findings" in str(gone.exception)


def test_running_again_adds_nothing(store: str, logs: Path) -> None:
    """Neither events nor findings nor dead letters."""
    told = answer("soc", "run", logs, "--store", store, "--year", "2024", "--quiet")
    assert told["ingest"]["stored"] == told["ingest"]["records"] == told["detect"]["new_findings"] == 0


def test_detect_and_ingest_apart_do_what_run_does(store: str, logs: Path) -> None:
    """Two steps, the same findings."""
    url = fresh_store_url()
    told = answer("soc", "ingest", logs, "--store", url, "--year", "2024", "--quiet")
    assert told["formats"] == {"syslog": 101, "cloudtrail": 1}
    found = answer("soc", "detect", "--store", url, "--quiet")
    assert found["ingest"] is None
    assert {i["finding_id"] for i in found["findings"]} == {
        i["finding_id"] for i in answer("soc", "findings", "--store", store)
    }
    assert answer("soc", "detect", "--store", url, "--replay", "--quiet")["detect"]["replayed"] is True


def test_run_says_what_happened_and_what_to_do_next(logs: Path) -> None:
    """The page for people: counts, dead letters by reason, findings, the next command."""
    text = call("soc", "run", logs, "--store", fresh_store_url(), "--year", "2024", "--quiet").stdout
    for part in (
        "102 events stored from 2 sources",
        "1 dead letters: not valid JSON 1",
        "findings",
        "hodoscope soc show",
    ):
        assert part in text


def test_tenants_are_apart(store: str) -> None:
    """A tenant without events has no findings, and is told how to get some."""
    assert "no findings" in call("soc", "findings", "--store", store, "--tenant", "other").stdout


def test_coverage_in_both_outputs(logs: Path) -> None:
    """Counts per format; nothing is stored."""
    told = answer("soc", "coverage", logs)
    assert told["syslog"]["events"] == 101
    assert told["cloudtrail"]["dead_letters"] == {"not valid JSON": 1}
    assert 0.3 < told["syslog"]["mapped_share"] <= 1
    assert "not valid JSON" in call("soc", "coverage", logs).stdout


def test_mistakes_name_their_remedy(store: str, logs: Path, tmp_path: Path) -> None:
    """Paths, mapping files, detector files, zones and years that cannot be used."""
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: x\nparser: json\ncolums: {}\n")
    for words, kind, said in (
        (("run", tmp_path / "gone"), InputError, "not found"),
        (("run", logs, "--mapping", bad), MappingError, "did you mean 'columns'"),
        (("run", logs, "--detectors", bad), HodoscopeError, "format"),
        (("ingest", logs / "auth.log", "--zone", "Mars/Base"), InputError, "Mars/Base"),
        (("ingest", logs / "auth.log", "--year", "99"), InputError, "1971"),
    ):
        done = call("soc", *words, "--store", fresh_store_url(), "--quiet")
        assert isinstance(done.exception, kind), (words, done.output)
        assert said in str(done.exception)
    assert isinstance(call("soc", "coverage", tmp_path / "gone").exception, InputError)


def test_simulate_writes_logs_that_can_be_read(tmp_path: Path) -> None:
    """And says the next command."""
    done = call("soc", "simulate", "--hours", "1", "--users", "6", "-o", tmp_path / "company", "--quiet")
    assert "hodoscope soc run" in done.stdout
    assert sum(counts["events"] for counts in answer("soc", "coverage", tmp_path / "company").values()) > 0
