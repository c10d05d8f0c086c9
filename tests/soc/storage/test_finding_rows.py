"""A finding survives the way into Arrow and back."""

import math
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from tests.support.events import made_up_finding

from hodoscope.soc.finding import Contribution, Evidence, Finding, Severity
from hodoscope.soc.storage.ddl import FINDINGS
from hodoscope.soc.storage.finding_rows import FINDING_SCHEMA, from_rows, to_rows

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_TEXTS = st.lists(_TEXT, max_size=3).map(tuple)
_TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2262, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- st wants naive bounds
_FINDINGS = st.builds(
    Finding,
    finding_id=_TEXT,
    tenant_id=_TEXT,
    detector=_TEXT,
    detector_version=_TEXT,
    title=_TEXT,
    severity=st.sampled_from(Severity),
    confidence=st.floats(0, 1),
    entity=_TEXT,
    entity_ids=_TEXTS,
    first_time=_TIMES,
    last_time=_TIMES,
    attack=_TEXTS,
    explanation=_TEXT,
    how_to_check=_TEXT,
    contributions=st.lists(st.builds(Contribution, _TEXT, st.floats(0, 1)), max_size=3).map(tuple),
    evidence=st.lists(st.builds(Evidence, _TEXT, _TIMES, _TEXT, _TEXT), max_size=3).map(tuple),
    event_count=st.integers(0, 2**63),
    where=_TEXT,
    rule_hash=_TEXT,
    features=st.dictionaries(_TEXT, st.floats(allow_nan=False) | st.integers() | _TEXT, max_size=3),
    revision=st.integers(0, 2**32 - 1),
)


@given(st.lists(_FINDINGS, max_size=3))
def test_findings_survive_the_round_trip(findings: list[Finding]) -> None:
    """Every field, every type, also infinite features and integers past 64 bits."""
    assert from_rows(to_rows(findings)) == findings


def test_not_a_number_survives() -> None:
    """It is not equal to itself, so it is asked for by name."""
    finding = made_up_finding()
    odd = from_rows(to_rows([_with_features(finding, {"x": math.nan})]))[0]
    assert math.isnan(float(odd.features["x"]))


def test_the_table_has_the_same_columns() -> None:
    """Rows and DDL name the same columns; only the time of ingestion is the store's own."""
    assert [*FINDING_SCHEMA.names, "ingested_at"] == [column.name for column in FINDINGS.columns]


def _with_features(finding: Finding, features: dict[str, float | int | str]) -> Finding:
    values = {name: getattr(finding, name) for name in Finding.__slots__}
    return Finding(**(values | {"features": features}))
