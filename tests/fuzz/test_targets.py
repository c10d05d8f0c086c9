"""Every fuzz target holds on arbitrary bytes and on damaged valid records."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.normalise.parsers import PARSERS
from tests.fuzz.mutations import damaged
from tests.fuzz.run import random_for
from tests.fuzz.samples import seeds
from tests.fuzz.targets import FUZZ_TARGETS


def test_there_is_a_target_for_every_parser_and_every_shipped_mapping() -> None:
    """A new parser or mapping is fuzzed from its first day."""
    assert {f"parser:{name}" for name in PARSERS} <= FUZZ_TARGETS.keys()
    assert {f"mapping:{name}" for name in shipped_mappings()} <= FUZZ_TARGETS.keys()


@pytest.mark.parametrize("name", FUZZ_TARGETS)
def test_valid_samples_pass(name: str) -> None:
    """Each seed alone and all of them together."""
    for seed in (*seeds(name), b"\n".join(seeds(name)), b""):
        FUZZ_TARGETS[name](seed)


@pytest.mark.parametrize("name", FUZZ_TARGETS)
@given(data=st.binary(max_size=200) | st.text(max_size=80).map(str.encode))
@settings(max_examples=25)
def test_arbitrary_bytes_break_nothing(name: str, data: bytes) -> None:
    """Bytes of no format at all."""
    FUZZ_TARGETS[name](data)


@pytest.mark.parametrize("name", FUZZ_TARGETS)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 3))
@settings(max_examples=60)
def test_damaged_records_break_nothing(name: str, seed: int, count: int) -> None:
    """Valid records with other values inside, or with bytes cut, doubled or replaced."""
    dice = Random(seed)
    known = seeds(name)
    FUZZ_TARGETS[name](b"\n".join(damaged(dice.choice(known), dice) for _ in range(count)))


@pytest.mark.long
@pytest.mark.parametrize("name", FUZZ_TARGETS)
def test_ten_seconds_of_random_damages_break_nothing(name: str) -> None:
    """The same loop as ``python -m tests.fuzz.run`` without atheris."""
    assert random_for(name, 10, seed=1) > 100
