"""Zeek's tab-separated logs."""

from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sources.limits import Limits

from .memory_source import placed, read, records_of, source_of


def log(path: str, fields: list[str], rows: list[str]) -> bytes:
    """One Zeek log with its header and closing line."""
    head = ["#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", f"#path\t{path}"]
    head += [
        "#open\t2026-01-01-00-00-00",
        "#fields\t" + "\t".join(fields),
        "#types\t" + "\t".join("string" for _ in fields),
    ]
    return "\n".join([*head, *rows, "#close\t2026-01-01-01-00-00", ""]).encode()


FIRST = log("conn", ["ts", "uid"], [f"{n}.5\tC{n}" for n in range(5)])
SECOND = log("dns", ["ts", "query", "AA"], [f"{n}.5\tq{n}\tT" for n in range(4)])


def test_header_travels_with_the_records_and_changes_midway() -> None:
    """Concatenated logs: each batch has the header above its records; comments are no records."""
    batches = [batch for batch in read(source_of(FIRST + SECOND)) if batch.records]
    assert [batch.format for batch in batches] == ["zeek_tsv"] * 2
    assert [(batch.header["path"], batch.header["fields"]) for batch in batches] == [
        ("conn", "ts\tuid"),
        ("dns", "ts\tquery\tAA"),
    ]
    assert batches[0].header["separator"] == "\t"
    assert [len(batch.records) for batch in batches] == [5, 4]


@given(st.integers(1, 4), st.integers(1, 200))
def test_resuming_finds_the_header_in_force(max_records: int, block: int) -> None:
    """From any end the remaining records come under the same header as before."""
    source = source_of(FIRST + SECOND, limits=Limits(block_bytes=block))
    whole = [(place, batch.header) for batch in read(source) for place in placed([batch])]
    done = 0
    for batch in read(source, 0, max_records):
        done += len(batch.records)
        rest = [(place, later.header) for later in read(source, batch.end) for place in placed([later])]
        assert rest == whole[done:]


def test_other_separators_are_given_as_a_character() -> None:
    """The escape in the first line is resolved."""
    data = b"#separator \\x7c\n#path|x\n#fields|a|b\n1|2\n"
    batches = read(source_of(data, "zeek_tsv"))
    assert records_of(batches) == [b"1|2"]
    assert (batches[-1].header["separator"], batches[-1].header["fields"]) == ("|", "a\tb")
    tab = read(source_of(b"#separator \\t\n#path\tx\n#fields\ta\tb\n1\t2\n", "zeek_tsv"))  # not Zeek's own spelling
    assert (tab[-1].header["separator"], tab[-1].header["fields"]) == ("\t", "a\tb")
