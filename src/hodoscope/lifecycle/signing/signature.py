"""Signs a set of files and verifies it, with OpenSSF model-signing (DSSE envelope in a sigstore bundle).

Both work on files in memory: what was verified is what is used, however the disk changes meanwhile, and a folder and
a zip go the same way. A browser verifies the same bundle with WebCrypto: ``tests/lifecycle/verify_bundle.mjs``.
"""

import base64
import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hodoscope.errors import InputError, TrustError
from hodoscope.lifecycle import extra
from hodoscope.lifecycle.signing.keyring import Keyring, Role, TrustedKey
from hodoscope.lifecycle.signing.private_key import public_key_of

_PAYLOAD_TYPE = "application/vnd.in-toto+json"


def sign(files: Mapping[str, bytes], private_key: Path, name: str) -> bytes:
    """The bundle over ``files`` (plain names) as bytes; ``name`` is informative. ``InputError`` for an unusable key.

    ECDSA draws a random number, so two signatures of the same files differ: identity comes from the files, never from
    their signature.
    """
    public_key_of(private_key)
    signing = extra.load("model_signing.signing")
    with tempfile.TemporaryDirectory(prefix="hodoscope-") as scratch:
        folder = _unpack(files, Path(scratch) / name)
        bundle = Path(scratch) / "bundle"
        config = signing.Config().use_elliptic_key_signer(private_key=private_key)
        config.set_hashing_config(_hashing()).sign(folder, bundle)
        return bundle.read_bytes()


def verify(files: Mapping[str, bytes], bundle: bytes, keyring: Keyring, role: Role, what: str) -> TrustedKey:
    """The key that vouches for exactly these files; :class:`TrustError` with the reason otherwise.

    A changed, missing or added file, a foreign, revoked or otherwise employed key, and a broken bundle are each told
    apart.
    """
    key = keyring.trusted(_key_hint(bundle, what), role, what)
    verifying = extra.load("model_signing.verifying")
    with tempfile.TemporaryDirectory(prefix="hodoscope-") as scratch:
        folder = _unpack(files, Path(scratch) / "files")
        signature, public = Path(scratch) / "bundle", Path(scratch) / "key.pem"
        signature.write_bytes(bundle)
        public.write_text(key.public_pem, encoding="ascii")
        config = verifying.Config().use_elliptic_key_verifier(public_key=public).set_hashing_config(_hashing())
        try:
            config.verify(folder, signature)
        except Exception as error:
            # Whatever the library meets in a hostile bundle (ValueError, KeyError, InvalidSignature) is a refusal.
            reason = _difference(files, bundle) if "mismatch:" in str(error) else str(error)
            raise TrustError(f"{what}: {reason or 'the signature does not match its content'}") from error
    return key


def _hashing() -> Any:
    """SHA-256 per file and no exception: by default the library passes over ``.git*``, where anything could hide."""
    config = extra.load("model_signing.hashing").Config().use_file_serialization(hashing_algorithm="sha256")
    return config.set_ignored_paths(paths=(), ignore_git_paths=False)


def _unpack(files: Mapping[str, bytes], folder: Path) -> Path:
    folder.mkdir()
    for name, content in files.items():
        if name != Path(name).name or name in ("", ".", ".."):
            raise InputError(f"{name!r}: signed files have plain names")
        (folder / name).write_bytes(content)
    return folder


def _difference(files: Mapping[str, bytes], bundle: bytes) -> str:
    """What differs from the statement of a bundle whose signature is good, in words."""
    statement = json.loads(base64.b64decode(json.loads(bundle)["dsseEnvelope"]["payload"]))
    signed = {entry["name"]: entry["digest"] for entry in statement["predicate"]["resources"]}
    found = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    kinds = {
        "changed since it was signed": [name for name in found.keys() & signed.keys() if found[name] != signed[name]],
        "signed but missing": list(signed.keys() - found.keys()),
        "not signed": list(found.keys() - signed.keys()),
    }
    return "; ".join(f"{', '.join(sorted(names))} {kind}" for kind, names in kinds.items() if names)


def _key_hint(bundle: bytes, what: str) -> str:
    """The key id a bundle names; its shape is checked first, so that what the library reads is what we read."""
    try:
        document = json.loads(bundle)
        envelope = document["dsseEnvelope"]
        if len(envelope["signatures"]) != 1 or envelope["payloadType"] != _PAYLOAD_TYPE:
            raise ValueError("not one signature over an in-toto statement")
        return str(document["verificationMaterial"]["publicKey"]["hint"])
    except (ValueError, KeyError, TypeError) as error:
        raise TrustError(f"{what}: no model-signing bundle made with a key ({error!r})") from None
