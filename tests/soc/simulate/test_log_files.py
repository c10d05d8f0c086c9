"""The log writer: order, waiting records, physical line numbers, record numbers."""

from pathlib import Path

import orjson

from hodoscope.soc.simulate.log_files import LogFiles
from hodoscope.soc.simulate.outbox import CONN, SYSMON, Mark, Outbox, Timed

_MARK = Mark("campaign", "step", "T1000", "host:x")


def _outbox(file: str, *records: Timed) -> Outbox:
    outbox = Outbox()
    for record in records:
        outbox.put(file, record.time_us, record.record, record.mark)
    return outbox


def test_later_records_wait_for_their_window(tmp_path: Path) -> None:
    """A record after the window's end is written with the window it belongs to, in order with that window's own."""
    files = LogFiles(tmp_path, 0, 1)
    files.take(_outbox("a/x.log", Timed(15, "late", None), Timed(5, "early", None)))
    files.write_before(10)
    files.take(_outbox("a/x.log", Timed(12, "middle", None)))
    files.write_before(20)
    assert files.close(20) == 0
    assert (tmp_path / "a/x.log").read_text() == "early\nmiddle\nlate\n"


def test_records_after_the_end_are_dropped_and_counted(tmp_path: Path) -> None:
    """What ordinary life would have written after the simulation is left out."""
    files = LogFiles(tmp_path, 0, 1)
    files.take(_outbox("a/x.log", Timed(5, "in", None), Timed(10, "out", None)))
    files.write_before(10)
    assert files.close(10) == 1
    assert files.events == {"a/x.log": 1}


def test_truth_counts_the_header_lines_of_zeek(tmp_path: Path) -> None:
    """Physical lines: the first record after Zeek's eight comment lines is line nine."""
    files = LogFiles(tmp_path, 0, 1)
    files.take(_outbox(CONN, Timed(1, "first", None), Timed(2, "attack", _MARK)))
    files.write_before(10)
    files.close(10)
    (line,) = files.truth
    assert (line.file, line.line) == (CONN, 10)
    assert (tmp_path / CONN).read_text().splitlines()[line.line - 1] == "attack"


def test_equal_times_keep_the_order_of_arrival(tmp_path: Path) -> None:
    """Several lines of one second (auth.log) stay in the order in which their writer said them."""
    files = LogFiles(tmp_path, 0, 1)
    files.take(_outbox("a/x.log", *(Timed(7, f"line {number}", None) for number in range(50))))
    files.write_before(10)
    files.close(10)
    assert (tmp_path / "a/x.log").read_text().splitlines() == [f"line {number}" for number in range(50)]


def test_record_numbers_go_on_across_windows(tmp_path: Path) -> None:
    """Numbers count in the order of the file, per host, whatever order the records were handed over in."""
    files = LogFiles(tmp_path, 0, 1)
    for start in (0, 10):
        files.take(_outbox(SYSMON, *(
            Timed(start + offset, {"Hostname": host, "Channel": "c", "RecordNumber": 0}, None)
            for offset in (3, 1, 2) for host in ("a", "b"))))  # fmt: skip
        files.write_before(start + 10)
    files.close(20)
    records = [orjson.loads(line) for line in (tmp_path / SYSMON).read_bytes().splitlines()]
    for host in ("a", "b"):
        numbers = [record["RecordNumber"] for record in records if record["Hostname"] == host]
        assert numbers == list(range(numbers[0], numbers[0] + 6))
