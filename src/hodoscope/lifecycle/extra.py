"""Libraries of the extra ``lifecycle``, imported where they are first needed."""

from importlib import import_module
from types import ModuleType

from hodoscope.errors import InputError


def load(module: str, extra: str = "lifecycle") -> ModuleType:
    """Import ``module``; ``InputError`` with the remedy when ``extra`` is not installed.

    Typed as a bare module on purpose: none of these libraries ships types that mypy's strict mode accepts.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise InputError(f"{module} is not installed ({error}); run: pip install 'hodoscope[{extra}]'") from None
