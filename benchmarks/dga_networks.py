"""Names that hosts of real networks asked for, from Zeek dns logs: benign realism for a detector of generated names."""

import json
import re
import zipfile
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path, PurePosixPath

_DNS_LOG = re.compile(r"^(?:labeled-)?dns[._].*")


def network_names(data: Path) -> set[str]:
    """Queried host names of every dns log below ``soc/net_zeek_*``.

    Where a log carries labels only rows labelled benign count: background traffic of an infected host is not benign.
    """
    archives = sorted((data / "soc").glob("net_zeek_*/*.zip"))
    return {name for archive in archives for name in _queries(archive)}


def _queries(archive: Path) -> Iterator[str]:
    with zipfile.ZipFile(archive) as files:
        for path in sorted(files.namelist()):
            if _DNS_LOG.match(PurePosixPath(path).name):
                with files.open(path) as raw:
                    yield from _names(TextIOWrapper(raw, "utf-8", errors="replace"))


def _names(lines: TextIOWrapper) -> Iterator[str]:
    fields: list[str] = []
    for line in lines:
        line = line.rstrip("\n")
        if line.startswith("#fields"):
            fields = line.split("\t")[1:]
        elif line.startswith("{"):
            record = json.loads(line)
            yield from _benign(record.get("query"), record.get("label"))
        elif line and not line.startswith("#"):
            row = dict(zip(fields, line.split("\t"), strict=False))
            yield from _benign(row.get("query"), row.get("label"))


def _benign(query: object, label: object) -> Iterator[str]:
    if query not in (None, "", "-", "(empty)") and str(label or "benign").lower() == "benign":
        yield str(query).lower()
