"""Technique ids mean today's techniques, and tactics come in the order of an attack."""

import json

import pytest
from tests.support.shared_data import find_shared_data

from hodoscope.soc.attack import KILL_CHAIN, tactics_of, technique
from hodoscope.soc.data_files import data_dir


def test_ids_are_read_in_any_case_and_followed_when_revoked() -> None:
    """An unknown sub-technique answers for its parent; an unknown technique is None."""
    known = technique("t1110.003 ")
    assert known is not None
    assert (known.name, known.tactics) == ("Password Spraying", ("credential-access",))
    assert technique("T1086") == technique("T1059.001")
    assert technique("T1110.999") == technique("T1110")
    assert technique("T0000") is None
    assert technique("") is None


def test_tactics_come_in_the_order_of_the_kill_chain() -> None:
    """Those of several techniques together, each once."""
    assert tactics_of(["T1041", "T1021.001", "T1566", "T1110", "nonsense"]) == (
        "initial-access", "credential-access", "lateral-movement", "exfiltration",
    )  # fmt: skip


def test_every_tactic_of_the_table_has_its_place() -> None:
    """And every revoked id leads to a technique."""
    document = json.loads((data_dir("mappings") / "attack" / "enterprise.json").read_bytes())
    assert set(document["tactics"]) == set(KILL_CHAIN)
    assert all(technique(old) for old in document["revoked"])


def test_the_table_agrees_with_its_source() -> None:
    """Names and tactics, where the source is present."""
    data = find_shared_data()
    if data is None:
        pytest.skip("../shared/data not present")
    import zipfile

    with zipfile.ZipFile(data / "llm" / "attack_enterprise" / "attack_v18_1.zip") as packed:
        source = json.loads(packed.read("techniques.json"))
    for key, row in source.items():
        known = technique(key)
        assert known is not None
        assert (known.name, set(known.tactics)) == (row["name"], set(row["tactics"]))
