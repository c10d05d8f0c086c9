"""UTF-16 text read as UTF-8."""

from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sources.limits import Limits
from hodoscope.soc.sources.utf16 import utf16_encoding

from .memory_source import placed, read, records_of, source_of
from .test_lines import expected


@given(st.text(alphabet="aé\u4e2d\U0001f600\n", max_size=60), st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_utf16_reads_like_utf8(text: str, encoding: str) -> None:
    """A file redirected by PowerShell gives the records of its UTF-8 form."""
    data = ("\ufeff" + text).encode(encoding)
    wanted = expected(b"\xef\xbb\xbf" + text.encode())
    got = records_of(read(source_of(data, "text", limits=Limits(block_bytes=7))))
    assert got == [record.removeprefix(b"\xef\xbb\xbf") for _, record in wanted if record != b"\xef\xbb\xbf"]


def test_text_without_a_mark_is_told_by_its_zeros() -> None:
    """ASCII with a NUL after every letter; binary zeros and plain text are something else."""
    assert utf16_encoding(("Mar 27 a line of text\n" * 10).encode("utf-16-le")) == "utf-16-le"
    assert utf16_encoding(("Mar 27 a line of text\n" * 10).encode("utf-16-be")) == "utf-16-be"
    assert utf16_encoding(bytes(500)) is None
    assert utf16_encoding(b"Mar 27 a line of text\n" * 10) is None


def test_reading_resumes_in_the_utf8_form() -> None:
    """Positions count bytes of the UTF-8 text."""
    source = source_of("\ufeffone é\ntwo\n".encode("utf-16-le"), "text")
    first, second = placed(read(source))
    assert (first, second) == ((3, "one é".encode()), (10, b"two"))
    assert placed(read(source, second[0])) == [second]
