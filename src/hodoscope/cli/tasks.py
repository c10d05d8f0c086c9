"""The learning tasks the command line knows by name; any other is given as ``module:NAME``."""

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from hodoscope.errors import InputError

if TYPE_CHECKING:
    from hodoscope.lifecycle.task import Task

TASKS: dict[str, str] = {"dga": "hodoscope.soc.dga.dga_task:TASK"}
"""Name → ``module:NAME`` of a :class:`hodoscope.lifecycle.task.Task`."""


def task_named(name: str) -> "Task":
    """The task of that name, or the object ``NAME`` of ``module`` (also looked for in the current folder).

    ``InputError`` for an unknown name, a module that cannot be imported, and an object that is no task.
    """
    place = TASKS.get(name, name)
    module, found, attribute = place.partition(":")
    if not found:
        known = ", ".join(sorted(TASKS)) or "none by name"
        raise InputError(f"task {name!r} is unknown; known: {known}; your own is given as module:NAME")
    try:
        sys.path.append(str(Path.cwd()))
        task = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(f"task {name!r}: cannot be imported ({error})") from None
    finally:
        sys.path.remove(str(Path.cwd()))
    lacking = [part for part in ("name", "config", "load", "split", "train", "units") if not hasattr(task, part)]
    if lacking:
        raise InputError(f"task {name!r}: no task, it has no {', '.join(lacking)}; see hodoscope/lifecycle/task.py")
    return cast("Task", task)
