"""What a field is for: our names, and how the corpora's labels map to them.

A label joins *type* and, where pages tell them apart, *role*: current, new and confirmed passwords are three labels.
The role of an identifier (login, new account, contact) follows from the type of its form. A corpus label may allow
several of ours; one that says nothing for certain is left out.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class FieldType(StrEnum):
    """The classes of the shipped field head."""

    USERNAME = "username"
    EMAIL = "email"
    PHONE = "phone"
    CURRENT_PASSWORD = "current password"  # noqa: S105 -- a class name
    NEW_PASSWORD = "new password"  # noqa: S105 -- a class name
    CONFIRM_PASSWORD = "confirm password"  # noqa: S105 -- a class name
    OTP = "otp"
    CARD_NUMBER = "card number"
    CARD_NAME = "card name"
    CARD_CODE = "card code"
    CARD_EXPIRY = "card expiry"
    CARD_MONTH = "card month"
    CARD_YEAR = "card year"
    CARD_TYPE = "card type"
    FULL_NAME = "full name"
    FIRST_NAME = "first name"
    MIDDLE_NAME = "middle name"
    LAST_NAME = "last name"
    HONORIFIC = "honorific"
    GENDER = "gender"
    ORGANIZATION = "organization"
    STREET = "street"
    ADDRESS_LINE_2 = "address line 2"
    HOUSE_NUMBER = "house number"
    CITY = "city"
    REGION = "region"
    POSTAL_CODE = "postal code"
    COUNTRY = "country"
    PHONE_COUNTRY = "phone country code"
    BIRTH_DATE = "birth date"
    BIRTH_DAY = "birth day"
    BIRTH_MONTH = "birth month"
    BIRTH_YEAR = "birth year"
    SEARCH = "search"
    MESSAGE = "message"
    SUBJECT = "subject"
    URL = "url"
    QUANTITY = "quantity"
    CAPTCHA = "captcha"
    REMEMBER = "remember me"
    CONSENT = "consent"
    SUBMIT = "submit"
    OTHER = "other"


_F = FieldType
PASSWORDS: Final = (_F.CURRENT_PASSWORD, _F.NEW_PASSWORD, _F.CONFIRM_PASSWORD)
IDENTIFIERS: Final = (_F.USERNAME, _F.EMAIL)

_OTHER_CODES: Final = (
    "qc", "OT", "OS", "OM", "OO", "ON", "OR", "oC", "sp", "st", "nv", "tz", "sq", "sa", "in", "OU", "OD", "Od", "Om",
    "Oy", "Bo", "Bc", "Br", "fa", "ds", "av", "hp", "aC",
)  # fmt: skip
FORMASAURUS: Final[Mapping[str, tuple[FieldType, ...]]] = {
    "us": (_F.USERNAME,), "ue": IDENTIFIERS, "e1": (_F.EMAIL,), "e2": (_F.EMAIL,), "p1": PASSWORDS[:2],
    "p2": (_F.CONFIRM_PASSWORD,), "ca": (_F.CAPTCHA,), "pi": (_F.OTP,), "tC": (_F.CONSENT,), "eC": (_F.CONSENT,),
    "rC": (_F.REMEMBER,), "Bs": (_F.SUBMIT,), "n1": (_F.FIRST_NAME,), "n3": (_F.LAST_NAME,), "n2": (_F.MIDDLE_NAME,),
    "nf": (_F.FULL_NAME,), "no": (_F.ORGANIZATION,), "ge": (_F.GENDER,), "bd": (_F.BIRTH_DAY,),
    "bm": (_F.BIRTH_MONTH,), "by": (_F.BIRTH_YEAR,), "bD": (_F.BIRTH_DATE,), "Co": (_F.COUNTRY,), "Ci": (_F.CITY,),
    "St": (_F.REGION,), "Ad": (_F.STREET,), "Sa": (_F.STREET,), "Sn": (_F.STREET,), "S#": (_F.HOUSE_NUMBER,),
    "Zi": (_F.POSTAL_CODE,), "A1": (_F.STREET,), "A2": (_F.ADDRESS_LINE_2,), "A#": (_F.ADDRESS_LINE_2,),
    "ph": (_F.PHONE,), "P0": (_F.PHONE_COUNTRY,), "P1": (_F.PHONE,), "P2": (_F.PHONE,), "P3": (_F.PHONE,),
    "ws": (_F.URL,), "CC": (_F.MESSAGE,), "am": (_F.MESSAGE,), "CT": (_F.SUBJECT,), "c#": (_F.CARD_NUMBER,),
    "cs": (_F.CARD_CODE,), "ch": (_F.CARD_NAME,), "cm": (_F.CARD_MONTH,), "cy": (_F.CARD_YEAR,), "qq": (_F.SEARCH,),
    "qt": (_F.QUANTITY,),
    **dict.fromkeys(_OTHER_CODES, (_F.OTHER,)),
}  # fmt: skip
"""Upstream's 79 codes before its merging; ``p1`` does not tell current from new, the form's type does."""

DUCKDUCKGO: Final[Mapping[str, tuple[FieldType, ...]]] = {
    "password": PASSWORDS, "password.current": (_F.CURRENT_PASSWORD,), "password.new": PASSWORDS[1:],
    "username": (_F.USERNAME,), "emailAddress": (_F.EMAIL,), "username OR emailAddress": IDENTIFIERS,
    "lastName": (_F.LAST_NAME,), "firstName": (_F.FIRST_NAME,), "middleName": (_F.MIDDLE_NAME,),
    "fullName": (_F.FULL_NAME,), "phone": (_F.PHONE,), "cardNumber": (_F.CARD_NUMBER,), "cardName": (_F.CARD_NAME,),
    "cardSecurityCode": (_F.CARD_CODE,), "expiration": (_F.CARD_EXPIRY,), "expirationMonth": (_F.CARD_MONTH,),
    "expirationYear": (_F.CARD_YEAR,), "addressPostalCode": (_F.POSTAL_CODE,), "addressCountryCode": (_F.COUNTRY,),
    "addressCity": (_F.CITY,), "addressProvince": (_F.REGION,), "addressStreet": (_F.STREET,),
    "addressStreet2": (_F.ADDRESS_LINE_2,), "birthdayMonth": (_F.BIRTH_MONTH,), "birthdayDay": (_F.BIRTH_DAY,),
    "birthdayYear": (_F.BIRTH_YEAR,), "birthday": (_F.BIRTH_DATE,), "totp": (_F.OTP,),
}  # fmt: skip
"""``unknown`` means "none that upstream fills": see :data:`UNFILLED`."""

UNFILLED: Final = tuple(
    kind for kind in FieldType if kind not in {one for allowed in DUCKDUCKGO.values() for one in allowed}
)
"""What DuckDuckGo's ``unknown`` may be: everything that its labels do not name."""

