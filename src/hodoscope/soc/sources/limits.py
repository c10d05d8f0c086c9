"""Bounds of reading: what one hostile or broken file may cost."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, in bytes unless said otherwise. Past a bound the rest is skipped and reported, never read.

    Logs compress 10 to 60 times; the ratio bound leaves room for very repetitive ones and stops bombs (1000 and more).
    """

    max_ratio: int = 200  # decompressed : compressed
    ratio_free_bytes: int = 16 * MIB  # the ratio is judged only after this much output
    max_stream_bytes: int = 1 << 40
    max_record_bytes: int = 16 * MIB
    kept_bytes: int = 4096  # how much of a skipped record its dead letter keeps
    max_json_depth: int = 512  # levels; JSON parsers give up or overflow their stack somewhere above this
    max_archive_members: int = 100_000  # members of one archive
    max_nested_bytes: int = 256 * MIB  # size of an archive inside an archive
    block_bytes: int = MIB
