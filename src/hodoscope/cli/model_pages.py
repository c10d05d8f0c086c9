"""What ``hodoscope models`` shows: releases, artifacts, keys, cards, and the result of verifying."""

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table

from hodoscope.cli import render
from hodoscope.cli.places import default_store
from hodoscope.errors import HodoscopeError, InputError, TrustError
from hodoscope.lifecycle.artifact.card import gaps
from hodoscope.lifecycle.release.highest_seen import HighestSeen
from hodoscope.lifecycle.release.log import Entry
from hodoscope.lifecycle.release.models import Models, Verified, open_artifact
from hodoscope.lifecycle.signing.keyring import Keyring, Role, save_keyring
from hodoscope.lifecycle.signing.private_key import create_private_key

SHORT = 12
"""Digits of digests and key ids in tables."""


@dataclass(frozen=True, slots=True)
class Memory:
    """The file with the newest release its owner has seen, if one is given."""

    path: Path | None
    owner: str
    begin: bool

    def accept(self, entry: Entry) -> None:
        """Refuse what is older than what was seen, remember what is newer."""
        if self.path is not None:
            seen = HighestSeen(self.path, self.owner)
            if self.begin:
                seen.begin()
            seen.accept(entry)


def folder(models: Path | None) -> Models:
    """The models at ``--models``, or below the data folder."""
    return Models(models or Path(default_store()) / "models")


def find(models: Models, reference: str, task: str | None) -> Verified:
    """What a command's argument names: digest, ``champion``, ``latest`` or a path; verified."""
    if reference in ("champion", "latest"):
        if task is None:
            raise InputError(f"{reference} of which task? give --task")
        return models.current(task)[1] if reference == "champion" else models.newest(task)
    path = Path(reference)
    return open_artifact(path, models.keyring()) if path.exists() else models.open(reference)


def listing(where: Path | None, *, json: bool) -> None:
    """All artifacts, the releases that name them, and who is champion; what does not verify is shown as such."""
    models = folder(where)
    champions, releases = _releases(models)
    rows = [_row(models, digest, champions, releases) for digest in models.digests()]
    if json:
        render.write_json(rows)
        return
    if not rows:
        render.output().print(f"no models in {render.escape(models.root)}; `hodoscope models retrain` makes one")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("task", "artifact", "in use", "releases", "trained by", "weights", "headline figures"):
        table.add_column(name, overflow="fold")
    for row in sorted(rows, key=lambda row: (str(row["task"]), not row["champion"])):
        figures = row["metrics"] if isinstance(row["metrics"], Mapping) else {}
        shown = ", ".join(f"{name} {value}" for name, value in list(figures.items())[:3])
        table.add_row(
            render.escape(row["task"]), str(row["artifact"])[:SHORT], "champion" if row["champion"] else "",
            str(row["releases"]), render.escape(row["trainer"]), f"{row['bytes']:,} B", render.escape(shown),
        )  # fmt: skip
    render.output().print(table)


def _releases(models: Models) -> tuple[dict[str, str], dict[str, list[int]]]:
    champions: dict[str, str] = {}
    named: dict[str, list[int]] = {}
    for task in models.tasks():
        for entry in models.log(task).entries():
            named.setdefault(entry.release.artifact, []).append(entry.release.counter)
        try:
            champions[models.log(task).current(models.keyring()).release.artifact] = task
        except TrustError as error:
            sys.stderr.write(f"hodoscope: {error}\n")
    return champions, named


def _row(
    models: Models, digest: str, champions: Mapping[str, str], releases: Mapping[str, list[int]]
) -> dict[str, object]:
    row: dict[str, object] = {
        "artifact": digest, "releases": releases.get(digest, []), "champion": digest in champions,
        "task": champions.get(digest, "?"), "trainer": "", "bytes": 0, "metrics": {},
    }  # fmt: skip
    try:
        verified = models.open(digest)
    except HodoscopeError as error:
        return row | {"trainer": f"not trusted: {error}"}
    artifact = verified.artifact
    figures = {
        name: f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})" for name, one in artifact.evaluation.metrics.items()
    }
    return row | {
        "task": artifact.task, "trainer": verified.trainer.owner, "bytes": artifact.size_bytes, "metrics": figures,
    }  # fmt: skip


