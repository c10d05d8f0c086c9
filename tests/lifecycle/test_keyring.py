"""Which keys count for what, and how that changes."""

import json
from pathlib import Path

import pytest

from hodoscope.errors import InputError, TrustError
from hodoscope.lifecycle.signing.keyring import Keyring, Role, Standing, load_keyring, save_keyring
from hodoscope.lifecycle.signing.private_key import create_private_key


@pytest.fixture
def public(tmp_path: Path) -> str:
    """A new public key."""
    return create_private_key(tmp_path / "key.pem")


def test_a_keyring_survives_its_file(tmp_path: Path, public: str) -> None:
    """With standing, reason and counters."""
    keyring = Keyring().add(public, Role.PROMOTER, "Ada")
    keyring = keyring.retire(keyring.keys[0].key_id, "rotation", {"dga": 7})
    save_keyring(keyring, tmp_path / "keys.json")
    assert load_keyring(tmp_path / "keys.json") == keyring


def test_one_key_cannot_have_two_roles(public: str) -> None:
    """Trainer and promoter differ."""
    keyring = Keyring().add(public, Role.TRAINER, "training")
    with pytest.raises(InputError, match="need keys of their own"):
        keyring.add(public, Role.PROMOTER, "training")


def test_an_absent_keyring_trusts_nobody(tmp_path: Path) -> None:
    """It is empty, not an error: the first `keys create` fills it."""
    assert load_keyring(tmp_path / "keys.json").keys == ()


@pytest.mark.parametrize("text", ["{", "[]", '{"keys": [{}]}', '{"keys": [{"public_pem": 1, "key_id": ""}]}'])
def test_a_broken_keyring_is_refused(tmp_path: Path, text: str) -> None:
    """It is the root of trust: never half-read."""
    (tmp_path / "keys.json").write_text(text)
    with pytest.raises((TrustError, InputError), match=r"keys\.json"):
        load_keyring(tmp_path / "keys.json")


def test_a_key_exchanged_under_its_id_is_noticed(tmp_path: Path, public: str) -> None:
    """The id is the hash of the key."""
    save_keyring(Keyring().add(public, Role.TRAINER, "training"), tmp_path / "keys.json")
    document = json.loads((tmp_path / "keys.json").read_bytes())
    document["keys"][0]["public_pem"] = create_private_key(tmp_path / "other.pem")
    (tmp_path / "keys.json").write_text(json.dumps(document))
    with pytest.raises(TrustError, match="not the hash"):
        load_keyring(tmp_path / "keys.json")


def test_a_revocation_needs_a_reason_and_is_final(public: str) -> None:
    """A revoked key cannot be retired back into use."""
    keyring = Keyring().add(public, Role.TRAINER, "training")
    with pytest.raises(InputError, match="reason"):
        keyring.revoke(keyring.keys[0].key_id, " ")
    revoked = keyring.revoke(keyring.keys[0].key_id[:12], "leaked")
    assert revoked.keys[0].standing is Standing.REVOKED
    with pytest.raises(InputError, match="only an active key"):
        revoked.retire(revoked.keys[0].key_id, "rotation", {})


def test_an_unknown_key_is_answered_with_the_known_ones(public: str) -> None:
    """The remedy is in the message."""
    with pytest.raises(InputError, match="trainer of training"):
        Keyring().add(public, Role.TRAINER, "training").find("ffffffff")
