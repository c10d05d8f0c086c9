"""What a ClickHouse error means to the operator and what to do about it."""

from hodoscope.errors import StoreError

_KEPT = "nothing was deleted"
NOT_ENOUGH_SPACE = 243
"""ClickHouse's code for a disk without room."""

# ClickHouse error codes, from ErrorCodes.cpp of the 26.9 source
_BY_CODE: dict[int, str] = {
    241: "the query needed more memory than it may use; narrow the time range or ask for fewer columns",
    NOT_ENOUGH_SPACE: (
        "the disk, a quota or a file-size limit is full; free some space and run the same command again, "
        "it continues where it stopped"
    ),
    231: (
        "a part of the table is damaged; move the named part directory out of the store and run the ingestion of the "
        "same sources again (only what is missing is added), or restore the directory from a copy"
    ),
    40: "stored data fails its checksum; check the disk, then restore the store from a copy or ingest into a new one",
    117: "stored data is damaged; check the disk, then restore the store from a copy or ingest into a new one",
    516: "the server refused the user or password; correct the store address",
    497: "the user lacks a permission on the database; grant CREATE, ALTER, INSERT and SELECT on it",
    164: "the store is read-only for this user; grant INSERT, or use another user",
    210: "the server cannot be reached; check the address and that it is running",
    209: "the server did not answer in time; check that it is running, then run the same command again",
}

_BY_TEXT: tuple[tuple[str, str], ...] = (
    ("No space left on device", _BY_CODE[NOT_ENOUGH_SPACE]),
    ("Read-only file system", "the store's file system is read-only; mount it writable or choose another directory"),
    ("Permission denied", "the store's files cannot be accessed; correct the permissions of the directory"),
    ("Too many open files", "the limit of open files is too low; raise it (ulimit -n 65536) and try again"),
    ("CHECKSUM_DOESNT_MATCH", _BY_CODE[40]),
    ("suspicious", _BY_CODE[231]),
    ("broken", _BY_CODE[231]),
    ("Connection refused", _BY_CODE[210]),
    ("Max retries exceeded", _BY_CODE[210]),
)


def store_error(where: str, doing: str, message: str, code: int | None) -> StoreError:
    """The error to raise: where, what happened in the engine's words, what to do."""
    remedy = _BY_CODE.get(code or 0) or next((text for mark, text in _BY_TEXT if mark in message), "")
    words = " ".join(message.split())[:600]
    return StoreError(f"store {where}: {doing} failed: {words}; {remedy or 'see the reason above'} ({_KEPT})")
