"""The YAML documents of one file, each with its line, so that a broken one never takes the others with it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hodoscope.soc.data_files import YamlTextError, strict_yaml
from hodoscope.soc.sigma.load.limits import MOST_FILE_BYTES
from hodoscope.soc.sigma.load.refusal import Refused

_MARKER = re.compile(r"^(?:---(?=\s|$)|\.\.\.(?=\s|$))", re.MULTILINE)
_LEADING = re.compile(r"(?:(?:---|\.\.\.)?[ \t]*(?:[#%].*)?\r?\n)*")
"""Lines before the content: the marker itself, comments, directives, nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One document: its text, the 1-based line it begins on, and its content or why it has none."""

    path: str
    line: int
    text: str
    content: object = None
    refused: Refused | None = None

    def line_of(self, near: str) -> int:
        """The line that first holds ``near`` (its last line when that is several), else the document's own."""
        wanted = near.strip().splitlines()[0] if near.strip() else ""
        if wanted:
            for number, line in enumerate(self.text.splitlines(), self.line):
                if wanted in line:
                    return number
        return self.line


def documents(path: str, data: bytes) -> Iterator[Document]:
    """Every document of a file that is not empty, in order; a file that is no text is one refused document."""
    if len(data) > MOST_FILE_BYTES:
        limit = Refused("limit: file size", f"{len(data):,} bytes, at most {MOST_FILE_BYTES:,}; split the file")
        yield Document(path, 1, "", refused=limit)
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        yield Document(path, line, "", refused=Refused("encoding", "save the file as UTF-8"))
        return
    starts = [0, *(match.start() for match in _MARKER.finditer(text))]
    for begin, end in zip(starts, [*starts[1:], len(text)], strict=True):
        begin += len(_LEADING.match(text[begin:end])[0])  # type: ignore[index]  # it matches nothing at least
        if (found := _read(path, text.count("\n", 0, begin) + 1, text[begin:end])) is not None:
            yield found


def _read(path: str, line: int, text: str) -> Document | None:
    try:
        content = strict_yaml(text)
    except YamlTextError as error:
        refused = Refused("yaml", f"{error.problem}; correct it and check again")
        return Document(path, line + error.line - 1, text, refused=refused)
    return None if content is None else Document(path, line, text, content)
