"""A missing library of the extra is an error that says how to get it."""

import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle import extra


def test_a_missing_library_names_the_extra() -> None:
    """The remedy is a command."""
    with pytest.raises(InputError, match=r"pip install 'hodoscope\[lifecycle\]'"):
        extra.load("hodoscope_has_no_such_library")


def test_an_installed_library_is_loaded() -> None:
    """And usable."""
    assert extra.load("json").loads("1") == 1
