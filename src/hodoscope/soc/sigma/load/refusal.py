"""Why a Sigma document is no rule for us: raised while one document is read, told as ``Unsupported``."""

import difflib
from collections.abc import Iterable


class Refused(Exception):  # noqa: N818 -- a verdict on one document, caught by the loader, never an error of ours
    """``reason`` is short and countable, ``remedy`` says what to do, ``near`` is text to find the line by."""

    def __init__(self, reason: str, remedy: str, near: str = "") -> None:
        super().__init__(f"{reason}: {remedy}")
        self.reason, self.remedy, self.near = reason, remedy, near


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`` Did you mean 'contains'?`` or nothing, to end a remedy with."""
    close = difflib.get_close_matches(word.lower(), sorted(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
