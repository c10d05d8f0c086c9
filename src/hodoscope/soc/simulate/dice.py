"""All randomness of the simulator: one independent, reproducible stream per (seed, purpose, slice)."""

import random
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256

import numpy as np

_ALPHANUMERIC = bytes.maketrans(b"+/", b"aZ")
_KEY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Dice:
    """Random draws for one purpose.

    `numbers` is for arrays (counts, times, choices); `small` is for single incidental values, where a numpy call
    would cost more than the event. Two streams with different keys never share a number, so adding a source to the
    simulator does not change what the others write.
    """

    def __init__(self, *key: int | str) -> None:
        digest = sha256("\x1f".join(str(part) for part in key).encode()).digest()
        self.numbers = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))
        self.small = random.Random(int.from_bytes(digest[16:], "big"))

    def port(self) -> int:
        """An ephemeral client port as Windows and Linux draw them."""
        return 49152 + int(self.small.random() * 16000)

    def uid(self) -> str:
        """A Zeek connection uid: C and 17 letters or digits."""
        return "C" + b64encode(self.small.randbytes(13)).translate(_ALPHANUMERIC).decode()[:17]

    def hexadecimal(self, digits: int) -> str:
        """Random lower-case hexadecimal of exactly `digits` digits."""
        return f"{self.small.getrandbits(4 * digits):0{digits}x}"

    def guid(self) -> str:
        """`8-4-4-4-12` lower-case, without braces."""
        text = f"{self.small.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def between(self, low: float, high: float) -> float:
        """Uniform in [low, high)."""
        return low + (high - low) * self.small.random()

    def key_id(self, prefix: str) -> str:
        """An AWS-looking id: the prefix and 16 base-32 letters."""
        return prefix + "".join(self.small.choices(_KEY_LETTERS, k=16))


@lru_cache(maxsize=65536)
def lasting_guid(*key: int | str) -> str:
    """A braced guid that depends on `key` alone: what lives longer than one window (a shell, a logon session)."""
    text = sha256("\x1f".join(str(part) for part in key).encode()).hexdigest()
    return f"{{{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:32]}}}"
