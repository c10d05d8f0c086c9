"""JSON text opened for Sigma: every value as the text that the normaliser would have kept."""

from hodoscope.soc.sigma.routing.json_values import opened, values_at


def test_broken_text_holds_nothing() -> None:
    for text in ("", "{", "plain", "[1,", "[" * 100_000):
        assert opened(text) is None


def test_null_and_empty_text_are_no_values() -> None:
    assert values_at({"a": [None, "", "x"], "b": None}, ("a",)) == ["x"]
    assert values_at({"a": [None, "", "x"], "b": None}, ("b",)) == []


def test_values_are_written_as_the_normaliser_writes_them() -> None:
    assert values_at(opened('{"a": [1, 2.5, true, {"b": [1, null]}, [1, "x"]]}'), ("a",)) == [
        "1",
        "2.5",
        "true",
        '{"b":[1,null]}',
        '[1,"x"]',
    ]