def card(where: Path | None, reference: str, task: str | None, *, json: bool) -> None:
    """The card as Markdown; its gaps on standard error."""
    verified = find(folder(where), reference, task)
    missing = gaps(verified.artifact.card)
    if json:
        render.write_json({"artifact": verified.digest, "card": verified.artifact.card, "gaps": missing})
        return
    sys.stdout.write(verified.artifact.card)
    for gap in missing:
        sys.stderr.write(f"hodoscope: card: {gap}\n")


def verify(where: Path | None, what: str, memory: Memory, *, json: bool) -> None:
    """One line per thing that was checked; the first refusal ends with its reason."""
    models = folder(where)
    told: list[str] = []
    if Path(what).exists():
        verified = open_artifact(Path(what), models.keyring())
        told.append(f"artifact {verified.digest}: signed by {verified.trainer.owner} ({verified.trainer.standing})")
    else:
        keyring = models.keyring()
        entry, verified = models.current(what)
        entries = models.log(what).entries()
        told += [f"release {one.release.counter}: {_vouched(one, keyring)}" for one in entries]
        told.append(f"artifact {verified.digest}: signed by {verified.trainer.owner}")
        memory.accept(entry)
        if memory.path is not None:
            told.append(f"not older than what {memory.owner} has seen")
    if json:
        render.write_json({"verified": True, "checks": told})
    else:
        sys.stdout.write("".join(f"{line}\n" for line in [*told, "verified"]))


def _vouched(entry: Entry, keyring: Keyring) -> str:
    """Who vouches for a record; an old one by a revoked key is told and does not stop the newer ones."""
    release = entry.release
    try:
        key = entry.promoter(keyring)
    except TrustError as error:
        return f"does not count: {error}"
    return f"{release.action} {release.artifact[:SHORT]} by {release.who} at {release.when}, signed by {key.owner}"


def create_key(where: Path | None, role: str, owner: str, out: Path, *, json: bool) -> None:
    """Make a key and trust it."""
    if role not in set(Role):
        raise InputError(f"role {role!r}: use {' or '.join(Role)}")
    models = folder(where)
    keyring = models.keyring()
    if out.resolve().is_relative_to(models.root.resolve()):
        raise InputError(f"{out}: keep private keys outside {models.root}: who reads the models could sign them")
    added = keyring.add(create_private_key(out), Role(role), owner)
    save_keyring(added, models.keyring_path)
    key = added.keys[-1]
    if json:
        render.write_json({"key_id": key.key_id, "role": key.role, "owner": key.owner, "private_key": str(out)})
    else:
        sys.stdout.write(f"{key.role} key {key.key_id[:SHORT]} of {key.owner}; its private half is in {out}\n")


def keys(where: Path | None, *, json: bool) -> None:
    """The keyring as a table."""
    trusted = folder(where).keyring().keys
    if json:
        render.write_json([asdict(key) for key in trusted])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("key", "role", "owner", "standing", "why"):
        table.add_column(name, overflow="fold")
    for key in trusted:
        table.add_row(key.key_id[:SHORT], key.role, render.escape(key.owner), key.standing, render.escape(key.reason))
    render.output().print(table if trusted else "no keys; `hodoscope models keys create` makes one")


def retire(where: Path | None, key: str, why: str) -> None:
    """Rotate a key out at the newest release of every task."""
    models = folder(where)
    keyring = models.keyring()
    counters = {task: len(models.log(task).entries()) for task in models.tasks()}
    identity = _identity(keyring, key)
    save_keyring(keyring.retire(identity, why, counters), models.keyring_path)
    sys.stdout.write(f"key {identity[:SHORT]} is retired: what it signed until now counts, nothing newer does\n")


def revoke(where: Path | None, key: str, why: str) -> None:
    """Distrust a key."""
    models = folder(where)
    keyring = models.keyring()
    identity = _identity(keyring, key)
    save_keyring(keyring.revoke(identity, why), models.keyring_path)
    sys.stdout.write(f"key {identity[:SHORT]} is revoked: nothing it ever signed counts\n")


def _identity(keyring: Keyring, key: str) -> str:
    """An owner's name stands for the one key of that owner that is not revoked."""
    owned = [one.key_id for one in keyring.keys if one.owner == key and one.standing != "revoked"]
    return owned[0] if len(owned) == 1 else key
