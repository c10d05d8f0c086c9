"""Promotes an artifact by hand, through the same gate, and goes back to an earlier one."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hodoscope.errors import InputError, TrustError
from hodoscope.lifecycle.assessment import assess
from hodoscope.lifecycle.gate.gate import judge
from hodoscope.lifecycle.gate.verdict import Verdict
from hodoscope.lifecycle.release.log import Entry, Proposal
from hodoscope.lifecycle.release.models import Models, Verified
from hodoscope.lifecycle.release.record import Action, stamp
from hodoscope.lifecycle.signing.keyring import Standing
from hodoscope.lifecycle.task import Task
from hodoscope.lifecycle.task_config import TaskConfig


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides when and why, and the promoter's private key.

    ``distrusts_champion``: the one in use no longer verifies (a key was revoked), so there is none to compare with.
    """

    who: str
    why: str
    when: datetime
    key: Path
    distrusts_champion: bool = False


def promote(
    task: Task, models: Models, artifact: Verified, data: Path, decision: Decision
) -> tuple[Verdict, Entry | None]:
    """Judge ``artifact`` against the champion on the rows that ``task`` holds out of ``data``; release it if it passes.

    Returns the verdict and the new record, None when refused. ``InputError`` when it is the champion already or fresh
    from a trainer key that is no longer active; :class:`TrustError` when the champion no longer verifies and the
    decision does not say so.
    """
    entries = models.log(task.name).entries()
    champion = _champion(task.name, models, decision) if entries else None
    if champion is not None and champion.digest == artifact.digest:
        raise InputError(f"{artifact.digest[:12]} is the champion of {task.name} already")
    released = {entry.release.artifact for entry in entries}
    if artifact.trainer.standing is not Standing.ACTIVE and artifact.digest not in released:
        raise InputError(
            f"{artifact.digest[:12]}: signed with a {artifact.trainer.standing} trainer key; sign it with an active one"
        )
    config = TaskConfig.from_toml(task.config, f"{task.name}.toml")
    dataset = task.load(data)
    rival = None if champion is None else champion.artifact
    verdict = judge(config.gate, assess(task, artifact.artifact, rival, dataset, config.gate.plan))
    if not verdict.passed:
        return verdict, None
    proposal = Proposal(
        Action.PROMOTE, artifact.digest, decision.who, stamp(decision.when), decision.why, verdict.to_json()
    )
    return verdict, models.log(task.name).append(proposal, decision.key, models.keyring())


def _champion(task: str, models: Models, decision: Decision) -> Verified | None:
    """The artifact in use. To distrust one that verifies is an ``InputError``: it would only spare the comparison."""
    try:
        _, champion = models.current(task)
    except TrustError as error:
        if decision.distrusts_champion:
            return None
        raise TrustError(f"{error}; to judge without a champion, say so (--no-champion)") from None
    if decision.distrusts_champion:
        raise InputError(f"{task}: the champion {champion.digest[:12]} verifies; be judged against it")
    return champion


def roll_back(task: str, models: Models, digest: str | None, decision: Decision) -> Entry:
    """A new record naming an artifact that was released before; by default the one before the newest.

    ``InputError`` for an artifact that was never released or is in use; :class:`TrustError` when it no longer verifies.
    """
    entries = models.log(task).entries()
    if not entries:
        raise InputError(f"{task}: nothing was released, there is nothing to go back to")
    newest = entries[-1].release.artifact
    earlier = [entry.release.artifact for entry in reversed(entries) if entry.release.artifact != newest]
    found = [name for name in dict.fromkeys(earlier) if digest is None or name.startswith(digest)]
    if not found or (digest is not None and len(found) > 1):
        known = ", ".join(name[:12] for name in dict.fromkeys(earlier)) or "none"
        raise InputError(f"{task}: no single earlier release of {digest or 'another artifact'}; there are: {known}")
    verified = models.open(found[0])
    if verified.artifact.task != task:
        raise TrustError(f"{task}: {found[0][:12]} is a model of {verified.artifact.task!r}")
    proposal = Proposal(Action.ROLLBACK, found[0], decision.who, stamp(decision.when), decision.why, {})
    return models.log(task).append(proposal, decision.key, models.keyring())
