"""What a report holds, and writing it: ``report.html`` for people, ``report.json`` for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hodoscope.errors import InputError
from hodoscope.lifecycle.evaluate.detail import Detail
from hodoscope.lifecycle.evaluate.floors import Floor
from hodoscope.lifecycle.evaluate.repeated import Repeated
from hodoscope.lifecycle.metric import Evaluation, Metric
from hodoscope.lifecycle.risk_control import Bound

HTML_FILE, JSON_FILE = "report.html", "report.json"


@dataclass(frozen=True, slots=True)
class Promise:
    """A bound beside what was seen: ``observed`` maps where ("later weeks", a slice) to the risk measured there.

    ``exchangeable`` names the places where the promise applies; elsewhere the figures show what drift does to it.
    """

    bound: Bound
    observed: Mapping[str, Metric] = field(default_factory=dict)
    exchangeable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Report:
    """Only ``title``, ``evaluation`` and ``detail`` are required; what is empty is left out of the page.

    ``headline``: names of the figures shown large, by default a choice of what was measured. ``summary``: one or two
    sentences. ``data``: data set → its datasheet, field by field. ``notes``: sentences for the reader, such as limits.
    """

    title: str
    evaluation: Evaluation
    detail: Detail
    summary: str = ""
    headline: Sequence[str] = ()
    floors: Sequence[Floor] = ()
    promises: Sequence[Promise] = ()
    repeated: Mapping[str, Repeated] = field(default_factory=dict)
    data: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def to_json(self) -> dict[str, object]:
        """Everything the page shows; ``evaluation`` is the document other programs read."""
        return {
            "title": self.title,
            "summary": self.summary,
            "evaluation": self.evaluation.to_json(),
            "detail": self.detail.to_json(),
            "floors": [
                {"name": floor.name, "limit": floor.limit, "standing": floor.standing.value, **floor.metric.to_json()}
                for floor in self.floors
            ],
            "promises": [
                {
                    **promise.bound.to_json(),
                    "observed": {place: metric.to_json() for place, metric in promise.observed.items()},
                    "exchangeable": sorted(promise.exchangeable),
                }
                for promise in self.promises
            ],
            "repeated": {
                name: {
                    **found.metric.to_json(),
                    "fold_noise": found.fold_noise,
                    "sampling_noise": found.sampling_noise,
                    "values": list(found.values),
                }
                for name, found in self.repeated.items()
            },
            "data": {name: dict(sheet) for name, sheet in self.data.items()},
            "notes": list(self.notes),
        }


def json_text(report: Report) -> str:
    """Strict JSON, the same bytes for the same report. Raises ``InputError`` for a config that JSON cannot hold."""
    try:
        return json.dumps(report.to_json(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    except (TypeError, ValueError) as error:
        raise InputError(
            f"report {report.title!r}: no JSON can hold it ({error}); use plain values in config"
        ) from None
