"""The tables of :mod:`benchmarks.normalise_quality`: for the terminal, as Markdown and as figures in JSON."""

from collections.abc import Iterator, Mapping, Sequence

from rich.table import Table

from benchmarks.ecs_core_fields import CORE_FIELDS
from benchmarks.ecs_score import RESAMPLES, SEED, Estimate, Score, joined

Scores = Mapping[str, Score]

HEADINGS = (
    "intake", "fixtures", "fields", "precision", "recall", "where both give a value", "same, ECS-valid",
    "recall, ECS-valid", "naive P", "naive R",
)  # fmt: skip

EXPLAINED = """\
Made by `python -m benchmarks.normalise_quality --markdown FILE`; do not edit. Third-party fixtures (vendor record and
expected ECS document), the core fields of `benchmarks/ecs_core_fields.py`, values compared as text; 95 % bootstrap
intervals over fixtures.

| column | meaning |
|---|---|
| precision | equal values / all core values we give: a right value that the document leaves out counts as an error |
| recall | equal values / all core values of the document |
| where both give a value | equal values / values that both sides give |
| ECS-valid | the same without expected values that ECS itself rules out, see below |
| naive P, R | precision and recall of a generic JSON reader: keys whose words spell an ECS field |

ECS rules out, for instance, an outcome `allow`, TCP as `network.protocol`, a path with its query, a port above 65535:
`benchmarks/ecs_allowed.py`.
"""


def terminal(scores: Scores, naive: Scores) -> Table:
    """What the command prints."""
    table = Table(title="ECS core fields against third-party fixtures", box=None, pad_edge=False)
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == "intake" else "right")
    for row in _rows(scores, naive):
        table.add_row(*row)
    return table


def markdown(scores: Scores, naive: Scores) -> str:
    """The page to check in."""
    rows = [HEADINGS, tuple("---" if heading == "intake" else "---:" for heading in HEADINGS), *_rows(scores, naive)]
    lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    total = joined(scores).total()
    given = total["equal"] + total["unexpected"] + total["different"]
    return (
        f"# Quality of the normalised events\n\n{EXPLAINED}\n{lines}\n\n"
        f"Of {given:,} core values given, {total['equal']:,} equal the document's, {total['different']:,} differ from "
        f"it and {total['unexpected']:,} stand in no document; {total['missing']:,} are missing.\n\n"
        f"{_unexpected(scores)}"
    )


def _unexpected(scores: Scores) -> str:
    """The fields that most often stand in no document: where to look for values that do not belong."""
    found = sorted(
        ((kinds["unexpected"], path, name) for name, score in scores.items() for path, kinds in score.fields.items()),
        reverse=True,
    )[:12]
    lines = "\n".join(f"| {name} | `{path}` | {count} |" for count, path, name in found if count)
    return (
        f"Most frequent values that stand in no document:\n\n| intake | field | fixtures |\n|---|---|---:|\n{lines}\n"
    )


def document(scores: Scores, naive: Scores, fixtures: str) -> dict[str, object]:
    """Figures for programs: ``ecs_MEASURE.INTAKE``."""
    metrics: dict[str, object] = {}
    baselines: dict[str, object] = {}
    for name, score, beside in _with_total(scores, naive):
        for target, source in ((metrics, score), (baselines, beside)):
            for measure, (value, low, high) in source.estimates().items():
                target[f"ecs_{measure}.{name.lower().replace(' ', '_')}"] = {
                    "value": value, "low": low, "high": high, "unit": "share of fields", "n": len(source.fixtures),
                }  # fmt: skip
    config = {"core_fields": CORE_FIELDS, "resamples": RESAMPLES, "seed": SEED, "fixtures": fixtures}
    return {"metrics": metrics, "baselines": baselines, "config": config}


def differences(scores: Scores, examples: int) -> Iterator[str]:
    """Counts per field and the first differences of each intake."""
    for name, score in scores.items():
        yield f"\n{name}: per field"
        for path, kinds in sorted(score.fields.items()):
            yield f"  {path:36}" + "".join(
                f"{kind} {kinds[kind]:4}  " for kind in ("equal", "unexpected", "missing", "different")
            )
        yield from (f"  {line}" for line in score.examples[:examples])


def _rows(scores: Scores, naive: Scores) -> Iterator[Sequence[str]]:
    for name, score, beside in _with_total(scores, naive):
        counts, ours, theirs = score.total(), score.estimates(), beside.estimates()
        fields = counts["equal"] + counts["missing"] + counts["different"]
        unread = f" ({score.unread} unread)" if score.unread else ""
        measures = ("precision", "recall", "agreement", "agreement_allowed", "recall_allowed")
        beside_it = (f"{theirs[measure][0]:.3f}" for measure in ("precision", "recall"))
        intervals = (_interval(ours[measure]) for measure in measures)
        yield name, f"{len(score.fixtures)}{unread}", str(fields), *intervals, *beside_it


def _interval(estimate: Estimate) -> str:
    return "{:.3f} ({:.3f}-{:.3f})".format(*estimate)


def _with_total(scores: Scores, naive: Scores) -> Iterator[tuple[str, Score, Score]]:
    for name, score in scores.items():
        yield name, score, naive[name]
    if len(scores) > 1:
        yield "all", joined(scores), joined(naive)
