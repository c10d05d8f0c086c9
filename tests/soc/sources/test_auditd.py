"""Audit events joined from their lines."""

from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.sources.auditd import REACH_BYTES
from hodoscope.soc.sources.limits import Limits

from .memory_source import placed, read, records_of, source_of


def line(serial: int, kind: str = "SYSCALL", filler: int = 0) -> str:
    """One audit line."""
    return f"type={kind} msg=audit(1700000000.123:{serial}): arch=c000003e {'x' * filler}"


def joined(lines: list[str], **how: int) -> list[str]:
    """The records of a log of these lines."""
    data = "".join(text + "\n" for text in lines).encode()
    return [record.decode() for record in records_of(read(source_of(data, "auditd", limits=Limits(**how))))]


def test_interleaved_lines_come_together_in_the_order_of_first_lines() -> None:
    """Two processors write at once."""
    first, second = [line(1), line(1, "EXECVE"), line(1, "PROCTITLE")], [line(2), line(2, "PATH")]
    lines = [first[0], second[0], first[1], second[1], first[2], line(3, "USER_LOGIN")]
    assert joined(lines) == ["\n".join(first), "\n".join(second), line(3, "USER_LOGIN")]


def test_forwarded_lines_with_a_syslog_head_and_node_are_joined() -> None:
    """Serials of different nodes are different events."""
    lines = [f"Mar  1 00:00:0{n} h audispd: node={node} {line(7)}" for n, node in enumerate(["a", "b", "a"])]
    assert joined(lines) == [lines[0] + "\n" + lines[2], lines[1]]


def test_reused_serial_far_away_is_another_event() -> None:
    """After a reboot serials start again."""
    assert len(joined([line(1), line(2, filler=REACH_BYTES), line(1)])) == 3
    assert len(joined([line(1), line(1, "EOE"), line(1)])) == 2


serials = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["SYSCALL", "PATH", "EOE"]), st.sampled_from([0, 0, 0, 30_000])),
    max_size=25,
)


@given(serials, st.integers(1, 3), st.sampled_from([100, 1 << 16, 1 << 20]))
def test_resuming_gives_the_same_events(lines: list[tuple[int, str, int]], most: int, block: int) -> None:
    """Whatever is interleaved, from any batch end exactly the remaining events come."""
    data = "".join(line(*parts) + "\n" for parts in lines).encode()
    source = source_of(data, "auditd", limits=Limits(block_bytes=block))
    batches, whole, done = read(source, 0, most), placed(read(source)), 0
    assert placed(batches) == whole
    for batch in batches:
        done += len(batch.records)
        assert placed(read(source, batch.end)) == whole[done:]
