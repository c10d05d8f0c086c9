"""How common a literal is, counted in events and not in values."""

import pytest
from tests.support.sigma_world import events

from hodoscope.soc.sigma.hunting.sample import Sample
from hodoscope.soc.sigma.interface import FieldSource
from hodoscope.soc.sigma.rule import Leaf, Match

CMD, ANSWERS, KEY = (FieldSource("process_cmd_line"),), (FieldSource("answers"),), (FieldSource("unmapped", key="K"),)
SAMPLE = Sample(
    events(
        [
            {"CommandLine": "POWERSHELL -enc", "Answers": ["a.example", "B.example"]},
            {"CommandLine": "POWERSHELL -enc", "K": "x"},
            {"CommandLine": "cmd /c powershell", "Answers": ["b.example"]},
            {},
        ]
    )
)


@pytest.mark.parametrize(
    ("leaf", "sources", "share"),
    [
        (Leaf("CommandLine", Match.CONTAINS, "PowerShell"), CMD, 0.75),
        (Leaf("CommandLine", Match.STARTSWITH, "powershell"), CMD, 0.5),
        (Leaf("CommandLine", Match.ENDSWITH, "powershell"), CMD, 0.25),
        (Leaf("CommandLine", Match.GLOB, "cmd*shell"), CMD, 0.25),
        (Leaf("Answers", Match.EQUALS, "b.example"), ANSWERS, 0.5),
        (Leaf("K", Match.EQUALS, "x"), KEY, 0.25),
        (Leaf("CommandLine", Match.EXISTS), CMD, 0.0),
        (Leaf("Nowhere", Match.CONTAINS, "x"), (), 0.0),
    ],
)
def test_the_share_is_of_events_that_hold_a_literal(leaf: Leaf, sources: tuple[FieldSource, ...], share: float) -> None:
    assert SAMPLE.share(leaf, sources) == share


def test_of_no_events_nothing_is_common() -> None:
    assert Sample(events([])).share(Leaf("CommandLine", Match.CONTAINS, "x"), CMD) == 0.0
