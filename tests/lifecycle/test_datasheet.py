"""A datasheet says everything, or is refused; what it permits decides."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.errors import InputError
from hodoscope.lifecycle.datasheet import AllowedUse, Datasheet, Purpose, merge_sheets

SHEET = Datasheet(
    name="names", source="a public list", licence="MIT", allowed_use=AllowedUse.TRAIN_AND_SHIP_WEIGHTS,
    label_schema="dga or benign", label_quality="by construction", split_rule="leave families out",
    known_trap="the suffix gives the family away", label="label", group="family", time="", identifiers=("id",),
)  # fmt: skip
TEXT = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip)


@given(TEXT, st.lists(TEXT, max_size=3))
def test_a_sheet_survives_its_toml(text: str, names: list[str]) -> None:
    """Quotes, control characters and every script included."""
    sheet = replace(SHEET, known_trap=text, identifiers=tuple(names))
    assert Datasheet.from_toml(sheet.to_toml(), "x.toml") == sheet


@pytest.mark.parametrize("key", [field.name for field in fields(Datasheet) if field.name != "identifiers"])
def test_a_missing_key_is_named(key: str) -> None:
    """Every field but the identifiers is required."""
    lines = [line for line in SHEET.to_toml().splitlines() if not line.startswith(f"{key} =")]
    with pytest.raises(InputError, match=rf"x\.toml: missing keys \['{key}'\]"):
        Datasheet.from_toml("\n".join(lines), "x.toml")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('known_trap = " "', r"\$\.known_trap: expected text"),
        ("licence = 3", r"\$\.licence: expected text"),
        ('allowed_use = "anything"', r"\$\.allowed_use: .*evaluate-only"),
        ('identifiers = "id"', r"\$\.identifiers: expected a list"),
        ('colour = "red"', r"unknown keys \['colour'\]"),
        ("name = ", "not TOML"),
    ],
)
def test_a_wrong_value_is_named(line: str, message: str) -> None:
    """With what was expected."""
    key = line.partition(" ")[0]
    others = [other for other in SHEET.to_toml().splitlines() if not other.startswith(f"{key} =")]
    with pytest.raises(InputError, match=message):
        Datasheet.from_toml("\n".join([*others, line]), "x.toml")


@pytest.mark.parametrize(
    ("use", "permitted"),
    [
        (AllowedUse.TRAIN_AND_SHIP_WEIGHTS, {Purpose.SHIP, Purpose.EVALUATE}),
        (AllowedUse.EVALUATE_ONLY, {Purpose.EVALUATE}),
        (AllowedUse.REFERENCE, set()),
    ],
)
def test_use_decides_the_purpose(use: AllowedUse, permitted: set[Purpose]) -> None:
    """Nothing trained on evaluate-only data ships."""
    sheet = replace(SHEET, allowed_use=use)
    for purpose in Purpose:
        if purpose in permitted:
            sheet.require(purpose)
        else:
            with pytest.raises(InputError, match=r"'names' is .*MIT"):
                sheet.require(purpose)


def test_merged_sheets_keep_the_strictest_use_and_every_warning() -> None:
    """Differing texts carry their source's name."""
    other = replace(SHEET, name="feed", allowed_use=AllowedUse.EVALUATE_ONLY, known_trap="old", identifiers=("key",))
    merged = merge_sheets([SHEET, other])
    assert merged.allowed_use == AllowedUse.EVALUATE_ONLY
    assert merged.name == "names + feed"
    assert merged.known_trap == "names: the suffix gives the family away; feed: old"
    assert (merged.licence, merged.identifiers) == ("MIT", ("id", "key"))
    with pytest.raises(InputError, match="label column differs"):
        merge_sheets([SHEET, replace(SHEET, name="b", label="y")])
