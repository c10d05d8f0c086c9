"""What the detectors are measured on: each data set cut into independent streams (captures, scenarios, files).

A stream is a tenant of its own, so that one capture's habits never teach a detector about another. Keys that begin with
``_`` are labels and are removed before anything is read; so are the attributes the data's README names as leaks.
Streams are discovered from the data, never listed here.
"""

import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import orjson

from benchmarks.ingest_inputs import build, lines_of

SPEED_CASES = ("windows_flat", "windows_nested", "zeek_tsv", "zeek_json", "auth_log", "cloudtrail")
SPEED_EVENTS = 200_000
SIMULATED_HOURS, SIMULATED_USERS, SIMULATED_SEED = 48, 50, 7
_DATED = re.compile(r"^(?:\d{4}-\d\d-\d\d|data)$")
_RELATIVE = re.compile(rb"^(\d{1,7}\.\d+)\t", re.MULTILINE)
_NO_LOG = ("readme", "license", "labels.config")


@dataclass(frozen=True, slots=True)
class Stream:
    """Paths that are one continuous story; ``name`` is the group of the bootstrap and the tenant in the store."""

    name: str
    paths: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)
    operator: str = ""


Prepare = Callable[[Path, Path], list[Stream]]


def _without_labels(event: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in event.items() if not key.startswith("_")}


def _cut(
    paths: list[Path], key: str, folder: Path, clean: Callable[[dict[str, object]], dict[str, object]]
) -> list[Stream]:
    """One file per value of ``key`` over JSON lines, records cleaned; streams in the order first met."""
    records: dict[str, list[bytes]] = defaultdict(list)
    for path in paths:
        for line in lines_of(path):
            event = orjson.loads(line)
            records[str(event[key])].append(orjson.dumps(clean(event)))
    streams = []
    for number, (name, lines) in enumerate(records.items()):
        target = folder / f"{number:04}.jsonl"
        target.write_bytes(b"\n".join(lines) + b"\n")
        streams.append(Stream(name, (str(target),)))
    return streams


def auth_ssh_linux(data: Path, folder: Path) -> list[Stream]:
    """The one log; its lines carry no year, the README says 2017."""
    return [Stream("elastic_auth", (str(data / "elastic_auth.log.gz"),), {"year": "2017", "zone": "UTC"})]


def win_otrf_mordor(data: Path, folder: Path) -> list[Stream]:
    """One stream per capture, of every sort."""
    return _cut(sorted(data.glob("*.jsonl.zst")), "_dataset", folder, _without_labels)


def evtx_by_file(data: Path, folder: Path) -> list[Stream]:
    """One stream per event log."""
    return _cut([data / "events.jsonl.zst"], "_file", folder, _without_labels)


def _since_2020(path: Path) -> None:
    """Some captures count seconds from their own start, which reads as 1970 and would stay out of every window."""
    head = path.read_bytes()
    if not _RELATIVE.search(head):
        return
    moved = _RELATIVE.sub(lambda found: b"%.6f\t" % (float(found[1]) + 1_577_836_800), head)
    path.write_bytes(moved)


def zeek_by_scenario(data: Path, folder: Path) -> list[Stream]:
    """One stream per folder of the archive (dated folders joined); the labelled copy of a log is left out."""
    members: dict[str, list[str]] = defaultdict(list)
    for archive in sorted(data.glob("*.zip")):
        with zipfile.ZipFile(archive) as files:
            names = [name for name in sorted(files.namelist()) if not name.endswith("/")]
            for name in names:
                path = PurePosixPath(name)
                plain = str(path.with_name(path.name.removeprefix("labeled-")))
                if path.name.lower().startswith(_NO_LOG) or (plain != name and plain in names):
                    continue
                scenario = "/".join(part for part in path.parent.parts if not _DATED.match(part))
                files.extract(name, folder)
                _since_2020(folder / name)
                members[scenario].append(str(folder / name))
    return [Stream(name, tuple(paths)) for name, paths in members.items()]


def _without_origin(event: dict[str, object]) -> dict[str, object]:
    """CloudTrail without what the labels were derived from: client and address. The identity stays, as an entity."""
    return {key: value for key, value in _without_labels(event).items() if key not in ("userAgent", "sourceIPAddress")}


def cloud_cloudtrail_invictus(data: Path, folder: Path) -> list[Stream]:
    """One account, one hour."""
    target = folder / "events.jsonl"
    lines = [orjson.dumps(_without_origin(orjson.loads(line))) for line in lines_of(data / "events.jsonl.zst")]
    target.write_bytes(b"\n".join(lines) + b"\n")
    return [Stream("account", (str(target),))]


def _without_artefacts(event: dict[str, object]) -> dict[str, object]:
    """Also without the region: anonymising replaced it by a random string per event, new every time."""
    return {key: value for key, value in _without_origin(event).items() if key != "awsRegion"}


def cloud_stratus_detonations(data: Path, folder: Path) -> list[Stream]:
    """One stream per detonated technique."""
    return _cut([data / "detonations.jsonl.zst"], "_technique", folder, _without_artefacts)


def web_access_logs(data: Path, folder: Path) -> list[Stream]:
    """One stream per file."""
    return [Stream(path.name, (str(path),)) for path in sorted(data.glob("*.gz"))]


def speed(case: str) -> Prepare:
    """One enlarged log of :mod:`.ingest_inputs`, for a rate worth timing."""

    def prepare(data: Path, folder: Path) -> list[Stream]:
        return [Stream(case, (str(build(case, data.parents[1], folder, SPEED_EVENTS)),))]

    return prepare


def simulator(data: Path, folder: Path) -> list[Stream]:
    """A simulated company; ``data`` is not used."""
    from hodoscope.soc.simulate.pipeline import simulate

    out = folder / "company"
    simulate(out, hours=SIMULATED_HOURS, users=SIMULATED_USERS, seed=SIMULATED_SEED)
    logs = tuple(
        str(path) for path in sorted(out.iterdir()) if path.is_dir() and path.name not in ("truth", "operator")
    )
    return [Stream("company", logs, {}, str(out / "operator"))]


PREPARE: dict[str, Prepare] = {
    "auth_ssh_linux": auth_ssh_linux,
    "win_otrf_mordor": win_otrf_mordor,
    "win_evtx_to_mitre": evtx_by_file,
    "win_benign_evtx": evtx_by_file,
    "net_zeek_stratosphere": zeek_by_scenario,
    "net_zeek_rita": zeek_by_scenario,
    "net_zeek_wrccdc": zeek_by_scenario,
    "cloud_cloudtrail_invictus": cloud_cloudtrail_invictus,
    "cloud_stratus_detonations": cloud_stratus_detonations,
    "web_access_logs": web_access_logs,
    "simulator": simulator,
    **{f"speed_{case}": speed(case) for case in SPEED_CASES},
}
"""Data set → how its streams are cut; all but the simulator and the speed cases are ``soc/NAME`` of the data folder."""
