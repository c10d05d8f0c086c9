"""Makes and reads ECDSA P-256 keys: PEM files that stay on this machine."""

import hashlib
from pathlib import Path
from typing import Any

from hodoscope.errors import InputError
from hodoscope.lifecycle import atomic_files, extra

CURVE = "secp256r1"
"""NIST P-256: the one curve that OpenSSF model-signing, sigstore bundles and every browser's WebCrypto share."""


def create_private_key(path: Path) -> str:
    """Write a new private key (PKCS #8 PEM, readable by its owner alone) to ``path``; return its public key as PEM.

    ``InputError`` when ``path`` exists: a key is never overwritten.
    """
    ec = extra.load("cryptography.hazmat.primitives.asymmetric.ec")
    formats = extra.load("cryptography.hazmat.primitives.serialization")
    key = ec.generate_private_key(ec.SECP256R1())
    content = key.private_bytes(formats.Encoding.PEM, formats.PrivateFormat.PKCS8, formats.NoEncryption())
    atomic_files.write_file(path, content, private=True, replace=False)
    return _pem(key.public_key())


def public_key_of(path: Path) -> str:
    """The public PEM of the private key in ``path``; ``InputError`` when it is no such key."""
    formats = extra.load("cryptography.hazmat.primitives.serialization")
    try:
        key = formats.load_pem_private_key(path.read_bytes(), None)
    except FileNotFoundError:
        raise InputError(f"{path}: no such key; `hodoscope models keys create` makes one") from None
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{path}: no unencrypted private key in PEM ({error})") from None
    return canonical_public_key(_pem(key.public_key()), str(path))


def canonical_public_key(pem: str, where: str) -> str:
    """The one PEM spelling of a public P-256 key; ``InputError`` for any other key or text."""
    formats = extra.load("cryptography.hazmat.primitives.serialization")
    try:
        key = formats.load_pem_public_key(pem.encode())
    except (ValueError, TypeError) as error:
        raise InputError(f"{where}: no public key in PEM ({error})") from None
    curve = getattr(getattr(key, "curve", None), "name", type(key).__name__)
    if curve != CURVE:
        raise InputError(f"{where}: {curve} key; use ECDSA on P-256, which browsers can verify")
    return _pem(key)


def key_id(public_pem: str) -> str:
    """SHA-256 (hex) over the public PEM: the hint that a model-signing bundle carries."""
    return hashlib.sha256(public_pem.encode()).hexdigest()


def _pem(public_key: Any) -> str:
    formats = extra.load("cryptography.hazmat.primitives.serialization")
    pem: bytes = public_key.public_bytes(formats.Encoding.PEM, formats.PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()
