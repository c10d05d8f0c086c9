"""What the embedded engine writes to standard error while it starts: the only place where it says why it does not.

The stream is caught below Python, at the file descriptor, and passed on when the start succeeds. Other threads' output
in that second is passed on late, or shown with the error.
"""

import os
import sys
import tempfile
from types import TracebackType
from typing import IO


class EngineOutput:
    """Context manager; ``reason`` is what was written when the body failed."""

    def __init__(self) -> None:
        self.reason = ""
        self._kept = -1
        self._file: IO[bytes] | None = None

    def __enter__(self) -> "EngineOutput":
        sys.stderr.flush()
        self._file = tempfile.TemporaryFile()
        self._kept = os.dup(2)
        os.dup2(self._file.fileno(), 2)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.stderr.flush()
        os.dup2(self._kept, 2)
        os.close(self._kept)
        assert self._file is not None  # noqa: S101 -- set in __enter__
        self._file.seek(0)
        written = self._file.read()
        self._file.close()
        if error is not None:
            self.reason = written.decode("utf-8", "replace")
        elif written:
            os.write(2, written)
