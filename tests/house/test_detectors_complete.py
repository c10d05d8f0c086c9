"""No detector is left out of the registry, and none comes without its card."""

import ast
import re

import pytest

from hodoscope.soc.detectors.examples import events_for
from hodoscope.soc.detectors.registry import DETECTORS, build
from tests.house.source_tree import PACKAGE, tree


def test_every_detector_file_is_registered() -> None:
    """A file with ``EXAMPLES`` is a detector; remedy: one line in ``detectors/registry.py``."""
    files = {
        path.stem
        for path in (PACKAGE / "soc" / "detectors").glob("*.py")
        if any(
            "EXAMPLES" in ast.unparse(node)[:20]
            for node in tree(path).body
            if isinstance(node, ast.Assign | ast.AnnAssign)
        )
    }
    registered = (PACKAGE / "soc" / "detectors" / "registry.py").read_text(encoding="utf-8")
    assert {name for name in files if f"{name}.EXAMPLES" not in registered} == set()


@pytest.mark.parametrize("name", DETECTORS)
def test_detector_has_attack_id_examples_and_explanation(name: str) -> None:
    """ATT&CK ids, an example that fires and one that does not, and an explanation in a sentence."""
    detector, examples = build(name), DETECTORS[name].examples
    assert detector.spec.name == name
    assert detector.spec.attack
    assert all(re.fullmatch(r"T\d{4}(\.\d{3})?", technique) for technique in detector.spec.attack)
    assert {example.fires for example in examples} == {True, False}
    firing = next(example for example in examples if example.fires)
    state = detector.initial()
    found = [*detector.detect(events_for(detector.spec, firing.events), state), *detector.finish(state)]
    assert found
    assert all(len(finding.explanation) > 40 and finding.how_to_check for finding in found)
