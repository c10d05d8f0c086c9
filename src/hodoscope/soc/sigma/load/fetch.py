"""A rule pack from an address: only when the operator names it, and only with the checksum that the operator trusts.

The one place of the Sigma engine that reaches the network. What was fetched is kept by checksum, so the next start
needs no network.
"""

import contextlib
import hashlib
import os
import tempfile
import urllib.error
import urllib.request
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from hodoscope.errors import InputError

MOST_BYTES = 128 << 20
TIMEOUT_SECONDS = 60


def is_address(location: str) -> bool:
    """An http(s) address rather than a path."""
    return location.lower().startswith(("https://", "http://"))


def fetch(location: str, cache: Path | None = None) -> tuple[str, bytes]:
    """Name and content of ``https://host/pack.zip#sha256=HEX``, kept below ``cache`` when given.

    Raises InputError without a checksum, when it differs, on any network error and beyond :data:`MOST_BYTES`.
    """
    address, _, fragment = location.partition("#")
    wanted = fragment.removeprefix("sha256=").lower()
    if len(wanted) != 64 or any(digit not in "0123456789abcdef" for digit in wanted):
        raise InputError(f"{address}: an address needs its checksum: append #sha256= and the 64 digits of the SHA-256")
    name = PurePosixPath(unquote(urlsplit(address).path)).name or "pack"
    kept = cache / "packs" / wanted if cache else None
    if kept and (data := _kept(kept)) and hashlib.sha256(data).hexdigest() == wanted:
        return name, data
    data = _download(address)
    if (found := hashlib.sha256(data).hexdigest()) != wanted:
        raise InputError(f"{address}: its SHA-256 is {found}, not {wanted}; do not use it before you know why")
    if kept:
        write_atomically(kept, data)
    return name, data


def _kept(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _download(address: str) -> bytes:
    try:
        request = urllib.request.Request(address, headers={"User-Agent": "hodoscope"})  # noqa: S310 -- http(s) checked
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 -- http(s) checked
            data: bytes = answer.read(MOST_BYTES + 1)
    except (OSError, urllib.error.URLError, ValueError) as error:
        raise InputError(f"{address}: cannot be fetched ({error}); check the address and the network") from error
    if len(data) > MOST_BYTES:
        raise InputError(f"{address}: more than {MOST_BYTES >> 20} MB; take a smaller pack")
    return data


def write_atomically(path: Path, data: bytes) -> None:
    """A reader sees the old file or the whole new one. A folder that cannot be written costs only the copy."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(data)
        Path(temporary).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
