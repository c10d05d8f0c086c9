"""Tasks are known by name, or given as the place of one's own."""

import pytest
from examples.learn_regions import TASK

from hodoscope.cli.tasks import TASKS, task_named
from hodoscope.errors import InputError


def test_a_task_of_ones_own_is_given_as_module_and_name() -> None:
    """And what cannot be imported, or is no task, is told."""
    assert task_named("examples.learn_regions:TASK") is TASK
    for wrong, message in (
        ("examples.learn_regions:NONE", "cannot be imported"),
        ("no_such_module:TASK", "cannot be imported"),
        ("examples.learn_regions:CONFIG", "no task, it has no name"),
        ("regions", "unknown"),
    ):
        with pytest.raises(InputError, match=message):
            task_named(wrong)


@pytest.mark.parametrize("name", TASKS)
def test_every_named_task_is_there(name: str) -> None:
    """And is called what it is known by."""
    assert task_named(name).name == name
