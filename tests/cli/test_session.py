"""A session opens the store an operator names, and each store has a journal of its own."""

from pathlib import Path

import pytest

from hodoscope.cli.places import default_store
from hodoscope.cli.session import mappings, session, time_options
from hodoscope.cli.sources import open_sources
from hodoscope.errors import InputError, InterruptedByUserError
from hodoscope.soc.event import utc_now
from tests.support.store import fresh_store_url


def test_stores_do_not_share_a_journal() -> None:
    """What is stored in one database is still to be stored in another."""
    first, second = fresh_store_url(), fresh_store_url()
    with session(first) as opened:
        run = opened.journal.start_run("ingest", utc_now())
        assert [found.run_id for found in opened.journal.runs()] == [run]
        assert opened.where == first
    with session(second) as opened:
        assert opened.journal.runs() == []
    with session(first) as opened:
        assert len(opened.journal.runs()) == 1


def test_a_server_holds_one_journal_per_store(postgres_url: str) -> None:
    """`--journal` names the database; the store decides which of its schemas."""
    first, second = fresh_store_url(), fresh_store_url()
    with session(first, postgres_url) as opened:
        opened.journal.start_run("ingest", utc_now())
    with session(second, postgres_url) as opened:
        assert opened.journal.runs() == []
    with session(first, postgres_url) as opened:
        assert len(opened.journal.runs()) == 1
    with session(first) as opened:
        assert opened.journal.runs() == []


def test_another_kind_of_journal_is_a_mistake() -> None:
    """The message names the form."""
    with pytest.raises(InputError, match="postgresql://user@host"), session(fresh_store_url(), "mysql://host/x"):
        pytest.fail("opened")


def test_ctrl_c_becomes_a_sentence() -> None:
    """With the exit code of an interruption, and the store closed."""
    with pytest.raises(InterruptedByUserError, match="same command again") as caught, session(fresh_store_url()):
        raise KeyboardInterrupt
    assert caught.value.exit_code == 130


def test_the_default_place_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """``XDG_DATA_HOME`` when set, else below the home folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_store() == str(tmp_path / "hodoscope")
    monkeypatch.delenv("XDG_DATA_HOME")
    assert default_store().endswith(".local/share/hodoscope")


def test_own_mappings_win_over_shipped_ones(tmp_path: Path) -> None:
    """By format name."""
    path = tmp_path / "okta.yaml"
    path.write_text("format: okta\ntitle: Mine\nparser: json\n")
    assert mappings([path])["okta"].title == "Mine"
    assert mappings(None)["okta"].title != "Mine"


def test_time_options_are_only_what_was_said() -> None:
    """Nothing is made up."""
    assert time_options(None, None) == {}
    assert time_options("Europe/Vienna", 2024) == {"zone": "Europe/Vienna", "year": "2024"}


def test_sources_that_are_not_there_are_mistakes(tmp_path: Path) -> None:
    """No path, a missing path, an empty folder: each says what to check."""
    with session(fresh_store_url()) as opened:
        for paths, words in (
            ([], "name at least one"),
            ([str(tmp_path / "gone")], "gone"),
            ([str(tmp_path)], "nothing to read"),
        ):
            with pytest.raises(InputError, match=words):
                open_sources(paths, None, opened.journal, "default")
