"""Files made from code are as fresh as the code."""

import pytest

from hodoscope.cli import command_page
from hodoscope.lifecycle import artifact_schema
from hodoscope.soc import schema_page, sigma_aliases
from tests.house import public_api
from tests.house.source_tree import REPOSITORY

GENERATED = {
    **schema_page.generated(),
    **sigma_aliases.generated(),
    **artifact_schema.generated(),
    **command_page.generated(),
    **public_api.generated(),
}


@pytest.mark.parametrize("path", GENERATED)
def test_generated_file_is_fresh(path: str) -> None:
    """Remedy: ``make contracts``, and read the difference before committing it."""
    target = REPOSITORY / path
    assert target.is_file(), f"{path} is missing; run `make contracts`"
    assert target.read_text(encoding="utf-8") == GENERATED[path], f"{path} is stale; run `make contracts`"
