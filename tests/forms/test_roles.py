"""Every code of a corpus has a meaning of ours."""

import json
import zipfile
from pathlib import Path

from hodoscope.forms.corpora.formasaurus import UNANNOTATED, archive
from hodoscope.forms.roles import FORMASAURUS_FORMS, FormType


def test_each_formasaurus_code_is_mapped(shared_data: Path) -> None:
    """After upstream's own merging; nothing is mapped that does not exist."""
    with zipfile.ZipFile(archive(shared_data)) as packed:
        config = json.loads(packed.read("config.json"))["form_types"]
    codes = {config["simplify_map"].get(kind["short"], kind["short"]) for kind in config["types"]}
    assert FORMASAURUS_FORMS.keys() == codes - UNANNOTATED
    assert set(FORMASAURUS_FORMS.values()) <= set(FormType)
