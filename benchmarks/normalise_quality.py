"""ECS core fields of the normaliser against expected documents of third-party fixtures.

``python -m benchmarks.normalise_quality [--data DIR] [--json FILE] [--markdown FILE] [--format NAME] [--show N]``

Per fixture: the vendor record is normalised with its format forced, exported as ECS and compared field by field over
:data:`benchmarks.ecs_core_fields.CORE_FIELDS` as text, case-sensitive, lists as sets. What the figures mean stands in
:data:`benchmarks.ecs_tables.EXPLAINED` and :data:`benchmarks.ecs_score.MEASURES`. Beside them: naive flattening, what a
generic JSON reader gets without vendor knowledge. The fixtures are evaluate-only; nothing here is learned from them.

What one would get wrong: an expected document leaves fields out that its author did not parse, so that a right value
there lowers ``precision`` all the same; ``agreement`` looks only at values both sides give.
"""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson
from backports import zstd
from rich.console import Console
from tests.support.shared_data import find_shared_data

from benchmarks.ecs_core_fields import CORE_FIELDS, Leaves, core_leaves
from benchmarks.ecs_score import Score
from benchmarks.ecs_tables import differences, document, markdown, terminal
from hodoscope.soc.data_files import data_dir
from hodoscope.soc.normalise.engine import Normaliser
from hodoscope.soc.normalise.mapping import FormatMapping, load_mapping
from hodoscope.soc.publish.ecs import ecs_documents
from hodoscope.soc.record import RawBatch

FIXTURES = Path("soc/fixtures_sekoia_intakes/fixtures.jsonl.zst")
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
    Console(width=200).print(terminal(scores, naive))
    if waiting:
        print(f"no mapping yet: {', '.join(waiting)}")
    if arguments.show:
        print("\n".join(differences(scores, arguments.show)))
    if arguments.markdown:
        arguments.markdown.write_text(markdown(scores, naive), encoding="utf-8")
    if arguments.json:
        figures = document(scores, naive, str(FIXTURES))
        arguments.json.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.normalise_quality", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of the shared data sets")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--markdown", type=Path, help="write the table here as a page")
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


if __name__ == "__main__":
    main()
