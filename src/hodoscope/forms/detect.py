"""What the shipped runtime and model say about an HTML file, asked in Chromium."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hodoscope.errors import InputError
from hodoscope.forms.chromium import LivePage
from hodoscope.forms.model_file import SHIPPED

_DETECT: Final = """([html, model]) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const found = hodoscopeForms.detectSync(page, hodoscopeForms.loadModel(model), {reasons: true});
  const named = handle => {
    const element = hodoscopeForms.elementOf(handle);
    return element.getAttribute("name") || element.getAttribute("id") || element.localName;
  };
  const fields = form => form.fields.map(field => ({...field, name: named(field.control)}));
  return found.forms.map(form => ({...form, controls: form.controls.map(named), fields: fields(form)}));
}"""


@dataclass(frozen=True, slots=True)
class DetectedField:
    """``label`` is None when the model abstains; ``reasons`` are (feature, weight), strongest first."""

    name: str
    label: str | None
    probability: float
    reasons: tuple[tuple[str, float], ...]

    def to_json(self) -> dict[str, object]:
        """Plain data, in the order of the fields."""
        return {**_plain(self.label, self.probability, self.reasons), "name": self.name}


@dataclass(frozen=True, slots=True)
class DetectedForm:
    """As :class:`DetectedField`, for a form; ``controls`` are names of all its controls, hidden ones too."""

    file: str
    label: str | None
    probability: float
    controls: tuple[str, ...]
    reasons: tuple[tuple[str, float], ...]
    fields: tuple[DetectedField, ...]

    def to_json(self) -> dict[str, object]:
        """Plain data, in the order of the fields."""
        fields = [field.to_json() for field in self.fields]
        decision = _plain(self.label, self.probability, self.reasons)
        return {"file": self.file, **decision, "controls": list(self.controls), "fields": fields}


def detect(live: LivePage, files: Iterable[Path], model: Path = SHIPPED) -> Iterator[DetectedForm]:
    """Every form of every file, in document order. Raises ``InputError`` for a file or model that cannot be read."""
    document = json.loads(_text(model))
    for path in files:
        for found in live.call(_DETECT, [_text(path), document]):
            yield _form(str(path), found)


def _form(file: str, found: dict[str, Any]) -> DetectedForm:
    fields = tuple(
        DetectedField(field["name"], field["label"], float(field["probability"]), _reasons(field))
        for field in found["fields"]
    )
    controls = tuple(found["controls"])
    return DetectedForm(file, found["label"], float(found["probability"]), controls, _reasons(found), fields)


def _reasons(found: dict[str, Any]) -> tuple[tuple[str, float], ...]:
    return tuple((str(reason["feature"]), float(reason["weight"])) for reason in found["reasons"])


def _plain(label: str | None, probability: float, reasons: tuple[tuple[str, float], ...]) -> dict[str, object]:
    told = [{"feature": feature, "weight": weight} for feature, weight in reasons]
    return {"label": label, "probability": probability, "reasons": told}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); name an HTML file") from error
