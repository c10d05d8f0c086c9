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


def test_numbers_inside_an_object_are_spelt_as_alone() -> None:
    """Shortest, whatever the writer's library did; text that looks like one stays; depth is no error."""
    assert values_at(opened('{"a": {"b": [1.50, 1e3, 1e21, 1.0, "1.0"]}}'), ("a",)) == ['{"b":[1.5,1000,1e21,1,"1.0"]}']
    deep = opened('{"a":' + '{"b":' * 900 + "1.0" + "}" * 901)
    assert values_at(deep, ("a",))[0].startswith('{"b":{"b":')


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    """No text leaves here that Arrow could not hold."""
    assert values_at(opened(b'{"a": ["\\ud800x", "\\ud83d\\ude00", {"b": "\\udc00"}]}'), ("a",)) == [
        "\ufffdx",
        "\U0001f600",
        '{"b":"\ufffd"}',
    ]
