"""One way to write a finding down, so that every detector fills every field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hodoscope.soc.detectors.evidence import Note, contributions, distinct, evidence_rows, rule_hash, utc
from hodoscope.soc.detectors.interface import DetectorSpec
from hodoscope.soc.finding import Finding, Severity, finding_id


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a detector decided about one entity; times in microseconds UTC.

    ``anchor`` is what makes two findings about ``entity`` different: the window start, the other party, or the id of
    the triggering event. ``reasons`` are (plain words, raw weight).
    """

    entity: str
    anchor: str
    severity: Severity
    confidence: float
    first_us: int
    last_us: int
    explanation: str
    reasons: Sequence[tuple[str, float]]
    notes: Sequence[Note]
    event_count: int
    where: str
    entities: Iterable[str] = ()
    attack: tuple[str, ...] = ()  # empty: the detector's own
    title: str = ""  # empty: the detector's own
    how_to_check: str = ""  # empty: the detector's own
    rule_hash: str = ""  # empty: the detector's own; else one of the card's ``rule_hashes``
    features: Mapping[str, float | int | str] = field(default_factory=dict)


def conclude(spec: DetectorSpec, tenant: str, conclusion: Conclusion) -> Finding:
    """The finding of a conclusion, with its id, evidence rows and shares."""
    return Finding(
        finding_id=finding_id(tenant, spec.name, spec.version, conclusion.entity, conclusion.anchor),
        tenant_id=tenant,
        detector=spec.name,
        detector_version=spec.version,
        title=conclusion.title or spec.title,
        severity=conclusion.severity,
        confidence=round(min(1.0, max(0.0, conclusion.confidence)), 4),
        entity=conclusion.entity,
        entity_ids=distinct((conclusion.entity, *conclusion.entities)),
        first_time=utc(conclusion.first_us),
        last_time=utc(conclusion.last_us),
        attack=conclusion.attack or spec.attack,
        explanation=conclusion.explanation,
        how_to_check=conclusion.how_to_check or spec.how_to_check,
        contributions=contributions(*conclusion.reasons),
        evidence=evidence_rows(conclusion.notes),
        event_count=conclusion.event_count,
        where=conclusion.where,
        rule_hash=conclusion.rule_hash or rule_hash(spec),
        features=dict(conclusion.features),
    )
