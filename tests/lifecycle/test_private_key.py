"""Keys are P-256, private, and never overwritten."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519  # noqa: TID251 -- makes keys that ours refuses
from cryptography.hazmat.primitives.serialization import (  # noqa: TID251 -- likewise
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from hodoscope.errors import InputError
from hodoscope.lifecycle.signing.private_key import canonical_public_key, create_private_key, public_key_of


def test_a_private_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    """Mode 0600, and its public half is what creation returned."""
    public = create_private_key(tmp_path / "key.pem")
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    assert public_key_of(tmp_path / "key.pem") == public


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    """What is there stays."""
    (tmp_path / "key.pem").write_text("mine")
    with pytest.raises(InputError, match="already there"):
        create_private_key(tmp_path / "key.pem")
    assert (tmp_path / "key.pem").read_text() == "mine"


def test_a_missing_key_says_how_to_make_one(tmp_path: Path) -> None:
    """The remedy is in the message."""
    with pytest.raises(InputError, match="keys create"):
        public_key_of(tmp_path / "none.pem")


def test_other_curves_and_kinds_are_refused(tmp_path: Path) -> None:
    """A browser could not verify them."""
    larger = ec.generate_private_key(ec.SECP384R1())
    (tmp_path / "p384.pem").write_bytes(larger.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(InputError, match="P-256"):
        public_key_of(tmp_path / "p384.pem")
    edwards = ed25519.Ed25519PrivateKey.generate().public_key()
    with pytest.raises(InputError, match="P-256"):
        canonical_public_key(edwards.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(), "key")


@pytest.mark.parametrize("text", ["", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "no key"])
def test_text_that_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    """Public or private."""
    with pytest.raises(InputError, match="PEM"):
        canonical_public_key(text, "key")
    (tmp_path / "key.pem").write_text(text)
    with pytest.raises(InputError, match="PEM"):
        public_key_of(tmp_path / "key.pem")
