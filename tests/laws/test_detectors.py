"""Every registered detector obeys the port's laws, and each law can fail."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hodoscope.soc.detectors.examples import events_for
from hodoscope.soc.detectors.interface import Example
from hodoscope.soc.detectors.registry import DETECTORS, AnyDetector, build
from tests.laws import broken_detectors as broken
from tests.laws import detector_laws as laws
from tests.laws.event_mixes import mixed

EXAMPLES = [
    pytest.param(name, example, id=f"{name}: {example.name}")
    for name, entry in DETECTORS.items()
    for example in entry.examples
]
CUTS = st.lists(st.integers(0, 10_000), max_size=6)
each_detector = pytest.mark.parametrize("name", DETECTORS)
few = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_examples_fire_exactly_when_they_should(name: str, example: Example) -> None:
    """Positive examples give findings, negative ones none."""
    laws.example_holds(build(name), example)


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_examples_do_not_depend_on_batches_or_restarts(name: str, example: Example) -> None:
    """Single-event batches, with a restart after each, find what one batch finds."""
    detector = build(name)
    events = events_for(detector.spec, example.events)
    cuts = range(0, events.num_rows, max(1, events.num_rows // 60))
    laws.cuts_do_not_matter(detector, events, cuts)
    laws.restarts_do_not_matter(detector, events, cuts)
    laws.findings_are_explained(detector, events)


@each_detector
@given(seed=st.integers(0, 10_000), cuts=CUTS)
@few
def test_mixed_streams_obey_every_law(name: str, seed: int, cuts: list[int]) -> None:
    """Events of all detectors' examples shuffled together keep every law."""
    detector = build(name)
    events = events_for(detector.spec, mixed(seed))
    laws.cuts_do_not_matter(detector, events, cuts)
    laws.restarts_do_not_matter(detector, events, cuts)
    laws.state_survives(detector, events)
    laws.finish_changes_nothing(detector, events)
    laws.replay_gives_the_same(detector, events)
    laws.findings_are_explained(detector, events)


@each_detector
def test_cards_are_complete(name: str) -> None:
    """Name, technique, parameters with unit and source, examples of both kinds."""
    detector = build(name)
    assert detector.spec.name == name
    laws.card_is_complete(detector, DETECTORS[name].examples)


@each_detector
def test_an_empty_batch_finds_nothing(name: str) -> None:
    """No events, no findings, no failure."""
    detector = build(name)
    assert laws.run(detector, [events_for(detector.spec, ())])[0] == []


def test_techniques_exist_in_attack(shared_data: Path) -> None:
    """Every technique id of a card is a current ATT&CK Enterprise id."""
    with zipfile.ZipFile(shared_data / "llm/attack_enterprise/attack_v18_1.zip") as archive:
        known = set(json.loads(archive.read("techniques.json")))
    used = {technique for name in DETECTORS for technique in build(name).spec.attack}
    assert used <= known


SEVEN = events_for(broken.Third.spec, broken.EXAMPLES[0].events)
Law = Callable[[AnyDetector], None]


def _cut(detector: AnyDetector) -> None:
    laws.cuts_do_not_matter(detector, SEVEN, [1, 2, 3, 4])


def _restart(detector: AnyDetector) -> None:
    laws.restarts_do_not_matter(detector, SEVEN, [1, 2, 3, 4])


def _survive(detector: AnyDetector) -> None:
    laws.state_survives(detector, SEVEN)


def _finish(detector: AnyDetector) -> None:
    laws.finish_changes_nothing(detector, SEVEN)


def _replay(detector: AnyDetector) -> None:
    laws.replay_gives_the_same(detector, SEVEN)


def _fire(detector: AnyDetector) -> None:
    laws.example_holds(detector, broken.EXAMPLES[0])


def _card(detector: AnyDetector) -> None:
    laws.card_is_complete(detector, broken.EXAMPLES)


def _explain(detector: AnyDetector) -> None:
    laws.findings_are_explained(detector, SEVEN)


BROKEN: list[tuple[Law, AnyDetector]] = [
    (_cut, broken.ForgetsAtBatchEnd()),
    (_restart, broken.LosesStateOnDump()),
    (_survive, broken.LosesStateOnDump()),
    (_finish, broken.FinishCounts()),
    (_replay, broken.IdsFromARunNumber()),
    (_replay, broken.SameIdTwice()),
    (_fire, broken.NeverFires()),
    (_card, broken.NoTechnique()),
    (_explain, broken.InventsEvidence()),
    (_explain, broken.Unexplained()),
]


@pytest.mark.parametrize(("law", "detector"), BROKEN, ids=lambda part: getattr(part, "__name__", type(part).__name__))
def test_each_law_fails_on_the_detector_that_breaks_it(law: Law, detector: AnyDetector) -> None:
    """The correct dummy passes, the broken one does not."""
    law(broken.Third())
    with pytest.raises(AssertionError):
        law(detector)
