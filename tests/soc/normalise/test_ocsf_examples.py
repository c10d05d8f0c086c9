"""Class, activity, actor, endpoints and time agree with the community's OCSF examples but where it is listed."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.support.ocsf_examples import COMPARED, Pair, differences, ours, pairs

KNOWN: Mapping[str, frozenset[str]] = {
    "bloblang/AWS/CloudTrail/v1.0.0/Api Activity": frozenset({"time"}),
    "bloblang/AWS/CloudTrail/v1.0.0/Authentication": frozenset({"time"}),
    "bloblang/AWS/CloudTrail/v1.1.0/Api Activity": frozenset({"time"}),
    "bloblang/AWS/eks/v1.2.0": frozenset({"time", "source"}),
    "markdown/AWS/v1.0.0-rc.2/CloudTrail/API Activity": frozenset({"class"}),
    "markdown/AWS/v1.1.0/EKS Audit Logs": frozenset({"source"}),
    "markdown/AWS/v1.5.0/CloudTrail/Account Change": frozenset({"actor"}),
    "markdown/AWS/v1.5.0/EKS Audit Logs": frozenset({"source"}),
    "markdown/Okta/v1.3.0/System Logs/Account Change": frozenset({"time"}),
    **{f"markdown/Zeek/v1.3.0/{log}_log": frozenset({"time"}) for log in ("conn", "ftp", "http", "ssh", "ssl")},
    "markdown/Zeek/v1.4.0/conn_log": frozenset({"time"}),
    "markdown/Zeek/v1.4.0/x509_log": frozenset({"time", "actor"}),
}
"""Folder → aspects that differ; the reasons are in docs/ocsf_differences.md."""


@pytest.fixture(scope="module")
def examples(shared_data: Path) -> tuple[Pair, ...]:
    """The example pairs of products we map."""
    return pairs(shared_data / "soc/fixtures_ocsf_examples/samples.zip")


def test_examples_differ_only_where_it_is_written_down(examples: tuple[Pair, ...]) -> None:
    """Each pair's differing aspects are exactly the documented ones: nothing new, nothing out of date."""
    assert len(examples) >= 30
    found = {
        pair.folder.removesuffix("/samples"): frozenset(aspects)
        for pair in examples
        if (aspects := differences(pair.theirs, ours(pair)))
    }
    assert found == KNOWN


def test_most_aspects_of_the_examples_agree(examples: tuple[Pair, ...]) -> None:
    """The agreement over all aspects, so that the table of exceptions cannot grow unnoticed: at least nine in ten."""
    differing = sum(len(differences(pair.theirs, ours(pair))) for pair in examples)
    assert differing / (len(examples) * len(COMPARED)) <= 0.1
