"""What forms are for: our names, and how the corpora's codes map to them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class FormType(StrEnum):
    """What a segment of a page asks its reader to do."""

    LOGIN = "login"
    REGISTRATION = "registration"
    PASSWORD_CHANGE = "password change"  # noqa: S105 -- a class name
    RECOVERY = "recovery"
    MFA = "mfa"
    NEWSLETTER = "newsletter"
    SEARCH = "search"
    CONTACT = "contact"
    PAYMENT = "payment"
    ADDRESS = "address"
    ORDER = "order"
    OTHER = "other"


FORMASAURUS_FORMS: Final[Mapping[str, FormType]] = {
    "s": FormType.SEARCH,
    "l": FormType.LOGIN,
    "r": FormType.REGISTRATION,
    "p": FormType.RECOVERY,
    "c": FormType.CONTACT,
    "m": FormType.NEWSLETTER,
    "b": FormType.ORDER,
    "o": FormType.OTHER,
}
"""Formasaurus' merged form codes. It has no class for password change, MFA, payment and address."""
