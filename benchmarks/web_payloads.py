"""Web payload patterns: recall per attack type and false alarms, beside a naive keyword list, and on real access logs.

    python -m benchmarks.web_payloads [--data DIR] [--json FILE]

Reads every ``soc/web_httpparams/payload_*.csv.gz`` with attack types and every Apache or nginx log in
``soc/web_access_logs``. Trap: benign values come from one generator and attacks from others, so the false-alarm rate on
``norm`` says little; the access logs are the harder part. Intervals are Wilson 95 %, equal payloads counted once.
"""

import argparse
import csv
import gzip
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from hodoscope.soc.detectors.web_attacks import judge_path, judge_query
from hodoscope.soc.detectors.web_patterns import judge

Metric = dict[str, float | int | str]
BENIGN = "norm"
_NAIVE = re.compile(
    r"select|union|insert|drop|sleep|script|alert|onerror|\.\./|etc/passwd|/bin/|cmd|exec|' or |--|<|>|;|\|"
)
_REQUEST = re.compile(r'"(?:GET|POST|HEAD|PUT|DELETE|OPTIONS|PATCH) (\S+)')


def wilson(hits: int, total: int) -> tuple[float, float]:
    """95 % Wilson interval of a share; (0, 1) without trials."""
    if not total:
        return 0.0, 1.0
    z, share = 1.959964, hits / total
    middle = share + z * z / (2 * total)
    spread = z * ((share * (1 - share) + z * z / (4 * total)) / total) ** 0.5
    scale = 1 + z * z / total
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def metric(hits: int, total: int) -> Metric:
    """A share with its interval."""
    low, high = wilson(hits, total)
    return {"value": hits / total if total else 0.0, "low": low, "high": high, "unit": "share", "n": total}


def payloads(path: Path) -> dict[str, set[str]]:
    """Distinct payloads by attack type; empty when the file has no such columns."""
    found: dict[str, set[str]] = defaultdict(set)
    with gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="") as text:
        for row in csv.DictReader(text):
            if row.get("attack_type") and row.get("payload"):
                found[row["attack_type"]].add(row["payload"])
    return found


def requests(path: Path) -> Iterator[str]:
    """Request targets of access-log lines, plain or inside JSON."""
    with gzip.open(path, "rb") as raw:
        for line in io.TextIOWrapper(raw, "utf-8", errors="replace"):
            match = _REQUEST.search(line.replace('\\"', '"'))
            if match:
                yield match[1]


def _ours(payload: str) -> bool:
    return bool(judge(payload))


def _naive(payload: str) -> bool:
    return bool(_NAIVE.search(payload.lower()))


def _ours_request(target: str) -> bool:
    path, _, query = target.partition("?")
    return bool(judge_path(path)) or bool(query and judge_query(query))


def measure(data: Path) -> dict[str, object]:
    """Metrics and baselines of every file found under ``data``; prints nothing."""
    metrics: dict[str, Metric] = {}
    baselines: dict[str, Metric] = {}
    for path in sorted((data / "soc" / "web_httpparams").glob("payload_*.csv.gz")):
        for kind, texts in sorted(payloads(path).items()):
            name = f"{path.name.removesuffix('.csv.gz')}/{'false_alarms' if kind == BENIGN else 'recall'}/{kind}"
            metrics[name], baselines[name] = _both(texts, _ours, _naive)
    for path in sorted((data / "soc" / "web_access_logs").glob("*.gz")):
        texts = set(requests(path))
        if texts:
            metrics[f"{path.name}/flagged"], baselines[f"{path.name}/flagged"] = _both(texts, _ours_request, _naive)
    return {"metrics": metrics, "baselines": baselines, "config": {"limit": 5, "distinct": True}}


def _both(texts: Iterable[str], ours: Callable[[str], bool], naive: Callable[[str], bool]) -> tuple[Metric, Metric]:
    listed = sorted(texts)
    return metric(sum(map(ours, listed)), len(listed)), metric(sum(map(naive, listed)), len(listed))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    result = measure(options.data)
    metrics, baselines = result["metrics"], result["baselines"]
    if not isinstance(metrics, dict) or not isinstance(baselines, dict) or not metrics:
        parser.exit(2, f"{options.data}: no web payloads or access logs found; --data names the data folder\n")
    print(f"{'':44} {'n':>7} {'share':>8} {'95 % interval':>16}   naive keywords")
    for name, row in metrics.items():
        interval = f"{row['low']:.4f}-{row['high']:.4f}"
        print(f"{name:44} {row['n']:>7} {row['value']:>8.4f} {interval:>16}   {baselines[name]['value']:.4f}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
