"""``hodoscope models``: what is listed, compared, promoted, taken back, verified, and refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from hodoscope.errors import HodoscopeError, TrustError
from tests.house import examples_models
from tests.support import command_line

NAME = "examples.learn_regions:TASK"


class Shell:
    """Commands on the models below one folder."""

    def __init__(self, folder: Path) -> None:
        examples_models.furnish(folder)
        self.folder = folder
        self.models = folder / "data" / "hodoscope" / "models"

    def call(self, *words: object) -> Result:
        """One command of ``models``."""
        return command_line.call("models", *words, "--models", self.models)

    def answer(self, *words: object) -> Any:
        """The JSON it prints."""
        return command_line.answer("models", *words, "--models", self.models)

    def promote(self, *more: object) -> Result:
        """Promote the newest artifact as Ada."""
        key = self.folder / "promoter.pem"
        return self.call(
            "promote", NAME, "--data", self.folder / "data", "--key", key, "--who", "Ada", "--why", "better",
            "--no-mlflow", *more,
        )  # fmt: skip

    def rollback(self, *more: object) -> Result:
        """Go back as Ada."""
        key = self.folder / "promoter.pem"
        return self.call("rollback", "regions", "--key", key, "--who", "Ada", "--why", "worse", "--no-mlflow", *more)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A weak champion and a better artifact."""
    return Shell(tmp_path)


def test_a_better_model_is_promoted_and_taken_back(shell: Shell) -> None:
    """Two new records, one chain, and whoever has seen the newest refuses the ones before."""
    before = {row["artifact"]: row["champion"] for row in shell.answer("list")}
    assert sorted(before.values()) == [False, True]
    promoted = shell.promote()
    assert promoted.exit_code == 0, promoted.output
    assert "release 2 of regions: promote" in promoted.output
    after = {row["artifact"]: row["champion"] for row in shell.answer("list")}
    assert all(after[digest] is not champion for digest, champion in before.items())
    memory = ("--seen", shell.folder / "seen.json", "--owner", "triage@ws01")
    checks = shell.answer("verify", "regions", *memory, "--begin")["checks"]
    assert [line.partition(":")[0] for line in checks[:2]] == ["release 1", "release 2"]
    assert "release 3 of regions: rollback" in shell.rollback().output
    assert shell.answer("verify", "regions", *memory)["verified"]
    (shell.models / "releases" / "regions" / "00000003").rename(shell.folder / "cut off")
    with pytest.raises(TrustError, match="release 2 is older than 3"):
        raise shell.call("verify", "regions", *memory).exception  # type: ignore[misc]  # there is one


def test_a_worse_model_is_refused_with_every_failed_clause(shell: Shell) -> None:
    """Exit code 1; as JSON the whole verdict."""
    weak = next(row["artifact"] for row in shell.answer("list") if row["champion"])
    assert shell.promote().exit_code == 0
    refused = shell.promote(weak[:12])
    assert refused.exit_code == 1
    assert "headline auc against the champion" in refused.output
    document = json.loads(shell.promote(weak[:12], "--json").output)
    assert document["release"] is None
    assert len([one for one in document["gate"]["clauses"] if not one["passed"]]) >= 2


def test_compare_shows_differences_with_intervals(shell: Shell) -> None:
    """The newest artifact against the champion, unless others are named."""
    found = shell.answer("compare", NAME, "--data", shell.folder / "data")
    assert found["metrics"]["auc"]["low"] > 0
    assert {"region=eu", "region=us"} == set(found["slices"])
    same = shell.call("compare", NAME, "champion", "champion", "--data", shell.folder / "data")
    assert "+0.0000 to +0.0000" in same.output


def test_the_report_of_a_model_is_one_page_and_its_figures(shell: Shell, tmp_path: Path) -> None:
    """Of the newest artifact unless another is named; the paths are printed."""
    out = tmp_path / "pages"
    printed = shell.call("report", NAME, "--data", shell.folder / "data", "--out", out).output.split()
    assert printed == [str(out / "report.html"), str(out / "report.json")]
    document = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert document["evaluation"]["config"]["artifact"][:12] in (out / "report.html").read_text(encoding="utf-8")
    assert "baselines" in document["evaluation"]


def test_a_card_is_shown_only_of_what_verifies(shell: Shell) -> None:
    """Of an artifact by task, by digest and by path; a changed one is refused."""
    assert shell.answer("card", "champion", "--task", "regions")["gaps"] == []
    artifact = next((shell.models / "artifacts").iterdir())
    assert shell.call("card", artifact).output.startswith("# regions")
    assert shell.call("verify", artifact).output.endswith("verified\n")
    with (artifact / "card.md").open("a") as file:
        file.write("Trust me.")
    for words in (("card", artifact), ("card", artifact.name[:12]), ("verify", artifact)):
        with pytest.raises(TrustError, match=r"card\.md changed since it was signed"):
            raise shell.call(*words).exception  # type: ignore[misc]  # there is one


def test_retraining_says_what_it_did(shell: Shell) -> None:
    """Nothing to do, then asked for: the better artifact comes out again and is promoted."""
    words = (
        "retrain", NAME, "--data", shell.folder / "data", "--trainer", shell.folder / "trainer.pem",
        "--key", shell.folder / "promoter.pem", "--who", "cron", "--no-mlflow",
    )  # fmt: skip
    assert shell.call(*words).output.startswith("not due\n")
    assert shell.answer(*words, "--force")["state"] == "promoted"
    assert shell.answer(*words)["state"] == "not due"


def test_keys_are_made_retired_and_revoked(shell: Shell, tmp_path: Path) -> None:
    """By owner or id; a revoked trainer takes its models out of the list of trusted ones."""
    made = shell.answer("keys", "create", "promoter", "Grace", "--out", tmp_path / "grace.pem")
    assert shell.call("keys", "retire", made["key_id"][:8], "--why", "left").exit_code == 0
    assert shell.call("keys", "revoke", "build machine", "--why", "broken into").exit_code == 0
    standings = {key["owner"]: key["standing"] for key in shell.answer("keys", "list")}
    assert standings == {"build machine": "revoked", "Ada": "active", "Grace": "retired"}
    assert all("broken into" in row["trainer"] for row in shell.answer("list"))


def failure(result: Result) -> str:
    """The message of a command that ended with one of our errors."""
    assert isinstance(result.exception, HodoscopeError), result.output
    return str(result.exception)


def test_errors_say_what_to_do(shell: Shell, tmp_path: Path) -> None:
    """Unknown task, unknown artifact, wrong role, a private key among the models, the wrong key."""
    assert "known:" in failure(shell.call("compare", "dgaa", "--data", tmp_path))
    assert "`models list` shows them" in failure(shell.call("card", "0123456789"))
    assert "--task" in failure(shell.call("card", "champion"))
    assert "use trainer or promoter" in failure(shell.call("keys", "create", "boss", "Ada", "--out", tmp_path / "k"))
    inside = shell.models / "key.pem"
    assert "outside" in failure(shell.call("keys", "create", "trainer", "Eve", "--out", inside))
    assert "only a promoter key" in failure(shell.promote("--key", shell.folder / "trainer.pem"))
    assert "nothing was released" in failure(shell.call("verify", "triage"))
