"""A signature vouches for exactly the files it was made over, by exactly the keys we trust."""

import base64
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from hodoscope.errors import InputError, TrustError
from hodoscope.lifecycle.signing.keyring import Keyring, Role
from hodoscope.lifecycle.signing.private_key import create_private_key, key_id
from hodoscope.lifecycle.signing.signature import sign, verify

FILES = {"artifact.json": b'{"task": "dga"}', "weights.json": b"[1.5, -2.25]", ".gitignore": b""}
NODE = shutil.which("node")


@dataclass
class Signed:
    """Files signed by a trainer, and the keyring that knows trainer and promoter."""

    private: Path
    keyring: Keyring
    bundle: bytes

    def refusal(self, files: dict[str, bytes], bundle: bytes | None = None, role: Role = Role.TRAINER) -> str:
        """The message with which ``files`` are refused."""
        with pytest.raises(TrustError) as caught:
            verify(files, bundle or self.bundle, self.keyring, role, "model dga")
        return str(caught.value)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """One signing for the whole file: the library takes a second to import."""
    folder = tmp_path_factory.mktemp("keys")
    keyring = Keyring().add(create_private_key(folder / "trainer.pem"), Role.TRAINER, "nightly training")
    keyring = keyring.add(create_private_key(folder / "promoter.pem"), Role.PROMOTER, "Ada")
    return Signed(folder / "trainer.pem", keyring, sign(FILES, folder / "trainer.pem", "dga"))


def test_the_signed_files_verify(signed: Signed) -> None:
    """The key that vouches is returned."""
    assert verify(FILES, signed.bundle, signed.keyring, Role.TRAINER, "model").owner == "nightly training"


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_is_refused(signed: Signed, name: str) -> None:
    """In whichever file; the message names it."""
    changed = bytes([FILES[name][0] ^ 1]) + FILES[name][1:] if FILES[name] else b"\x01"
    assert f"{name} changed since it was signed" in signed.refusal({**FILES, name: changed})


def test_a_missing_file_is_refused(signed: Signed) -> None:
    """The message names it."""
    files = {name: content for name, content in FILES.items() if name != "weights.json"}
    assert "weights.json signed but missing" in signed.refusal(files)


@pytest.mark.parametrize("name", ["extra.txt", ".gitattributes", ".hidden"])
def test_an_extra_file_is_refused(signed: Signed, name: str) -> None:
    """Also those the library passes over by default."""
    assert f"{name} not signed" in signed.refusal({**FILES, name: b""})


def test_a_foreign_key_is_refused(signed: Signed, tmp_path: Path) -> None:
    """A key that is not in the keyring vouches for nothing."""
    create_private_key(tmp_path / "stranger.pem")
    foreign = sign(FILES, tmp_path / "stranger.pem", "dga")
    assert "not in the keyring" in signed.refusal(FILES, foreign)


def test_a_stranger_who_claims_a_trusted_key_is_refused(signed: Signed, tmp_path: Path) -> None:
    """The key's id in the bundle is only a hint."""
    create_private_key(tmp_path / "stranger.pem")
    forged = json.loads(sign(FILES, tmp_path / "stranger.pem", "dga"))
    forged["verificationMaterial"]["publicKey"]["hint"] = signed.keyring.keys[0].key_id
    assert "does not match" in signed.refusal(FILES, json.dumps(forged).encode())


def test_a_trainer_cannot_sign_as_promoter(signed: Signed) -> None:
    """Roles are separate; the message names the one that counts."""
    assert "only a promoter key counts" in signed.refusal(FILES, role=Role.PROMOTER)


def test_a_revoked_key_vouches_for_nothing(signed: Signed) -> None:
    """Also not for what it signed before; the reason is told."""
    keyring = signed.keyring.revoke(signed.keyring.keys[0].key_id, "laptop stolen")
    with pytest.raises(TrustError, match="laptop stolen"):
        verify(FILES, signed.bundle, keyring, Role.TRAINER, "model")


def test_a_retired_key_still_vouches_for_what_it_signed(signed: Signed) -> None:
    """Rotation does not break history."""
    keyring = signed.keyring.retire(signed.keyring.keys[0].key_id, "yearly rotation", {})
    assert verify(FILES, signed.bundle, keyring, Role.TRAINER, "model").reason == "yearly rotation"


@pytest.mark.parametrize("bundle", [b"", b"{}", b"\x80\x04.", b"[]", b'{"dsseEnvelope": {"signatures": []}}'])
def test_a_broken_bundle_is_refused(signed: Signed, bundle: bytes) -> None:
    """As a refusal, not as whatever error the parser meets."""
    with pytest.raises(TrustError, match="no model-signing bundle"):
        verify(FILES, bundle, signed.keyring, Role.TRAINER, "model")


@pytest.mark.parametrize("part", ["payload", "sig"])
def test_every_flipped_byte_of_the_envelope_is_refused(signed: Signed, part: str) -> None:
    """In the signed statement and in the signature itself."""
    document = json.loads(signed.bundle)
    envelope = document["dsseEnvelope"]
    holder = envelope if part == "payload" else envelope["signatures"][0]
    content = base64.b64decode(holder[part])
    for at in range(0, len(content), max(1, len(content) // 12)):
        holder[part] = base64.b64encode(content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :]).decode()
        signed.refusal(FILES, json.dumps(document).encode())


def test_a_path_cannot_be_signed(signed: Signed) -> None:
    """Signed files have plain names, so that none leaves its folder when written."""
    with pytest.raises(InputError, match="plain names"):
        sign({"../weights": b""}, signed.private, "dga")


@pytest.mark.skipif(NODE is None, reason="no node on this machine: the browser's side of verification was not run")
def test_webcrypto_verifies_the_same_bundle(signed: Signed, tmp_path: Path) -> None:
    """Accepted as it is; refused with a flipped bit, a missing file, an extra file and a wrong key."""
    folder, bundle, key = tmp_path / "files", tmp_path / "bundle.json", tmp_path / "key.pem"
    folder.mkdir()

    def outcome(files: dict[str, bytes], pem: str = signed.keyring.keys[0].public_pem) -> str:
        for old in folder.iterdir():
            old.unlink()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        key.write_text(pem)
        script = Path(__file__).with_name("verify_bundle.mjs")
        run = subprocess.run([str(NODE), script, folder, bundle, key], capture_output=True, text=True, check=False)
        return run.stdout.strip() or run.stderr

    bundle.write_bytes(signed.bundle)
    assert outcome(FILES) == "verified"
    assert outcome({**FILES, "weights.json": b"[1.5, -2.26]"}) == "refused: changed file weights.json"
    assert outcome({**FILES, "extra": b""}) == "refused: extra file extra"
    assert outcome({"weights.json": FILES["weights.json"]}).startswith("refused: missing file")
    assert outcome(FILES, signed.keyring.keys[1].public_pem) == "refused: the signature does not match"
    for _ in range(6):  # r and s lose or gain a leading byte from signature to signature
        bundle.write_bytes(sign(FILES, signed.private, "dga"))
        assert outcome(FILES) == "verified"


def test_key_ids_are_the_hints_of_the_bundles(signed: Signed) -> None:
    """One name for a key in keyring, bundle and browser."""
    hint = json.loads(signed.bundle)["verificationMaterial"]["publicKey"]["hint"]
    assert hint == key_id(signed.keyring.keys[0].public_pem)
