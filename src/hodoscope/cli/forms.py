"""``hodoscope forms``: form detection in a browser: vectors, training, evaluation, export, and a look at a page."""

from pathlib import Path
from typing import Annotated

import typer

from hodoscope.cli import options

app = typer.Typer(help="Forms and fields in a browser: train, evaluate, export, detect.", no_args_is_help=True)
Vectors = Annotated[Path, typer.Option("--vectors", help="Folder of `hodoscope forms vectorize`.")]
Model = Annotated[Path | None, typer.Option("--model", help="Model file; the shipped one when left out.")]


@app.command()
def vectorize(
    data: Annotated[Path, typer.Option("--data", help="Folder that holds forms/, with one folder per corpus.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the vectors, one folder per corpus.")],
) -> None:
    """Run the labelled pages of every corpus that is there through the runtime in Chromium and keep the vectors.

    Example: `hodoscope forms vectorize --data corpora --out vectors`
    """
    from hodoscope.forms.chromium import live_page
    from hodoscope.forms.corpora.registry import present
    from hodoscope.forms.vectorise import vectorise

    with live_page() as live:
        for name, pages in present(data).items():
            found = vectorise(live, pages)
            found.save(out / name)
            counts = f"{found.pages.num_rows:,} pages, {found.segments.num_rows:,} forms"
            typer.echo(f"{name}: {counts}, {found.fields.num_rows:,} fields")


@app.command()
def train(
    vectors: Vectors,
    out: Annotated[Path, typer.Option("--out", help="Where the model file goes.")],
    version: Annotated[str, typer.Option("--version", help="Shown with every detection.")] = "local",
) -> None:
    """Train, prune, quantise and calibrate a model on stored vectors.

    Example: `hodoscope forms train --vectors vectors --out forms.json`
    """
    from hodoscope.forms import train as training
    from hodoscope.forms import vectors as stored

    training.train(stored.load_all(vectors), version).save(out)
    typer.echo(f"{out}: {out.stat().st_size:,} bytes")


@app.command()
def evaluate(vectors: Vectors, json: options.Json = False) -> None:
    """Accuracy of the exported pipeline, every site scored by a model that never saw it.

    Example: `hodoscope forms evaluate --vectors vectors`
    """
    import json as text

    from hodoscope.forms import evaluate as evaluation
    from hodoscope.forms import vectors as stored

    found = dict(evaluation.measure(stored.load_all(vectors)))
    if json:
        typer.echo(text.dumps({name: result.to_json() for name, result in found.items()}, indent=2))
        return
    for name, result in found.items():
        typer.echo(f"{name}: {result.config['units']} units, {result.config['unmapped']} of them not found")
        for figure in ("accuracy", "macro_f1", "ece"):
            metric = result.metrics[figure]
            typer.echo(f"  {figure:10} {metric.value:.3f}  95 % {metric.low:.3f} to {metric.high:.3f}")


@app.command()
def export(
    out: Annotated[Path, typer.Option("--out", help="Folder for runtime.js and forms.json.")],
    model: Model = None,
) -> None:
    """Copy what an extension needs: the runtime as one script, and the model it loads.

    Example: `hodoscope forms export --out extension`
    """
    from hodoscope.forms.export import export as write

    for path in write(out, model):
        typer.echo(f"{path}: {path.stat().st_size:,} bytes")


@app.command()
def detect(
    files: Annotated[list[Path], typer.Argument(help="HTML files.")],
    model: Model = None,
    json: options.Json = False,
) -> None:
    """What the runtime sees in HTML files: each form's and field's type, probability and reasons.

    Example: `hodoscope forms detect login.html`
    """
    import json as text

    from hodoscope.forms import detect as detection
    from hodoscope.forms.chromium import live_page
    from hodoscope.forms.model_file import SHIPPED

    with live_page("runtime.js") as live:
        found = list(detection.detect(live, files, model or SHIPPED))
    if json:
        typer.echo(text.dumps([form.to_json() for form in found], indent=2, ensure_ascii=False))
        return
    for form in found:
        typer.echo(f"{form.file}  {form.label or 'unsure'}  {form.probability:.2f}  {_reasons(form.reasons)}")
        for field in form.fields:
            told = f"{field.label or 'unsure':20} {field.probability:.2f}"
            typer.echo(f"  {field.name[:30]:30} {told}  {_reasons(field.reasons)}")


def _reasons(reasons: tuple[tuple[str, float], ...]) -> str:
    return ", ".join(feature for feature, _ in reasons[:3])
