"""The document beside the page."""

import json

import pytest
from tests.lifecycle.report.cases import everything

from hodoscope.lifecycle.report.report import json_text


def test_the_document_is_strict_and_complete() -> None:
    """Floors with their standing, promises with what was seen, repeats with both noises."""
    document = json.loads(json_text(everything()), parse_constant=pytest.fail)
    assert {floor["standing"] for floor in document["floors"]} <= {"met", "unsure", "missed"}
    assert document["promises"][0]["observed"]["later, same source"]["n"] == 300
    assert document["promises"][1]["threshold"] is None
    assert set(document["repeated"]["auc"]) >= {"fold_noise", "sampling_noise", "values"}
    assert set(document) >= {"title", "evaluation", "detail", "data", "notes"}
