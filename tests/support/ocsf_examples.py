"""The community's pairs of a vendor event and its OCSF form, and what they must agree on with ours."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.publish.ocsf_event import ocsf_events
from hodoscope.soc.publish.ocsf_objects import Json
from hodoscope.soc.sources.detect import detect_record
from tests.support.real_events import normalised


class Pair(NamedTuple):
    """Folder, our format, the vendor record and the community's OCSF event."""

    folder: str
    format: str
    raw: bytes
    theirs: Json


@cache
def pairs(archive: Path) -> tuple[Pair, ...]:
    """Every pair whose vendor record is JSON of a product we map; a pair without one of its sides is left out."""
    return tuple(_pairs(archive))


def _pairs(archive: Path) -> Iterator[Pair]:
    with zipfile.ZipFile(archive) as opened:
        folders: dict[str, dict[str, bytes]] = {}
        for name in opened.namelist():
            if name.startswith("mappings/"):
                folders.setdefault(str(PurePosixPath(name).parent), {})[PurePosixPath(name).name] = opened.read(name)
    for folder, files in sorted(folders.items()):
        raws = {PurePosixPath(name).stem: data for name, data in files.items() if _is_raw(name)}
        for name, data in sorted(files.items()):
            stem = PurePosixPath(name).stem
            raw = raws.get(stem) or (next(iter(raws.values())) if len(raws) == 1 else None)
            theirs = _object(data)
            record = _object(raw) if raw else None
            if _is_raw(name) or theirs is None or record is None or "class_uid" not in theirs:
                continue
            line = json.dumps(record).encode()
            found = detect_record(line)
            if found != "json" and found in shipped_mappings():
                yield Pair(folder.removeprefix("mappings/"), found, line, theirs)


def _is_raw(name: str) -> bool:
    return name.endswith(".raw") or name == "eks.json"


def _object(data: bytes | None) -> Json | None:
    """The object, also where its author left a comma too many."""
    text = (data or b"").decode("utf-8", "replace")
    for candidate in (text, _without_trailing_commas(text)):
        try:
            value = json.loads(candidate)
        except json.JSONDecodeError:
            continue
        return value if isinstance(value, dict) else None
    return None


def _without_trailing_commas(text: str) -> str:
    lines = text.split("\n")
    for index in range(len(lines) - 1):
        if lines[index].rstrip().endswith(",") and lines[index + 1].strip()[:1] in ("}", "]"):
            lines[index] = lines[index].rstrip()[:-1]
    return "\n".join(lines)


def ours(pair: Pair) -> Json:
    """Our OCSF event of the pair's vendor record."""
    result = normalised(pair.format, [pair.raw])
    assert not result.skipped
    return next(ocsf_events(result.events, raw=False))


COMPARED: Mapping[str, tuple[str, ...]] = {
    "class": ("class_uid",),
    "activity": ("activity_id",),
    "time": ("time",),
    "actor": ("actor.user.name", "actor.user.uid", "user.name", "user.uid"),
    "source": ("src_endpoint.ip", "src_endpoint.port"),
    "destination": ("dst_endpoint.ip", "dst_endpoint.port"),
}


def differences(theirs: Json, mine: Json) -> dict[str, tuple[str, str]]:
    """Aspect → (theirs, ours) for each that differs. Only what they give is compared; names as sets of texts."""
    found: dict[str, tuple[str, str]] = {}
    for aspect, paths in COMPARED.items():
        given = {str(value) for path in paths if (value := _at(theirs, path)) not in (None, "", 0, "0")}
        have = {str(value) for path in paths if (value := _at(mine, path)) not in (None, "", 0, "0")}
        if aspect == "time":
            given, have = {_seconds(value) for value in given}, {_seconds(value) for value in have}
        if given and not (given <= have or (aspect == "actor" and given & have)):
            found[aspect] = (" ".join(sorted(given)), " ".join(sorted(have)))
    return found


def _seconds(value: str) -> str:
    """Whole seconds: several samples give seconds where OCSF wants milliseconds, or drop the fraction."""
    number = float(value)
    return str(int(number / 1000 if number > 1e11 else number))


def _at(node: object, path: str) -> object:
    for name in path.split("."):
        node = node.get(name) if isinstance(node, dict) else None
    return node
