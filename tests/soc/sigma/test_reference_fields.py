"""Reading event rows the plain way."""

from hypothesis import given, settings
from tests.support.sigma_conditions import Case, cases
from tests.support.sigma_events import PLACES, MadeUpRouter, event_table

from hodoscope.soc.sigma.interface import FieldSource, KindKey
from hodoscope.soc.sigma.reference_fields import Row, event_fields, kind_of, raw_of, source_values
from hodoscope.soc.sigma.routing.values import distinct

ROW: Row = {
    "format": "json",
    "mapping_rule": None,
    "process_cmd_line": "whoami",
    "privileges": ["SeDebug", "", "SeTcb"],
    "unmapped": [("Hash", "MD5=1"), ("nested", '{"a":[{"b":1.50},{"b":[true,null,"x"]},{"c":2}],"o":{"k":[1,"é"]}}')],
    "raw": b'{"id":"\xff"}',
}


class TwoPlaces:
    """A router that has every field first in the column, then in ``unmapped``."""

    def logsources(self, kind: KindKey, wanted: object) -> frozenset[object]:
        """Unused here."""
        raise NotImplementedError

    def sources(self, kind: KindKey, field: str) -> tuple[FieldSource, ...]:
        """Column ``process_cmd_line`` only for CommandLine."""
        unmapped = FieldSource("unmapped", key=field)
        return (FieldSource("user_name"), FieldSource("process_cmd_line")) if field == "CommandLine" else (unmapped,)


def test_each_kind_of_source_gives_text_values() -> None:
    """Columns, lists, unmapped keys, constants, paths with lists on the way, objects as JSON text."""
    assert source_values(ROW, FieldSource("process_cmd_line")) == ["whoami"]
    assert source_values(ROW, FieldSource("privileges")) == ["SeDebug", "SeTcb"]
    assert source_values(ROW, FieldSource("unmapped", "Hash")) == ["MD5=1"]
    assert source_values(ROW, FieldSource("unmapped", "Absent")) == []
    assert source_values(ROW, FieldSource("", constant="x")) == ["x"]
    assert source_values(ROW, FieldSource("unmapped", "nested", ("a", "b"))) == ["1.5", "true", "", "x"]
    assert source_values(ROW, FieldSource("unmapped", "nested", ("o",))) == ['{"k":[1,"é"]}']
    assert source_values(ROW, FieldSource("unmapped", "n*")) == [dict(ROW["unmapped"])["nested"]]  # type: ignore[call-overload]  # pairs
    assert source_values({"unmapped": [("l", '["a",1]')]}, FieldSource("unmapped", "l", ("[]",))) == ["a", "1"]
    assert source_values({"unmapped": [("l", "[not] a list")]}, FieldSource("unmapped", "l", ("[]",))) == [
        "[not] a list"
    ]
    assert source_values(ROW, FieldSource("unmapped", "nested", ("a", "[2]", "c"))) == ["2"]
    assert source_values(ROW, FieldSource("privileges", table=(("SeTcb", "act"),))) == ["", "act"]
    assert source_values({"dst_endpoint_port": 0}, FieldSource("dst_endpoint_port")) == ["0"]
    assert source_values(ROW, FieldSource("raw", path=("id",))) == ["\ufffd"]
    assert source_values(ROW, FieldSource("process_cmd_line", path=("id",))) == []


def test_the_first_source_with_a_value_counts_and_absent_fields_are_left_out() -> None:
    """An empty first choice does not hide the second."""
    assert event_fields(ROW, TwoPlaces(), ("CommandLine", "Hash", "Absent")) == {  # type: ignore[arg-type]  # stub half
        "CommandLine": ["whoami"],
        "Hash": ["MD5=1"],
    }


def test_kind_and_record_are_text_whatever_the_row_holds() -> None:
    """Null kind columns are empty; broken UTF-8 is replaced."""
    assert kind_of(ROW) == ("json", "", "", "", "")
    assert raw_of(ROW) == '{"id":"\ufffd"}'
    assert raw_of({}) == ""


@settings(max_examples=60)
@given(cases(most_rules=1))
def test_the_fast_reader_reads_the_same_values(case: Case) -> None:
    """Every kind of source, adversarial values: what the engines read is what the judge reads."""
    table = event_table(case.events)
    for name, sources in PLACES.items():
        found = distinct(table, sources)
        texts = found.texts.to_pylist()
        for row, code in zip(table.to_pylist(), found.codes.tolist(), strict=True):
            begin, end = (code, code + 1) if found.offsets is None else found.offsets[[code, code + 1]]
            assert (texts[begin:end] if code >= 0 else []) == event_fields(row, MadeUpRouter(), [name]).get(name, [])
