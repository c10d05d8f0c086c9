"""The public keys this machine trusts, each with one role, an owner and a standing.

The file is the root of trust: whoever may write it decides what is served, so it belongs to the operator and no command
but ``hodoscope models keys`` changes it. Keys are never removed: history stays verifiable.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Self

from hodoscope.errors import InputError, TrustError
from hodoscope.lifecycle import atomic_files
from hodoscope.lifecycle.signing.private_key import canonical_public_key, key_id


class Role(StrEnum):
    """What a key may sign. One key has one role, so that nobody promotes what they trained alone."""

    TRAINER = "trainer"  # artifacts
    PROMOTER = "promoter"  # release records


class Standing(StrEnum):
    """Whether a key's signatures count."""

    ACTIVE = "active"
    RETIRED = "retired"  # rotated out: what it signed until then counts, nothing newer does
    REVOKED = "revoked"  # compromised: nothing it ever signed counts


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """One public key. ``counters`` holds, for a retired promoter, the last release counter per task that counts."""

    key_id: str
    role: Role
    owner: str
    public_pem: str
    standing: Standing = Standing.ACTIVE
    reason: str = ""
    counters: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The trusted keys, oldest first. Every change makes a new keyring."""

    keys: tuple[TrustedKey, ...] = ()

    def add(self, public_pem: str, role: Role, owner: str) -> Self:
        """Trust one more key. ``InputError`` when it is known already, in whatever role, or has no owner."""
        if not owner.strip():
            raise InputError("a key needs an owner: the person or service that holds its private half")
        pem = canonical_public_key(public_pem, f"key of {owner}")
        for known in self.keys:
            if known.key_id == key_id(pem):
                raise InputError(
                    f"key {known.key_id[:12]} is already here ({known.role}, {known.standing}); trainer and promoter "
                    "need keys of their own: make another"
                )
        return replace(self, keys=(*self.keys, TrustedKey(key_id(pem), role, owner, pem)))

    def retire(self, identity: str, reason: str, counters: Mapping[str, int]) -> Self:
        """Rotate a key out. ``counters``: the newest release per task; what is newer must come from another key."""
        key = self.find(identity)
        if key.standing is not Standing.ACTIVE:
            raise InputError(f"key {key.key_id[:12]} is {key.standing}; only an active key can be retired")
        return self._with(replace(key, standing=Standing.RETIRED, reason=reason, counters=dict(counters)))

    def revoke(self, identity: str, reason: str) -> Self:
        """Distrust a key for good, with everything it signed."""
        if not reason.strip():
            raise InputError("a revocation needs a reason: it is what an auditor reads")
        return self._with(replace(self.find(identity), standing=Standing.REVOKED, reason=reason))

    def find(self, identity: str) -> TrustedKey:
        """The key whose id begins with ``identity`` (at least 6 digits); ``InputError`` for none or several."""
        found = [key for key in self.keys if len(identity) >= 6 and key.key_id.startswith(identity)]
        if len(found) != 1:
            known = ", ".join(f"{key.key_id[:12]} ({key.role} of {key.owner})" for key in self.keys) or "none"
            raise InputError(f"key {identity!r}: {len(found)} keys begin so (6 digits at least); known: {known}")
        return found[0]

    def trusted(self, key_hint: str, role: Role, what: str) -> TrustedKey:
        """The key with exactly this id, if it may vouch for ``what``; :class:`TrustError` says why it may not."""
        key = next((key for key in self.keys if key.key_id == key_hint), None)
        if key is None:
            raise TrustError(f"{what}: signed with key {key_hint[:12] or '(none)'}, which is not in the keyring")
        if key.role is not role:
            raise TrustError(f"{what}: signed with a {key.role} key ({key.owner}); only a {role} key counts here")
        if key.standing is Standing.REVOKED:
            raise TrustError(f"{what}: signed with key {key_hint[:12]} of {key.owner}, revoked: {key.reason}")
        return key

    def _with(self, changed: TrustedKey) -> Self:
        return replace(self, keys=tuple(changed if key.key_id == changed.key_id else key for key in self.keys))


def load_keyring(path: Path) -> Keyring:
    """Read a keyring; an absent file is an empty one, a broken one is a :class:`TrustError`."""
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return Keyring()
    except (OSError, ValueError) as error:
        raise TrustError(f"{path}: keyring cannot be read ({error}); restore it from your backup") from None
    try:
        return Keyring(tuple(_key(entry, f"{path}: $.keys[{at}]") for at, entry in enumerate(document["keys"])))
    except (KeyError, TypeError, ValueError) as error:
        raise TrustError(f"{path}: no keyring ({error!r}); restore it from your backup") from None


def save_keyring(keyring: Keyring, path: Path) -> None:
    """Write it, whole or not at all."""
    document = {"keys": [asdict(key) for key in keyring.keys]}
    atomic_files.write_file(path, (json.dumps(document, indent=2, sort_keys=True) + "\n").encode())


def _key(entry: Mapping[str, object], where: str) -> TrustedKey:
    pem = canonical_public_key(str(entry["public_pem"]), where)
    if entry["key_id"] != key_id(pem):
        raise TrustError(f"{where}: key_id is not the hash of public_pem; restore the keyring from your backup")
    counters = entry.get("counters", {})
    if not isinstance(counters, Mapping):
        raise TypeError(f"{where}.counters is no object")
    return TrustedKey(
        key_id=key_id(pem),
        role=Role(str(entry["role"])),
        owner=str(entry["owner"]),
        public_pem=pem,
        standing=Standing(str(entry["standing"])),
        reason=str(entry.get("reason", "")),
        counters={str(task): int(counter) for task, counter in counters.items()},
    )
