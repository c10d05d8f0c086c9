"""The append-only list of a task's releases: hash-chained, counted, each signed by a promoter.

One folder per record, made whole or not at all and never written over, so of two promotions at once one fails. Cutting
records off the end cannot be seen here: that is what :mod:`hodoscope.lifecycle.release.highest_seen` is for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hodoscope.errors import InputError, StoreError, TrustError
from hodoscope.lifecycle import atomic_files
from hodoscope.lifecycle.release.record import NOTHING_BEFORE, Action, Release, digest
from hodoscope.lifecycle.signing.keyring import Keyring, Role, Standing, TrustedKey
from hodoscope.lifecycle.signing.private_key import key_id, public_key_of
from hodoscope.lifecycle.signing.signature import sign, verify

RECORD, SIGNATURE = "release.json", "signature.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it is on disk. Its chain was checked, its signature not yet."""

    release: Release
    content: bytes
    bundle: bytes

    @property
    def digest(self) -> str:
        """What the next record names as ``previous``."""
        return digest(self.content)

    def promoter(self, keyring: Keyring) -> TrustedKey:
        """The key that vouches for it; :class:`TrustError` when none may, or only until an earlier counter."""
        what = f"release {self.release.counter} of {self.release.task}"
        key = verify({RECORD: self.content}, self.bundle, keyring, Role.PROMOTER, what)
        last = key.counters.get(self.release.task, 0)
        if key.standing is Standing.RETIRED and self.release.counter > last:
            raise TrustError(f"{what}: signed with key {key.key_id[:12]} of {key.owner}, retired at release {last}")
        return key


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a new record says; counter and chain come from the log."""

    action: Action
    artifact: str
    who: str
    when: str
    why: str
    gate: Mapping[str, object]
    run: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseLog:
    """The releases of ``task`` below ``folder``; an absent folder is an empty log."""

    folder: Path
    task: str

    def entries(self) -> list[Entry]:
        """All records, oldest first. :class:`TrustError` for a gap, a broken chain or a foreign record."""
        found: list[Entry] = []
        for counter, path in enumerate(self._paths(), 1):
            entry = _read(path)
            expected = found[-1].digest if found else NOTHING_BEFORE
            if path.name != _name(counter) or entry.release.counter != counter or entry.release.task != self.task:
                raise TrustError(f"{path}: not release {counter} of {self.task}; restore the records from your backup")
            if entry.release.previous != expected:
                raise TrustError(f"{path}: does not follow from the record before it; one of both was exchanged")
            found.append(entry)
        return found

    def current(self, keyring: Keyring) -> Entry:
        """The newest record, if a promoter in good standing signed it; :class:`TrustError` otherwise or for none."""
        entries = self.entries()
        if not entries:
            raise TrustError(f"{self.task}: nothing was released; `hodoscope models promote` does it")
        entries[-1].promoter(keyring)
        return entries[-1]

    def append(self, proposal: Proposal, private_key: Path, keyring: Keyring) -> Entry:
        """Sign and add the next record.

        ``InputError`` when the key is no active promoter of the keyring; :class:`StoreError` when another promotion
        came first or the disk is full. A newest record whose key was revoked may be followed: that is the way out.
        """
        key = keyring.trusted(key_id(public_key_of(private_key)), Role.PROMOTER, f"release of {self.task}")
        if key.standing is not Standing.ACTIVE:
            raise InputError(f"{private_key}: this key is {key.standing}; sign with an active promoter key")
        entries = self.entries()
        previous = entries[-1].digest if entries else NOTHING_BEFORE
        release = Release(
            self.task, len(entries) + 1, proposal.action, proposal.artifact, previous,
            proposal.who, proposal.when, proposal.why, proposal.gate, proposal.run,
        )  # fmt: skip
        content = release.to_bytes()
        entry = Entry(release, content, sign({RECORD: content}, private_key, self.task))
        try:
            atomic_files.write_folder(self.folder / _name(release.counter), {RECORD: content, SIGNATURE: entry.bundle})
        except InputError:
            raise StoreError(f"{self.task}: another release came first; look at it and try again") from None
        return entry

    def _paths(self) -> list[Path]:
        try:
            return sorted(path for path in self.folder.iterdir() if not path.name.startswith("."))
        except FileNotFoundError:
            return []


def _read(path: Path) -> Entry:
    try:
        content, bundle = (path / RECORD).read_bytes(), (path / SIGNATURE).read_bytes()
    except OSError as error:
        raise TrustError(f"{path}: no release record ({error.strerror}); restore it from your backup") from None
    return Entry(Release.from_bytes(content, str(path)), content, bundle)


def _name(counter: int) -> str:
    return f"{counter:08d}"
