"""What one must know about a data set before using it. Loading requires it, reports show it."""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Self

from hodoscope.errors import InputError


class AllowedUse(StrEnum):
    """What the licence and the owner's word permit, from most to least."""

    TRAIN_AND_SHIP_WEIGHTS = "train-and-ship-weights"
    EVALUATE_ONLY = "evaluate-only"  # experiments may train on it; such weights stay where they were made
    REFERENCE = "reference"  # looked up, neither learned from nor scored on


class Purpose(StrEnum):
    """What somebody is about to do with a data set."""

    SHIP = "ship"
    EVALUATE = "evaluate"


PERMITS: dict[Purpose, frozenset[AllowedUse]] = {
    Purpose.SHIP: frozenset({AllowedUse.TRAIN_AND_SHIP_WEIGHTS}),
    Purpose.EVALUATE: frozenset({AllowedUse.TRAIN_AND_SHIP_WEIGHTS, AllowedUse.EVALUATE_ONLY}),
}


@dataclass(frozen=True, slots=True)
class Datasheet:
    """All fields are required; the prose ones must say something ("none known" is something).

    ``label``, ``group`` and ``time`` name columns; ``group`` and ``time`` may be empty where the data has none.
    ``identifiers`` are columns that name things (addresses, ids, file names): groups or keys, never features.
    """

    name: str
    source: str
    licence: str
    allowed_use: AllowedUse
    label_schema: str
    label_quality: str
    split_rule: str
    known_trap: str
    label: str
    group: str
    time: str
    identifiers: tuple[str, ...] = ()

    def require(self, purpose: Purpose) -> None:
        """Raises ``InputError`` unless the data may be used for ``purpose``."""
        if self.allowed_use not in PERMITS[purpose]:
            raise InputError(
                f"dataset {self.name!r} is {self.allowed_use} (licence: {self.licence}), so not to {purpose};"
                " leave it out, or change the purpose if no weights leave this machine"
            )

    def to_toml(self) -> str:
        """One ``key = value`` line per field, in the order above."""
        return "".join(f"{key} = {_toml(value)}\n" for key, value in asdict(self).items())

    @classmethod
    def from_toml(cls, text: str, where: str) -> Self:
        """Raises ``InputError`` that begins with ``where`` and names the missing, unknown or wrong key."""
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{where}: not TOML ({error})") from None
        document.pop("content_hash", None)  # about the table beside it, not about its use: see Dataset.load
        known = {field.name for field in fields(cls)}
        missing = sorted(known - {"identifiers"} - document.keys())
        if missing or document.keys() - known:
            raise InputError(
                f"{where}: missing keys {missing}, unknown keys {sorted(document.keys() - known)}; a datasheet has"
                f" {', '.join(field.name for field in fields(cls))}"
            )
        identifiers = document.pop("identifiers", [])
        if not isinstance(identifiers, list) or not all(isinstance(name, str) for name in identifiers):
            raise InputError(f"{where}: $.identifiers: expected a list of column names")
        empty = sorted(
            key
            for key, value in document.items()
            if not isinstance(value, str) or (not value.strip() and key not in ("group", "time"))
        )
        if empty:
            raise InputError(f"{where}: {', '.join(f'$.{key}' for key in empty)}: expected text that says something")
        try:
            use = AllowedUse(document.pop("allowed_use"))
        except ValueError as error:
            raise InputError(f"{where}: $.allowed_use: {error}; one of {', '.join(AllowedUse)}") from None
        return cls(**document, allowed_use=use, identifiers=tuple(identifiers))


def merge_sheets(sheets: Sequence[Datasheet]) -> Datasheet:
    """The sheet of sources taken together: the strictest use, each differing text with its source's name before it.

    Raises ``InputError`` when they call label, group or time by different column names.
    """
    for role in ("label", "group", "time"):
        named = {sheet.name: getattr(sheet, role) for sheet in sheets}
        if len(set(named.values())) > 1:
            raise InputError(f"combine: the {role} column differs between sources ({named}); rename it to one name")
    prose = {
        key: _joined(sheets, key)
        for key in ("source", "licence", "label_schema", "label_quality", "split_rule", "known_trap")
    }
    strictest = max((sheet.allowed_use for sheet in sheets), key=list(AllowedUse).index)
    first = sheets[0]
    return Datasheet(
        name=" + ".join(sheet.name for sheet in sheets), **prose, allowed_use=strictest, label=first.label,
        group=first.group, time=first.time,
        identifiers=tuple(dict.fromkeys(name for sheet in sheets for name in sheet.identifiers)),
    )  # fmt: skip


def _joined(sheets: Sequence[Datasheet], key: str) -> str:
    texts = {sheet.name: str(getattr(sheet, key)) for sheet in sheets}
    if len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    return "; ".join(f"{name}: {text}" for name, text in texts.items())


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007F")
