"""Zeek's tab-separated logs: header lines describe the records after them, and change where logs were concatenated."""

import re
from collections.abc import Iterator, Mapping

from hodoscope.soc.sources.batching import NO_HEADER, Piece, Reading
from hodoscope.soc.sources.lines import resume, split_lines, whole_lines

_HEX = re.compile(r"\\x([0-9A-Fa-f]{2})")
_KEYS = ("set_separator", "empty_field", "unset_field", "path", "fields", "types")


def frame_zeek_tsv(reading: Reading) -> Iterator[Piece]:
    """Record lines; ``header`` holds the ``#key`` lines in force above them, ``fields`` and ``types`` joined by tabs.

    ``separator`` is the character itself. Resuming midway passes over everything before for its headers.
    """
    header = _in_force(reading) if reading.start else NO_HEADER
    for offset, run, letters in whole_lines(reading):
        end = resume(offset, run)
        records, positions = split_lines(offset, run)
        if not (run.startswith(b"#") or b"\n#" in run):
            yield Piece(records, positions, end, letters, header)
            continue
        since = 0
        for at, record in enumerate(records):
            if not record.startswith(b"#"):
                continue
            if at > since:
                yield Piece(records[since:at], positions[since:at], positions[at], letters, header)
                letters = ()
            header, since = _with_line(header, record), at + 1
        yield Piece(records[since:], positions[since:], end, letters, header)


def _with_line(header: Mapping[str, str], line: bytes) -> Mapping[str, str]:
    """The header after one more ``#`` line; the same object when the line says nothing new, so that batches go on."""
    text = line[1:].decode("utf-8", "replace")
    if text.startswith("separator"):
        return {"separator": _separator(text[len("separator") :].strip(" "))}
    separator = header.get("separator", "\t")
    key, _, value = text.partition(separator)
    if key not in _KEYS or header.get(key) == (
        value := "\t".join(value.split(separator)) if key in ("fields", "types") else value
    ):
        return header
    return {**header, key: value}


def _separator(written: str) -> str:
    r"""``\x09`` as Zeek writes it, ``\t`` as other writers do; a tab when it is no single character."""
    text = _HEX.sub(lambda found: chr(int(found[1], 16)), written).replace(r"\t", "\t")
    return text if len(text) == 1 else "\t"


def _in_force(reading: Reading) -> Mapping[str, str]:
    """The header above ``start``: only blocks that hold header lines are looked at line by line."""
    header, left, tail = NO_HEADER, reading.start, b"\n"
    for block in reading.reread(0):
        block = tail + block[:left]
        left -= len(block) - len(tail)
        cut = block.rfind(b"\n")
        tail = block[cut:] if cut >= 0 else block
        if b"\n#" in block:
            for line in block[: max(cut, 0)].split(b"\n"):
                if line.startswith(b"#"):
                    header = _with_line(header, line.removesuffix(b"\r"))
        if left <= 0:
            break
    return header
