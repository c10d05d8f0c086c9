"""Reading fields of event tables: one text per code, lists exploded, the first source with a value counts."""

import gc
import weakref
from collections.abc import Sequence
from itertools import pairwise

import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.event import LC, UNMAPPED
from hodoscope.soc.sigma.interface import FieldSource
from hodoscope.soc.sigma.routing.values import Distinct, distinct

IMAGE = FieldSource("process_file_path")
PRIVILEGES = FieldSource("privileges")


def texts(found: Distinct) -> list[list[str]]:
    """Values per row; checks the promises of :class:`Distinct` on the way."""
    words = found.texts.to_pylist()
    assert "" not in words
    assert found.texts.type == pa.string()
    count = len(words) if found.offsets is None else len(found.offsets) - 1
    assert set(found.codes.tolist()) - {-1} == set(range(count))
    if found.offsets is None:
        assert len(set(words)) == len(words)
        return [[] if code < 0 else [words[code]] for code in found.codes]
    offsets = found.offsets.tolist()
    assert offsets[-1] == len(words)
    assert all(begin < end for begin, end in pairwise(offsets))
    return [[] if code < 0 else words[offsets[code] : offsets[code + 1]] for code in found.codes]


def table(unmapped: Sequence[dict[str, str] | None] = (), **columns: pa.Array) -> pa.Table:
    if unmapped:
        rows = [None if row is None else list(row.items()) for row in unmapped]
        columns["unmapped"] = pa.array(rows, UNMAPPED)
    return pa.table(columns)


def words(*values: str | None) -> pa.Array:
    return pa.array(values, pa.string()).dictionary_encode().cast(LC)


def test_a_dictionary_column_keeps_only_what_its_rows_hold() -> None:
    whole = table(process_file_path=words("C:\\a.exe", "", "C:\\b.exe", None, "C:\\a.exe"))
    assert texts(distinct(whole, (IMAGE,))) == [["C:\\a.exe"], [], ["C:\\b.exe"], [], ["C:\\a.exe"]]
    part = whole.slice(2)
    assert distinct(part, (IMAGE,)).texts.to_pylist() == ["C:\\a.exe", "C:\\b.exe"]
    assert texts(distinct(part, (IMAGE,))) == [["C:\\b.exe"], [], ["C:\\a.exe"]]


def test_chunks_with_dictionaries_of_their_own_are_one_field() -> None:
    parts = [table(process_file_path=words("x", "y")), table(process_file_path=words("y", "z"))]
    joined = pa.concat_tables(parts)
    assert texts(distinct(joined, (IMAGE,))) == [["x"], ["y"], ["y"], ["z"]]


def test_a_text_column_gives_each_text_once() -> None:
    found = distinct(table(process_cmd_line=pa.array(["a b", "", "a b"])), (FieldSource("process_cmd_line"),))
    assert texts(found) == [["a b"], [], ["a b"]]


def test_a_missing_column_a_missing_key_and_no_source_have_no_value() -> None:
    rows = table([{"A": "1"}, None])
    for sources in ((IMAGE,), (FieldSource("unmapped", "B"),), ()):
        assert texts(distinct(rows, sources)) == [[], []]


def test_lists_are_exploded_and_equal_lists_share_a_code() -> None:
    column = pa.array([["a", "b"], [], ["a"], None, ["a", "b"], ["", "a"]], pa.list_(pa.string()))
    found = distinct(table(privileges=column), (PRIVILEGES,))
    assert texts(found) == [["a", "b"], [], ["a"], [], ["a", "b"], ["a"]]
    assert found.codes[0] == found.codes[4]
    assert found.codes[2] == found.codes[5]


def test_lists_that_join_to_the_same_text_stay_apart() -> None:
    column = pa.array([["a,b"], ["a", "b"]], pa.list_(pa.string()))
    assert texts(distinct(table(privileges=column), (PRIVILEGES,))) == [["a,b"], ["a", "b"]]


def test_every_key_of_the_map_is_read_in_a_slice_too() -> None:
    rows = table([{"A": "1", "B": "x"}, None, {"B": "y"}, {"C": "z", "A": "2"}])
    assert texts(distinct(rows, (FieldSource("unmapped", "A"),))) == [["1"], [], [], ["2"]]
    part = rows.slice(2)
    assert texts(distinct(part, (FieldSource("unmapped", "A"),))) == [[], ["2"]]
    assert texts(distinct(part, (FieldSource("unmapped", "B"),))) == [["y"], []]


def test_the_first_of_two_equal_keys_counts() -> None:
    rows = pa.table({"unmapped": pa.array([[("A", "first"), ("A", "second")]], UNMAPPED)})
    assert texts(distinct(rows, (FieldSource("unmapped", "A"),))) == [["first"]]


def test_a_key_with_a_star_takes_every_key_that_begins_so() -> None:
    rows = table([{"param1": "a", "x": "-", "param2": "b"}, {"y": "-"}, {"param1": "a"}])
    assert texts(distinct(rows, (FieldSource("unmapped", "param*"),))) == [["a", "b"], [], ["a"]]
    assert texts(distinct(rows.slice(1), (FieldSource("unmapped", "param*"),))) == [[], ["a"]]


def test_the_first_source_with_a_value_counts_per_row() -> None:
    rows = table([{"U": "1"}, {"U": "2"}, None, {"U": "x"}], process_file_path=words("x", "", "", "y"))
    found = distinct(rows, (IMAGE, FieldSource("unmapped", "U"), FieldSource("", constant="c")))
    assert texts(found) == [["x"], ["2"], ["c"], ["y"]]
    lists = table([{"U": "1"}, {"U": "2"}], privileges=pa.array([["a", "b"], []], pa.list_(pa.string())))
    assert texts(distinct(lists, (PRIVILEGES, FieldSource("unmapped", "U")))) == [["a", "b"], ["2"]]


