"""The model file that the runtime loads: JSON with the feature contract's digest and one head per task."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from hodoscope.errors import InputError
from hodoscope.forms.field_head import FieldHead
from hodoscope.forms.head import Head
from hodoscope.forms.spec import FEATURE_SPEC

FORMAT: Final = "hodoscope-form-model/1"
SHIPPED: Final = Path(__file__).resolve().parent / "models" / "forms.json"
"""The model in this package: trained on Formasaurus (train and ship weights)."""


@dataclass(frozen=True, slots=True)
class FormModel:
    """A head for forms and, when trained, one for fields. ``version`` is shown with every detection."""

    version: str
    form: Head
    field: FieldHead | None = None

    def to_json(self) -> dict[str, object]:
        """The document of ``ModelFile`` in ``model.ts``."""
        heads = {"form": self.form.to_json()} | ({"field": self.field.to_json()} if self.field else {})
        return {"format": FORMAT, "featureSpec": FEATURE_SPEC, "version": self.version, "heads": heads}

    def save(self, path: Path) -> None:
        """Writes the JSON, compact and with sorted keys: the same model gives the same bytes."""
        text = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads a model. Raises ``InputError`` when it is absent, damaged or made for other features."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            spec, version, heads = document["featureSpec"], document["version"], document["heads"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}: no form model ({error!r}); run: hodoscope forms export") from error
        if document.get("format") != FORMAT or spec != FEATURE_SPEC:
            raise InputError(f"{path}: made for features {spec}, this version has {FEATURE_SPEC}; train it again")
        field = FieldHead.from_json(heads["field"]) if "field" in heads else None
        return cls(version, Head.from_json(heads.get("form", {})), field)
