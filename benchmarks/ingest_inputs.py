"""Real logs, enlarged to a size worth timing: repeats get fresh record ids, so that none is taken for a duplicate."""

import gzip
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, cast

from backports import zstd

_RECORD_ID = re.compile(rb'("EventRecordID":\s*"?)(\d+)')
_EVENT_ID = re.compile(rb'("eventID":\s*"[^"]{30})')


def _opened(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return cast("IO[bytes]", zstd.open(path, "rb")) if path.suffix == ".zst" else path.open("rb")


def lines_of(path: Path) -> Iterator[bytes]:
    """Lines of a plain, gz or zst file."""
    with _opened(path) as file:
        for line in file:
            yield line.rstrip(b"\n")


def zip_lines(path: Path, wanted: str) -> Iterator[bytes]:
    """Lines of every member of a zip archive whose name contains ``wanted``; comment lines left out."""
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if wanted in name and not name.endswith("/"):
                data = archive.read(name)
                data = gzip.decompress(data) if name.endswith(".gz") else data
                yield from (line for line in data.splitlines() if line and not line.startswith(b"#"))


def nested_windows(data: Path) -> list[bytes]:
    """Every event of the EVTX-derived sets, in the nested shape."""
    sets = ("win_evtx_to_mitre", "win_evtx_attack_samples", "win_benign_evtx")
    return [line for name in sets for line in lines_of(data / "soc" / name / "events.jsonl.zst")]


def repeated(records: list[bytes], count: int, fresh: re.Pattern[bytes] | None) -> Iterator[bytes]:
    """``count`` records from the list, round by round; later rounds with other vendor ids."""
    for at in range(count):
        turn, index = divmod(at, len(records))
        record = records[index]
        if turn and fresh is not None:
            record = fresh.sub(lambda found, turn=turn: _renumbered(found, turn), record, count=1)  # type: ignore[misc] # lambda default
        yield record


def _renumbered(found: re.Match[bytes], turn: int) -> bytes:
    if found.re is _RECORD_ID:
        return found[1] + str(int(found[2]) + turn * 100_000_000).encode()
    return found[1][:-4] + f"{turn:04x}".encode()


def write(path: Path, records: Iterable[bytes], head: bytes = b"") -> None:
    """One file, one record a line."""
    with path.open("wb") as file:
        file.write(head)
        for record in records:
            file.write(record + b"\n")


def zeek_head(data: Path) -> tuple[bytes, list[bytes]]:
    """Header lines and rows of the RITA set's connection logs (those that share one header)."""
    with zipfile.ZipFile(data / "soc" / "net_zeek_rita" / "zeek_logs.zip") as archive:
        head = b""
        rows: list[bytes] = []
        for name in sorted(archive.namelist()):
            if not re.search(r"/conn\.[^/]*log", name):
                continue
            raw = archive.read(name)
            lines = (gzip.decompress(raw) if name.endswith(".gz") else raw).splitlines()
            fields = [line for line in lines if line.startswith(b"#fields\tts\t")]
            if fields and not head:
                head = (
                    b"\n".join(line for line in lines if line.startswith(b"#") and not line.startswith(b"#close"))
                    + b"\n"
                )
            if fields and fields[0] in head:
                rows += [line for line in lines if line and not line.startswith(b"#")]
    return head, rows


def build(name: str, data: Path, folder: Path, events: int) -> Path:
    """The input file of one case; raises ``KeyError`` for an unknown one."""
    soc = data / "soc"
    path = folder / f"{name}.log"
    if name == "windows_flat":
        write(path, _spread(soc / "win_otrf_mordor/windows_host.jsonl.zst", events))
    elif name == "windows_nested":
        write(path, repeated(nested_windows(data), events, _RECORD_ID))
    elif name == "evtx":
        return _evtx(data, folder, events)
    elif name == "auth_log":
        write(path, repeated(list(lines_of(soc / "auth_ssh_linux/elastic_auth.log.gz")), events, None))
    elif name == "zeek_json":
        write(path, repeated(list(zip_lines(soc / "net_zeek_wrccdc/zeek_json.zip", ".json")), events, None))
    elif name == "zeek_tsv":
        head, rows = zeek_head(data)
        write(path, repeated(rows, events, None), head)
    elif name == "cloudtrail":
        write(path, repeated(list(lines_of(soc / "cloud_cloudtrail_invictus/events.jsonl.zst")), events, _EVENT_ID))
    else:
        raise KeyError(name)
    return path


def _spread(path: Path, events: int) -> Iterator[bytes]:
    """About ``events`` lines from all over a file: its captures differ much in event size."""
    total = sum(1 for _ in lines_of(path))
    step = max(1, total // events)
    yield from (line for _, line in zip(range(events), islice(lines_of(path), 0, None, step), strict=False))


def _evtx(data: Path, folder: Path, events: int) -> Path:
    import orjson
    from tests.support.evtx_event_shapes import events_from_json_line
    from tests.support.evtx_writer import write_evtx

    path = folder / "evtx.evtx"
    source = lines_of(data / "soc" / "win_evtx_to_mitre" / "events.jsonl.zst")
    shaped = [events_from_json_line(orjson.loads(line)) for line in source]
    numbered = ({**shaped[at % len(shaped)], "EventRecordID": at + 1} for at in range(events))
    write_evtx(path, numbered)
    return path
