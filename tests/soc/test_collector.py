"""The garbage collector is off inside and what it was before outside."""

import gc

import pytest

from hodoscope.soc.collector import collector_paused


def test_the_collector_is_off_inside_and_on_again_after() -> None:
    """Also when pauses nest."""
    with collector_paused():
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_failure_inside_switches_it_on_again() -> None:
    """A stage that raises must not leave the process without a collector."""
    with pytest.raises(KeyError), collector_paused():
        raise KeyError
    assert gc.isenabled()
