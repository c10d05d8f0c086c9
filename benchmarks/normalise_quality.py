"""ECS core fields of the normaliser against expected documents of third-party fixtures.

``python -m benchmarks.normalise_quality [--data DIR] [--json FILE] [--format NAME] [--show N]``

Per fixture: the vendor record is normalised with its format forced, exported as ECS and compared field by field over
:data:`benchmarks.ecs_core_fields.CORE_FIELDS`. TP: same value (as text, case-sensitive; lists as sets). FP: a field we
give that is not expected, or with another value. FN: an expected field we do not give, or give with another value.
Intervals: 95 % percentile bootstrap over fixtures (equal messages are one cluster). Beside it: naive flattening, what a
generic JSON reader gets without vendor knowledge. The fixtures are evaluate-only; nothing here is learned from them.

What one would get wrong: an expected document leaves fields out that its author did not parse, so a right value there
counts as FP all the same. Two further columns tell such FPs from wrong values: ``asserted`` is the precision over the
fields that the expected documents of the intake use at least once, ``agree`` the share of equal values where both sides
give one.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson
from backports import zstd
from rich.console import Console
from rich.table import Table
from tests.support.shared_data import find_shared_data

from benchmarks.ecs_core_fields import CORE_FIELDS, Leaves, core_leaves
from hodoscope.soc.data_files import data_dir
from hodoscope.soc.normalise.engine import Normaliser
from hodoscope.soc.normalise.mapping import FormatMapping, load_mapping
from hodoscope.soc.publish.ecs import ecs_documents
from hodoscope.soc.record import RawBatch

FIXTURES = Path("soc/fixtures_sekoia_intakes/fixtures.jsonl.zst")
RESAMPLES = 2000
SEED = 7
FIXTURE_FILE_TIME = 1_700_000_000.0  # 2023-11-14: the year of stamps without one; times are not compared


@dataclass(frozen=True, slots=True)
class Intake:
    """One fixture format: our mapping(s) for it, the first that reads a record wins.

    ``header`` is the transport header the fixture's producer took off; fields it fills are compared on neither side.
    """

    name: str
    formats: tuple[str, ...]
    header: str = ""
    from_header: frozenset[str] = frozenset()


_SYSLOG = frozenset(("host.name", "process.pid"))
INTAKES: tuple[Intake, ...] = (
    Intake("windows", ("windows_json",)),
    Intake("winlogbeat", ("windows_json",)),
    Intake("azure-windows", ("windows_json",)),
    Intake("openssh", ("syslog",), "Nov 14 00:00:00 relay sshd[1]: ", _SYSLOG),
    Intake("auditbeat", ("ecs_json",)),
    Intake("apache", ("access_log", "web_error")),
    Intake("nginx", ("access_log", "web_error", "nginx_json")),
    Intake("suricata", ("suricata",)),
    Intake("aws-cloudtrail", ("cloudtrail",)),
    Intake("okta-system-logs", ("okta",)),
    Intake("o365", ("m365",)),
    Intake("azure-ad", ("entra",)),
    Intake("microsoft-entraid-graphapi", ("entra",)),
    Intake("google-report", ("gworkspace",)),
    Intake("Google Cloud Audit", ("gcp_audit",)),
    Intake("audit-log", ("kubernetes_audit",)),
    Intake("ocsf", ("ocsf",)),
)


@dataclass(slots=True)
class Score:
    """Counts per fixture (TP, FP, FN, both differ, FP among asserted fields), per field, and what differs."""

    asserted: frozenset[str] = frozenset()
    fixtures: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    clusters: list[str] = field(default_factory=list)
    fields: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    examples: list[str] = field(default_factory=list)
    unread: int = 0

    def add(self, test: str, message: str, expected: Leaves, given: Leaves) -> None:
        kinds: Counter[str] = Counter()
        for path in sorted(expected.keys() | given.keys()):
            wanted, found = expected.get(path), given.get(path)
            kind = "TP" if wanted == found else "FN" if found is None else "FP" if wanted is None else "FP+FN"
            self.fields[path][kind] += 1
            kinds[kind] += 1
            kinds["asserted"] += kind in ("FP", "FP+FN") and path in self.asserted
            if kind != "TP":
                self.examples.append(f"{test}: {path}: expected {_shown(wanted)}, given {_shown(found)}")
        both = kinds["FP+FN"]
        self.fixtures.append((kinds["TP"], kinds["FP"] + both, kinds["FN"] + both, both, kinds["asserted"]))
        self.clusters.append(message)

    def counts(self) -> npt.NDArray[np.int64]:
        """One row per cluster, columns as in ``fixtures``."""
        rows = np.array(self.fixtures, dtype=np.int64).reshape(-1, 5)
        _, number = np.unique(np.array(self.clusters, dtype=object), return_inverse=True)
        result = np.zeros((int(number.max()) + 1 if len(number) else 0, 5), dtype=np.int64)
        np.add.at(result, number, rows)
        return result


def _shown(values: frozenset[str] | None) -> str:
    return "-" if values is None else " | ".join(sorted(values))[:160]


def main() -> None:
    arguments = _arguments()
    root = arguments.data or find_shared_data()
    path = Path(root) / FIXTURES if root else FIXTURES
    if not path.is_file():
        raise SystemExit(f"{path} is not there; give the data folder with --data DIR")
    fixtures = _read(path)
    chosen = [item for item in INTAKES if arguments.format in (None, item.name, *item.formats)]
    if not chosen:
        raise SystemExit(f"no intake or format named {arguments.format!r}; known: {', '.join(i.name for i in INTAKES)}")
    scores = {item.name: _measure(item, fixtures[item.name]) for item in chosen if _ready(item)}
    naive = {item.name: _naive(item, fixtures[item.name]) for item in chosen if _ready(item)}
    waiting = [item.name for item in chosen if not _ready(item)]
    Console(width=170).print(_table(scores, naive))
    if waiting:
        print(f"no mapping yet: {', '.join(waiting)}")
    if arguments.show:
        _show(scores, arguments.show)
    if arguments.json:
        document = _document(scores, naive)
        arguments.json.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.normalise_quality", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of the shared data sets")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--format", help="only this intake or format")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="per-field table and N differences per intake")
    return parser.parse_args()


@cache
def _mapping(name: str) -> FormatMapping | None:
    """The shipped mapping of a format; only the files that are needed are read."""
    path = data_dir("mappings") / f"{name}.yaml"
    return load_mapping(path) if path.is_file() else None


def _ready(intake: Intake) -> bool:
    return any(_mapping(name) for name in intake.formats)


def _read(path: Path) -> dict[str, list[Mapping[str, object]]]:
    by_format: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    with zstd.open(path, "rb") as lines:
        for line in lines:
            fixture = orjson.loads(line)
            by_format[fixture["format"]].append(fixture)
    return by_format


def _message(fixture: Mapping[str, object]) -> str:
    given = fixture["input"]
    message = given.get("message", "") if isinstance(given, dict) else ""
    return (message if isinstance(message, str) else orjson.dumps(message).decode()).strip("\r\n")


def _expected(fixture: Mapping[str, object], intake: Intake) -> Leaves:
    document = fixture["expected"]
    leaves = core_leaves(document) if isinstance(document, dict) else {}
    return {path: values for path, values in leaves.items() if path not in intake.from_header}


def _asserted(intake: Intake, fixtures: Sequence[Mapping[str, object]]) -> frozenset[str]:
    return frozenset().union(*(_expected(fixture, intake) for fixture in fixtures))


def _measure(intake: Intake, fixtures: Sequence[Mapping[str, object]]) -> Score:
    records = [
        (intake.header + _message(fixture).lstrip() if intake.header else _message(fixture)).encode()
        for fixture in fixtures
    ]
    documents: dict[int, Mapping[str, object]] = {}
    for mapping in filter(None, map(_mapping, intake.formats)):
        left = [position for position in range(len(records)) if position not in documents]
        if left:
            documents.update(_normalised(mapping, records, left))
    score = Score(_asserted(intake, fixtures), unread=len(records) - len(documents))
    for position, fixture in enumerate(fixtures):
        given = core_leaves(documents.get(position, {}))
        given = {path: values for path, values in given.items() if path not in intake.from_header}
        score.add(str(fixture["test"]), _message(fixture), _expected(fixture, intake), given)
    return score


def _normalised(
    mapping: FormatMapping, records: Sequence[bytes], rows: Sequence[int]
) -> Iterator[tuple[int, Mapping[str, object]]]:
    chosen = [records[row] for row in rows]
    batch = RawBatch("0" * 32, "fixtures", mapping.format, chosen, list(rows), len(records), modified=FIXTURE_FILE_TIME)
    events = Normaliser(mapping, "default").normalise(batch).events
    if events.num_rows:
        overrides = {f"{mapping.format}/{rule.name}": rule.ecs for rule in mapping.rules}
        yield from zip(events.column("source_position").to_pylist(), ecs_documents(events, overrides), strict=True)


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_BY_WORDS = {tuple(re.split(r"[._]", path)): path for path in CORE_FIELDS}


def _naive(intake: Intake, fixtures: Sequence[Mapping[str, object]]) -> Score:
    """A key whose words spell an ECS field is that field (``SourceIp`` → ``source.ip``); text formats give nothing."""
    score = Score(_asserted(intake, fixtures))
    for fixture in fixtures:
        message = _message(fixture)
        try:
            record = orjson.loads(message)
        except orjson.JSONDecodeError:
            record = None
        given: Leaves = {}
        if isinstance(record, dict):
            flat = {_BY_WORDS.get(words): value for words, value in _words(record, ()) if words in _BY_WORDS}
            given = core_leaves({path: value for path, value in flat.items() if path})
        score.add(str(fixture["test"]), message, _expected(fixture, intake), given)
    return score


def _words(node: Mapping[str, object], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    for key, value in node.items():
        own = tuple(word.lower() for word in _WORDS.findall(key))
        if isinstance(value, dict):
            yield from _words(value, above + own)
        yield above + own, value
        if above:
            yield own, value


Estimate = tuple[float, float, float]


def _estimates(counts: npt.NDArray[np.int64]) -> dict[str, Estimate]:
    """Precision, recall, precision over asserted fields and agreement, with 95 % intervals over clusters."""
    draws = np.random.default_rng(SEED).multinomial(len(counts), np.full(len(counts), 1 / len(counts)), RESAMPLES)
    sampled, total = draws @ counts, counts.sum(axis=0)[None, :]
    result = {}
    for name, others in (("precision", (0, 1)), ("recall", (0, 2)), ("asserted", (0, 4)), ("agreement", (0, 3))):
        low, high = np.nanpercentile(_share(sampled, others), [2.5, 97.5])
        result[name] = (float(_share(total, others)[0]), float(low), float(high))
    return result


def _share(counts: npt.NDArray[np.int64], columns: tuple[int, int]) -> npt.NDArray[np.float64]:
    good, bad = counts[:, columns[0]], counts[:, columns[1]]
    return np.where(good + bad > 0, good / np.maximum(good + bad, 1), 0.0)


def _table(scores: Mapping[str, Score], naive: Mapping[str, Score]) -> Table:
    table = Table(title="ECS core fields against third-party fixtures", show_lines=False, box=None, pad_edge=False)
    for heading in (
        "intake",
        "fixtures",
        "unread",
        "fields",
        "TP",
        "FP",
        "FN",
        "precision",
        "recall",
        "asserted",
        "agree",
        "naive P",
        "naive R",
    ):
        table.add_column(heading, justify="left" if heading == "intake" else "right", no_wrap=True)
    for name, score, beside in _with_total(scores, naive):
        counts = score.counts()
        tp, fp, fn = (int(value) for value in counts.sum(axis=0)[:3])
        ours, theirs = _estimates(counts), _estimates(beside.counts())
        table.add_row(
            name, str(len(score.fixtures)), str(score.unread), str(tp + fn), str(tp), str(fp), str(fn),
            _interval(ours["precision"]), _interval(ours["recall"]), f"{ours['asserted'][0]:.3f}",
            f"{ours['agreement'][0]:.3f}",
            f"{theirs['precision'][0]:.3f}", f"{theirs['recall'][0]:.3f}",
        )  # fmt: skip
    return table


def _interval(estimate: Estimate) -> str:
    return "{:.3f} ({:.3f}-{:.3f})".format(*estimate)


def _with_total(scores: Mapping[str, Score], naive: Mapping[str, Score]) -> Iterator[tuple[str, Score, Score]]:
    for name, score in scores.items():
        yield name, score, naive[name]
    if len(scores) > 1:
        yield "all", _joined(scores), _joined(naive)


def _joined(scores: Mapping[str, Score]) -> Score:
    whole = Score()
    for name, score in scores.items():
        whole.fixtures += score.fixtures
        whole.clusters += [f"{name}\0{cluster}" for cluster in score.clusters]
        whole.unread += score.unread
    return whole


def _show(scores: Mapping[str, Score], examples: int) -> None:
    for name, score in scores.items():
        print(f"\n{name}: per field")
        for path, kinds in sorted(score.fields.items()):
            print(f"  {path:36}" + "".join(f"{kind} {kinds[kind]:4}  " for kind in ("TP", "FP", "FN", "FP+FN")))
        for line in score.examples[:examples]:
            print(f"  {line}")


def _document(scores: Mapping[str, Score], naive: Mapping[str, Score]) -> dict[str, object]:
    metrics: dict[str, object] = {}
    baselines: dict[str, object] = {}
    for name, score, beside in _with_total(scores, naive):
        for target, source in ((metrics, score), (baselines, beside)):
            for measure, (value, low, high) in _estimates(source.counts()).items():
                figure = {
                    "value": value,
                    "low": low,
                    "high": high,
                    "unit": "share of fields",
                    "n": len(source.fixtures),
                }
                target[f"ecs_{measure}.{name.lower().replace(' ', '_')}"] = figure
    config = {"core_fields": CORE_FIELDS, "resamples": RESAMPLES, "seed": SEED, "fixtures": str(FIXTURES)}
    return {"metrics": metrics, "baselines": baselines, "config": config}


if __name__ == "__main__":
    main()
