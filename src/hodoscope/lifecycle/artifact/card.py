"""The model card in Markdown: what people must know, and what the machine knows about the model.

Sections after Mitchell et al., "Model Cards for Model Reporting" (2019). The prose is written once per task in TOML;
figures, data and identity are filled in from the artifact, so they cannot disagree with it.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Self

from hodoscope.errors import InputError
from hodoscope.lifecycle.metric import Evaluation, Metric

PROSE = {
    "intended_use": "Intended use",
    "out_of_scope": "Out of scope",
    "how_it_decides": "How it decides",
    "limitations": "Limitations",
    "risks": "Risks",
    "owner": "Owner",
}
"""Field of :class:`CardText` → heading."""
HEADINGS = (*PROSE.values(), "Training data", "Evaluation", "Identity")
LEAST_CHARACTERS = 12
"""A section with fewer letters says nothing ("n/a", "none", "tbd")."""
_PLACEHOLDER = re.compile(r"\b(todo|tbd|fixme|lorem ipsum|to be written)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CardText:
    """What only people can say about a model. All fields are prose in Markdown."""

    intended_use: str
    out_of_scope: str
    how_it_decides: str
    limitations: str
    risks: str
    owner: str

    @classmethod
    def from_table(cls, table: Mapping[str, object], where: str) -> Self:
        """One ``key = "text"`` per field. ``InputError`` names missing and unknown keys."""
        names = {field.name for field in fields(cls)}
        if table.keys() != names:
            raise InputError(
                f"{where}: missing {sorted(names - table.keys())}, unknown {sorted(table.keys() - names)}; "
                f"a card has {', '.join(sorted(names))}"
            )
        return cls(**{name: str(value).strip() for name, value in table.items()})


def render(
    title: str, text: CardText, evaluation: Evaluation, data: Sequence[Mapping[str, object]], facts: Mapping[str, str]
) -> str:
    """The card. ``data`` rows become the table of training data, ``facts`` the list under Identity."""
    lines = [f"# {title}"]
    for name, heading in PROSE.items():
        lines += ["", f"## {heading}", "", getattr(text, name)]
    lines += ["", "## Training data", "", *_table(data)]
    lines += ["", "## Evaluation", "", "95 % intervals; n counts independent units.", "", *_figures(evaluation)]
    lines += ["", "## Identity", "", *(f"- {name}: `{value}`" for name, value in facts.items())]
    return "\n".join(lines) + "\n"


def gaps(card: str) -> list[str]:
    """What a card lacks, one sentence per section; empty when it is complete."""
    sections = _sections(card)
    found = [f"section {heading!r} is missing" for heading in HEADINGS if heading not in sections]
    for heading in HEADINGS:
        body = sections.get(heading)
        if body is not None and len(re.findall(r"\w", body)) < LEAST_CHARACTERS:
            found.append(f"section {heading!r} says nothing")
        elif body is not None and _PLACEHOLDER.search(body):
            found.append(f"section {heading!r} still holds a placeholder")
    return found


def _sections(card: str) -> dict[str, str]:
    parts = re.split(r"^## +(.+?) *$", card, flags=re.MULTILINE)
    return dict(zip(parts[1::2], (body.strip() for body in parts[2::2]), strict=True))


def _figures(evaluation: Evaluation) -> list[str]:
    rows = [("all", "this model", name, metric) for name, metric in evaluation.metrics.items()]
    rows += [("all", of, name, one) for of, table in evaluation.baselines.items() for name, one in table.items()]
    rows += [(of, "this model", name, one) for of, table in evaluation.slices.items() for name, one in table.items()]
    lines = ["| rows | of | figure | value | interval | unit | n |", "|---|---|---|---|---|---|---|"]
    return lines + [
        f"| {_cell(rows_)} | {_cell(of)} | {_cell(name)} | {_shown(one)} |" for rows_, of, name, one in rows
    ]


def _shown(metric: Metric) -> str:
    if math.isnan(metric.value):
        return f"undefined | | {metric.unit} | {metric.n}"
    return f"{metric.value:.4g} | {metric.low:.4g} to {metric.high:.4g} | {metric.unit} | {metric.n}"


def _table(rows: Sequence[Mapping[str, object]]) -> Iterable[str]:
    if not rows:
        return
    yield "| " + " | ".join(rows[0]) + " |"
    yield "|" + "---|" * len(rows[0])
    for row in rows:
        yield "| " + " | ".join(_cell(value) for value in row.values()) + " |"


def _cell(value: object) -> str:
    """Text that stays in its cell."""
    return " ".join(str(value).split()).replace("|", "\\|")