FIREFOX: Final[Mapping[str, tuple[FieldType, ...]]] = {
    "email": (_F.EMAIL,), "tel": (_F.PHONE,), "tel-national": (_F.PHONE,), "tel-local": (_F.PHONE,),
    "tel-country-code": (_F.PHONE_COUNTRY,), "name": (_F.FULL_NAME,), "given-name": (_F.FIRST_NAME,),
    "additional-name": (_F.MIDDLE_NAME,), "family-name": (_F.LAST_NAME,), "honorific-prefix": (_F.HONORIFIC,),
    "sex": (_F.GENDER,), "organization": (_F.ORGANIZATION,), "street-address": (_F.STREET,),
    "address-line1": (_F.STREET,), "address-streetname": (_F.STREET,), "street": (_F.STREET,),
    "address-line2": (_F.ADDRESS_LINE_2,), "address-line3": (_F.ADDRESS_LINE_2,), "apartment": (_F.ADDRESS_LINE_2,),
    "address-housenumber": (_F.HOUSE_NUMBER,), "address-level2": (_F.CITY,), "address-level1": (_F.REGION,),
    "postal-code": (_F.POSTAL_CODE,), "country": (_F.COUNTRY,), "country-name": (_F.COUNTRY,),
    "cc-number": (_F.CARD_NUMBER,), "cc-name": (_F.CARD_NAME,), "cc-csc": (_F.CARD_CODE,), "cc-exp": (_F.CARD_EXPIRY,),
    "cc-exp-month": (_F.CARD_MONTH,), "cc-exp-year": (_F.CARD_YEAR,), "cc-type": (_F.CARD_TYPE,),
    "bday": (_F.BIRTH_DATE,), "bday-day": (_F.BIRTH_DAY,), "bday-month": (_F.BIRTH_MONTH,),
    "bday-year": (_F.BIRTH_YEAR,), "loginname": (_F.USERNAME,), "username": (_F.USERNAME,),
    "new-password": (_F.NEW_PASSWORD,),
}  # fmt: skip
"""Tokens with a class of ours; the rare ones (floor, building, VAT number …) are left out of training."""
