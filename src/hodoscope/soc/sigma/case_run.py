"""Runs the events beside rules: normaliser, router, engine and correlations, as in the detection pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.normalise.mapping import FormatMapping
from hodoscope.soc.sigma.cases import Case, cases_in, read_cases
from hodoscope.soc.sigma.detector import SigmaDetector
from hodoscope.soc.sigma.rule import Correlation, Rule, RuleSet


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case showed. ``rule_id`` is empty when its file holds no rule that could be loaded."""

    case: Case
    rule_id: str
    fired: bool
    others: tuple[str, ...]  # ids of the other rules that fired

    @property
    def passed(self) -> bool:
        """Whether the rule did what the case says."""
        return bool(self.rule_id) and self.fired == self.case.fires


def run_cases(folder: Path, detector: SigmaDetector, mappings: Mapping[str, FormatMapping]) -> list[Outcome]:
    """Every case below a folder whose rules the detector holds; ``InputError`` for a case that cannot be read."""
    by_path = _by_path(detector.rules, folder.resolve().name)
    outcomes: list[Outcome] = []
    for group, events in read_cases(cases_in(folder), mappings):
        for number, case in enumerate(group):
            own = events.filter(pc.equal(events["source_position"], pa.scalar(number, pa.uint64())))
            fired = _fired(detector, own.sort_by([("time", "ascending"), ("event_id", "ascending")]))
            named = by_path.get(case.path, [])
            others = tuple(sorted(fired.difference(named)))
            outcomes.append(Outcome(case, named[0] if named else "", bool(fired.intersection(named)), others))
    return sorted(outcomes, key=lambda outcome: (outcome.case.path, not outcome.case.fires, outcome.case.name))


def _by_path(rules: RuleSet, pack: str) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    everything: tuple[Rule | Correlation, ...] = (*rules.rules, *rules.correlations)
    for rule in everything:
        if rule.pack == pack:
            found.setdefault(rule.path, []).append(rule.rule_id)
    return found


def _fired(detector: SigmaDetector, events: pa.Table) -> set[str]:
    """Ids of all rules and correlations that hit, those that tell nothing on their own too."""
    state = detector.initial()
    told = [*detector.detect(events, state), *detector.finish(state)]
    return set(state.uses) | {str(finding.features["rule"]) for finding in told}