def test_a_constant_is_the_value_of_every_row() -> None:
    assert texts(distinct(table([None, None]), (FieldSource("", constant="sysmon"),))) == [["sysmon"], ["sysmon"]]


def test_paths_fan_out_over_lists_and_write_values_as_json_does() -> None:
    target = orjson.dumps([{"name": "a", "n": 1}, {"name": "b", "n": True}, {"other": 1}, 5]).decode()
    rows = table([{"target": target}, {"target": "not json"}, {"target": '{"name": {"x": [1, null]}}'}])
    assert texts(distinct(rows, (FieldSource("unmapped", "target", ("name",)),))) == [
        ["a", "b"],
        [],
        ['{"x":[1,null]}'],
    ]
    assert texts(distinct(rows, (FieldSource("unmapped", "target", ("n",)),))) == [["1", "true"], [], []]
    assert texts(distinct(rows, (FieldSource("unmapped", "target", ("name", "x")),))) == [[], [], ["1"]]


def test_elements_opens_lists_and_leaves_every_other_text_alone() -> None:
    held = ['["a","b"]', "[ScriptBlock]", '{"k":1}', '["only"]', "[]", "plain"]
    rows = table([{"F": text} for text in held])
    found = distinct(rows, (FieldSource("unmapped", "F", ("[]",)),))
    assert texts(found) == [["a", "b"], ["[ScriptBlock]"], ['{"k":1}'], ["only"], [], ["plain"]]


def test_steps_into_lists_take_one_element_or_those_with_a_key() -> None:
    parameters = '[{"name":"a","value":1},{"name":"b","value":["x","y"]}]'
    rows = table([{"p": parameters}, {"p": "{}"}])
    assert texts(distinct(rows, (FieldSource("unmapped", "p", ("[name=b]", "value")),))) == [["x", "y"], []]
    assert texts(distinct(rows, (FieldSource("unmapped", "p", ("[1]", "name")),))) == [["b"], []]
    assert texts(distinct(rows, (FieldSource("unmapped", "p", ("[7]", "name")),))) == [[], []]


def test_a_table_gives_other_words_and_drops_the_rest() -> None:
    words_of = (("%%14592", "false"), ("%%14593", "true"))
    rows = table([{"D": "%%14593"}, {"D": "other"}, {"D": "%%14592"}, None])
    assert texts(distinct(rows, (FieldSource("unmapped", "D", table=words_of),))) == [["true"], [], ["false"], []]


def test_a_port_is_its_decimal_text() -> None:
    rows = table(dst_endpoint_port=pa.array([0, None, 443], pa.uint16()))
    assert texts(distinct(rows, (FieldSource("dst_endpoint_port"),))) == [["0"], [], ["443"]]


def test_a_path_into_the_raw_record_is_read_only_where_nothing_else_has_a_value() -> None:
    raw = pa.array([b'{"a": {"b": "raw 0"}}', b'{"a": {"b": "raw 1"}}', b"\xff broken", None], pa.binary())
    rows = table([{"b": "kept"}, None, None, None], raw=raw)
    found = distinct(rows, (FieldSource("unmapped", "b"), FieldSource("raw", path=("a", "b"))))
    assert texts(found) == [["kept"], ["raw 1"], [], []]


def test_what_other_json_writers_write_is_read_too() -> None:
    raw = pa.array([b'\xef\xbb\xbf{"a": "bom"}', b'{"b": NaN, "a": "nan"}', b'{"a": "\xff"}'], pa.binary())
    assert texts(distinct(table(raw=raw), (FieldSource("raw", path=("a",)),))) == [["bom"], ["nan"], ["\ufffd"]]


def test_a_table_is_let_go_when_its_owner_lets_it_go() -> None:
    rows = table([{"A": "1"}])
    distinct(rows, (FieldSource("unmapped", "A"),))
    gone = weakref.ref(rows)
    del rows
    gc.collect()
    assert gone() is None


def test_an_empty_table_has_no_texts() -> None:
    empty = table(process_file_path=words("a")).slice(0, 0)
    assert texts(distinct(empty, (IMAGE, FieldSource("", constant="c")))) == []


_VALUE = st.sampled_from(["", "a", "b", "[", '["a","b"]', "é", "\0", "1"])
_ROWS = st.lists(st.dictionaries(st.sampled_from(["A", "B", "param1", "param2"]), _VALUE, max_size=4), max_size=12)


@given(_ROWS, st.integers(0, 5), st.permutations(["A", "B", "param*"]))
def test_distinct_equals_a_walk_over_the_rows(rows: list[dict[str, str]], begin: int, keys: list[str]) -> None:
    whole = pa.table({"unmapped": pa.array([list(row.items()) for row in rows], UNMAPPED)})
    expected = []
    for row in rows[begin:]:
        of_key = {
            "A": [row.get("A", "")],
            "B": [row.get("B", "")],
            "param*": [value for key, value in row.items() if key.startswith("param")],
        }
        chosen = next((kept for key in keys if (kept := [value for value in of_key[key] if value])), [])
        expected.append(chosen)
    assert texts(distinct(whole.slice(begin), tuple(FieldSource("unmapped", key) for key in keys))) == expected


@pytest.mark.parametrize("column", ["raw", "process_cmd_line"])
def test_bytes_are_read_as_text(column: str) -> None:
    assert texts(distinct(pa.table({column: pa.array([b"abc", b"\xff"], pa.binary())}), (FieldSource(column),))) == [
        ["abc"],
        ["\ufffd"],
    ]
