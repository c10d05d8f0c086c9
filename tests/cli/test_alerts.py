"""``hodoscope soc alerts`` over a store of the test's own: an analyst's morning."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from hodoscope.errors import InputError
from tests.support.command_line import answer, call
from tests.support.pipeline import guessing
from tests.support.store import fresh_store_url


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store after ``soc run`` over guessed passwords; its journal is the test's own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    (tmp_path / "auth.log").write_text(guessing(range(5), ok_at=6))
    url = fresh_store_url()
    answer("soc", "run", tmp_path / "auth.log", "--store", url, "--year", "2024", "--quiet")
    return url


def queue(store: str, *words: object) -> list[dict[str, Any]]:
    """The alerts that a listing gives."""
    return list(answer("soc", "alerts", "list", "--store", store, *words)["alerts"])


def refused(message: str, *words: object) -> None:
    """The command ends with an error that says so."""
    error = call("soc", "alerts", *words).exception
    assert isinstance(error, InputError)
    assert message in str(error)


def test_the_queue_in_every_output(store: str) -> None:
    """The same alerts as JSON, CSV and table, most urgent first."""
    alerts = queue(store)
    rows = list(csv.DictReader(io.StringIO(call("soc", "alerts", "list", "--store", store, "--csv").stdout)))
    table = call("soc", "alerts", "list", "--store", store).stdout
    assert [row["alert_id"] for row in rows] == [alert["alert_id"] for alert in alerts]
    assert all(alert["alert_id"][:12] in table for alert in alerts)
    assert [alert["priority"] for alert in alerts] == sorted((a["priority"] for a in alerts), reverse=True)
    assert queue(store, "--entity", "ip:0.0.0.0") == []
    assert len(queue(store, "--limit", 1)) == 1


def test_a_verdict_takes_an_alert_out_and_undo_brings_it_back(store: str) -> None:
    """A preview changes nothing; the page keeps the history."""
    first = queue(store)[0]["alert_id"]
    say = ("soc", "alerts", "judge", first[:10], "--verdict", "benign_positive", "--reason", "administration")
    answer(*say, "--author", "kim", "--store", store, "--preview")
    assert queue(store)[0]["alert_id"] == first
    answer(*say, "--author", "kim", "--note", "patch night", "--store", store)
    assert first not in [alert["alert_id"] for alert in queue(store)]
    assert [alert["alert_id"] for alert in queue(store, "--status", "closed")] == [first]
    page = call("soc", "alerts", "show", first, "--store", store).stdout
    assert "patch night" in page
    answer("soc", "alerts", "undo", first, "--author", "kim", "--store", store)
    told = answer("soc", "alerts", "show", first, "--store", store)
    assert told["status"] == "open"
    assert [item["verdict"] for item in told["history"]] == ["benign_positive", None]
    assert {item["finding_id"] for item in told["members"]}
    refused("no verdict to take back", "undo", first, "--author", "kim", "--store", store)


def test_a_suppression_is_previewed_counted_and_ended(store: str) -> None:
    """One that would have hidden a true positive is refused until it is insisted on."""
    first = queue(store)[0]["alert_id"]
    suppress = ("soc", "alerts", "suppress", first, "--owner", "kim", "--reason", "our own scanner", "--store", store)
    assert answer(*suppress, "--preview")["impact"]["hidden"] == [first]
    assert answer("soc", "alerts", "suppressions", "--store", store) == []
    made = answer(*suppress)["suppression"]["suppression_id"]
    assert answer("soc", "alerts", "list", "--store", store)["suppressed"] == 1
    assert answer("soc", "alerts", "suppressions", "--store", store)[0]["hides"] == 1
    assert "1 alerts are suppressed" in call("soc", "alerts", "list", "--store", store).stdout
    (ended,) = answer("soc", "alerts", "suppressions", "--end", made[:8], "--store", store)
    assert ended["hides"] == 0
    assert ended["ended"]
    judge = ("soc", "alerts", "judge", first, "--verdict", "true_positive", "--reason", "compromised_account")
    answer(*judge, "--author", "kim", "--store", store)
    refused("judged true positive", *suppress[2:])
    assert answer(*suppress, "--even-true-positives")["impact"]["true_positives"] == [first]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("list", "--status", "later"), "use one of"),
        (("show", "ffff"), "no alert"),
        (("judge", "ffff", "--verdict", "true_positive", "--reason", "threshold", "--author", "k"), "use one of"),
        (("suppressions", "--end", "ffff"), "0 suppressions"),
    ],
)
def test_wrong_words_say_the_right_ones(store: str, words: tuple[str, ...], message: str) -> None:
    """Nothing is changed."""
    refused(message, *words, "--store", store)


def test_incidents_tell_their_story(store: str) -> None:
    """As a list, as a page and as JSON; a wrong id says how to find the right one."""
    listed = answer("soc", "incidents", "list", "--alone", "--store", store)
    assert listed
    assert answer("soc", "incidents", "list", "--alone", "--entity", "ip:0.0.0.0", "--store", store) == []
    first = listed[0]["incident_id"]
    told = answer("soc", "incidents", "show", first, "--store", store)
    assert set(told["story"]["nodes"]) & set(told["alert_ids"])
    page = call("soc", "incidents", "show", first[:10], "--store", store).stdout
    assert "The story" in page
    assert first in page
    error = call("soc", "incidents", "show", "ffff", "--store", store).exception
    assert isinstance(error, InputError)
    assert "incidents list" in str(error)


def test_entities_carry_risk_until_the_alert_is_judged_false(store: str) -> None:
    """With contributions and a curve; a moment before everything has none."""
    listed = answer("soc", "entities", "list", "--store", store)
    assert [each["score"] for each in listed] == sorted((each["score"] for each in listed), reverse=True)
    entity = listed[0]["entity"]
    told = answer("soc", "entities", "show", entity, "--store", store)
    assert told["contributions"]
    assert told["history"]
    page = call("soc", "entities", "show", entity, "--store", store).stdout
    assert "risk" in page
    assert answer("soc", "entities", "list", "--store", store, "--at", "1999-01-01") == []
    ids = [alert["alert_id"] for alert in queue(store, "--limit", 0)]
    answer(
        "soc", "alerts", "judge", *ids, "--verdict", "false_positive", "--reason", "threshold", "--author", "kim",
        "--store", store,
    )  # fmt: skip
    assert answer("soc", "entities", "list", "--store", store) == []
    assert answer("soc", "entities", "list", "--store", store, "--judged-too") == listed
    assert isinstance(call("soc", "entities", "list", "--store", store, "--at", "noon").exception, InputError)
    assert isinstance(call("soc", "entities", "show", "host:none", "--store", store).exception, InputError)
