"""docs/detectors.md tells every detector and parameter as they are."""

import pytest
from tests.house.source_tree import REPOSITORY

from hodoscope.soc.detectors.registry import DETECTORS, build


@pytest.mark.parametrize("name", DETECTORS)
def test_the_page_names_every_parameter_with_its_value(name: str) -> None:
    """Remedy: correct the detector's table in docs/detectors.md."""
    page = (REPOSITORY / "docs" / "detectors.md").read_text(encoding="utf-8")
    section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert section, f"no section {name}"
    for key, parameter in build(name).spec.parameters.items():
        row = next((line for line in section.splitlines() if line.startswith(f"| `{key}` |")), "")
        assert row, f"{name}.{key} is missing"
        assert float(row.split("|")[2]) == parameter.value, f"{name}.{key}"
        assert parameter.source in row
