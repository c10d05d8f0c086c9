"""The folder that holds a site's models: trusted keys, artifacts by digest, releases by task.

::

    keys.json                     public keys (see keyring.py)
    artifacts/DIGEST/…            signed artifacts, never changed
    releases/TASK/00000001/…      release records
"""

import re
from dataclasses import dataclass
from pathlib import Path

from hodoscope.errors import InputError, TrustError
from hodoscope.lifecycle import atomic_files
from hodoscope.lifecycle.artifact import file_set
from hodoscope.lifecycle.artifact.artifact import Artifact
from hodoscope.lifecycle.release.highest_seen import HighestSeen
from hodoscope.lifecycle.release.log import Entry, ReleaseLog
from hodoscope.lifecycle.signing.keyring import Keyring, Role, Standing, TrustedKey, load_keyring
from hodoscope.lifecycle.signing.private_key import key_id, public_key_of
from hodoscope.lifecycle.signing.signature import sign, verify

_TASK_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Verified:
    """An artifact whose files a trainer's key vouches for."""

    artifact: Artifact
    trainer: TrustedKey

    @property
    def digest(self) -> str:
        """The artifact's identity."""
        return self.artifact.digest


@dataclass(frozen=True, slots=True)
class Models:
    """The models below ``root``."""

    root: Path

    @property
    def keyring_path(self) -> Path:
        """Where the trusted public keys are."""
        return self.root / "keys.json"

    def keyring(self) -> Keyring:
        """The trusted public keys; empty when there are none."""
        return load_keyring(self.keyring_path)

    def log(self, task: str) -> ReleaseLog:
        """The releases of one task. ``InputError`` for a name that is no plain word."""
        return ReleaseLog(self.root / "releases" / _task_name(task), task)

    def tasks(self) -> list[str]:
        """Tasks that have releases."""
        return _visible(self.root / "releases")

    def digests(self) -> list[str]:
        """The artifacts here, by digest."""
        return _visible(self.root / "artifacts")

    def add(self, artifact: Artifact, trainer_key: Path) -> Path:
        """Sign and keep an artifact; one that is here already is left as it is. Returns its folder.

        :class:`TrustError` or ``InputError`` unless the key is an active trainer of the keyring.
        """
        _task_name(artifact.task)
        what = f"artifact of {artifact.task}"
        key = self.keyring().trusted(key_id(public_key_of(trainer_key)), Role.TRAINER, what)
        if key.standing is not Standing.ACTIVE:
            raise InputError(f"{trainer_key}: this key is {key.standing}; sign with an active trainer key")
        path = self._folder(artifact.digest)
        if not path.is_dir():
            atomic_files.write_folder(path, sign_artifact(artifact, trainer_key))
        return path

    def adopt(self, path: Path) -> Verified:
        """Keep an artifact that a trusted trainer signed elsewhere (a folder or a zip)."""
        verified = open_artifact(path, self.keyring())
        if not self._folder(verified.digest).is_dir():
            atomic_files.write_folder(self._folder(verified.digest), file_set.read(path))
        return self.open(verified.digest)

    def newest(self, task: str) -> Verified:
        """The artifact of ``task`` that came here last, verified. ``InputError`` for none."""
        for name in sorted(self.digests(), key=lambda name: -self._folder(name).stat().st_mtime_ns):
            verified = self.open(name)
            if verified.artifact.task == task:
                return verified
        raise InputError(f"{task}: no artifact here; `hodoscope models retrain` makes one")

    def open(self, digest: str) -> Verified:
        """The artifact with this digest or its unique beginning, verified. ``InputError`` for none or several."""
        found = [name for name in self.digests() if len(digest) >= 6 and name.startswith(digest)]
        if len(found) != 1:
            raise InputError(
                f"artifact {digest!r}: {len(found)} begin so (6 digits at least); `models list` shows them"
            )
        verified = open_artifact(self._folder(found[0]), self.keyring())
        if verified.digest != found[0]:
            raise TrustError(f"{self._folder(found[0])}: holds artifact {verified.digest[:12]}; it was moved there")
        return verified

    def current(self, task: str) -> tuple[Entry, Verified]:
        """The released artifact, as the newest record on disk says. Look at it with this; serve with :meth:`serve`."""
        entry = self.log(task).current(self.keyring())
        verified = self.open(entry.release.artifact)
        if verified.artifact.task != task:
            raise TrustError(f"{task}: release {entry.release.counter} names a model of {verified.artifact.task!r}")
        return entry, verified

    def serve(self, task: str, seen: HighestSeen) -> tuple[Entry, Verified]:
        """The artifact to serve: released by a promoter, not older than ``seen``, vouched for by a trainer.

        :class:`TrustError` when any of these fails; then nothing is served and the counter stays.
        """
        entry, verified = self.current(task)
        seen.accept(entry)
        return entry, verified

    def _folder(self, digest: str) -> Path:
        return self.root / "artifacts" / digest


def sign_artifact(artifact: Artifact, trainer_key: Path) -> dict[str, bytes]:
    """The artifact's files and their signature, ready to be written or zipped."""
    files = artifact.to_files()
    return {**files, file_set.SIGNATURE: sign(files, trainer_key, artifact.task)}


def open_artifact(path: Path, keyring: Keyring) -> Verified:
    """Verify and read an artifact, a folder or a zip; executes nothing.

    :class:`TrustError` when no trainer vouches for exactly these files, ``InputError`` when they are no artifact.
    """
    files = file_set.read(path)
    if file_set.SIGNATURE not in files:
        raise TrustError(f"{path}: not signed; a trainer signs what it trained, unsigned models are not loaded")
    bundle = files.pop(file_set.SIGNATURE)
    trainer = verify(files, bundle, keyring, Role.TRAINER, str(path))
    return Verified(Artifact.from_files(files), trainer)


def _task_name(task: str) -> str:
    if not _TASK_NAME.fullmatch(task):
        raise InputError(f"task {task!r}: a task's name has up to 64 of a-z, 0-9, _ and -")
    return task


def _visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name[:1] != ".") if folder.is_dir() else []
