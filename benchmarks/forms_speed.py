"""Time of a whole-page detection in Chromium, cold and warm, at 1x, 4x and 6x CPU throttle, beside a bare DOM walk.

Pages are real ones (every nth of Formasaurus), parsed once and detected as a document. *Cold*: every memory of the
runtime emptied; *warm*: the mean of further calls. *Bare*: ``querySelectorAll('*')`` and every attribute read, in the
same run; the ratio says what a machine's speed cannot. The browser's clock ticks in steps of 100 microseconds.
"""

import argparse
import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hodoscope.forms.chromium import live_page
from hodoscope.forms.corpora import formasaurus
from hodoscope.forms.model_file import SHIPPED
from hodoscope.lifecycle.metric import Evaluation, Metric

THROTTLES = (1, 4, 6)
FATHOM = {"warm p50": 6.3, "warm p99": 46.5}
"""Mozilla Fathom, one class, on other pages: a stated constant in ms; its ruleset is in no registry."""
_MEASURE = "([html, runs]) => hodoscopeForms.measure(html, hodoscopeModel, runs)"


def main() -> None:
    """Run, print the table, write the JSON when asked."""
    args = _arguments()
    pages = [page.html for page in itertools.islice(formasaurus.pages(args.data), 0, None, args.every)]
    metrics: dict[str, Metric] = {}
    with live_page() as live:
        live.call("model => { window.hodoscopeModel = hodoscopeForms.loadModel(model); }", _model())
        print(f"{len(pages)} pages, {args.runs} warm runs each, Chromium {live.version}; ms")
        print(f"{'':14} {'p50':>8} {'p90':>8} {'p99':>8} {'max':>8}")
        for throttle in THROTTLES:
            live.throttle(throttle)
            rows = [live.call(_MEASURE, [html, args.runs]) for html in pages]
            metrics |= _report(throttle, rows)
        live.throttle(1)
    print(f"stated for Mozilla Fathom, one class, 1x warm: p50 {FATHOM['warm p50']}, p99 {FATHOM['warm p99']}")
    if args.json:
        stated = {f"1x {name}": Metric(value, value, value, "ms") for name, value in FATHOM.items()}
        config = {"pages": len(pages), "runs": args.runs, "every": args.every}
        document = Evaluation(metrics, {}, {"fathom, one class (stated)": stated}, config)
        args.json.write_text(json.dumps(document.to_json(), indent=2) + "\n", encoding="utf-8")


def _report(throttle: int, rows: Sequence[dict[str, float]]) -> dict[str, Metric]:
    found: dict[str, Metric] = {}
    columns = {name: np.array([row[name] for row in rows]) for name in ("cold", "warm", "longestSlice", "bare")}
    columns["warm / bare"] = columns["warm"] / np.maximum(columns["bare"], 0.01)
    for name, values in columns.items():
        shown = [float(np.percentile(values, share)) for share in (50, 90, 99, 100)]
        print(f"{throttle}x {name:11} " + " ".join(f"{value:8.2f}" for value in shown))
        unit = "ratio" if "/" in name else "ms"
        found |= {
            f"{throttle}x {name} p{share}": Metric(value, value, value, unit, len(rows))
            for share, value in zip((50, 90, 99, 100), shown, strict=True)
        }
    return found


def _model() -> Any:
    return json.loads(SHIPPED.read_text(encoding="utf-8"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--every", type=int, default=5, help="measure every nth page")
    parser.add_argument("--runs", type=int, default=10)
    return parser.parse_args()


if __name__ == "__main__":
    main()
