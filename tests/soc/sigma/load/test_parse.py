"""Every modifier and every form of value as our condition, or the reason why not."""

import base64

import pytest

from hodoscope.soc.data_files import strict_yaml
from hodoscope.soc.sigma.load.parse import Translator
from hodoscope.soc.sigma.load.refusal import Refused
from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not, leaves

F = "F"


def condition(selection: str, **placeholders: tuple[str, ...]) -> Node:
    """The condition of a rule with one selection as YAML text."""
    detection = strict_yaml(f"s: {selection}\ncondition: s")
    document = {"logsource": {"product": "windows"}, "detection": detection}
    return Translator(placeholders=placeholders).rule(document).condition


def reason(selection: str, **placeholders: tuple[str, ...]) -> str:
    """Why such a rule is refused."""
    with pytest.raises(Refused) as refused:
        condition(selection, **placeholders)
    assert refused.value.remedy
    return refused.value.reason


def leaf(match: Match, value: str, *, cased: bool = False, flags: str = "") -> Leaf:
    """A leaf on field F."""
    return Leaf(F, match, value, cased, flags)


LEAF_A = leaf(Match.EQUALS, "a")
NO_VALUE = Not(leaf(Match.EXISTS, ""))
DASHES = "-/\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}"

FORMS: list[tuple[str, Node]] = [
    # text and its wildcards
    ("{F: abc}", leaf(Match.EQUALS, "abc")),
    ("{F: 'a*'}", leaf(Match.STARTSWITH, "a")),
    ("{F: '*a'}", leaf(Match.ENDSWITH, "a")),
    ("{F: '*a*'}", leaf(Match.CONTAINS, "a")),
    ("{F: '**a**'}", leaf(Match.CONTAINS, "a")),
    ("{F: 'a*b'}", leaf(Match.GLOB, "a*b")),
    ("{F: 'a?'}", leaf(Match.GLOB, "a?")),
    ("{F: '*'}", leaf(Match.EXISTS, "")),
    ("{F: '?*'}", leaf(Match.GLOB, "?*")),
    (r"{F: 'a\*b'}", leaf(Match.EQUALS, "a*b")),
    (r"{F: 'a\*b?'}", leaf(Match.GLOB, r"a\*b?")),
    (r"{F: 'C:\Windows\x'}", leaf(Match.EQUALS, r"C:\Windows\x")),
    (r"{F: 'C:\Windows\*'}", leaf(Match.EQUALS, r"C:\Windows*")),
    (r"{F: 'C:\Windows\\*'}", leaf(Match.STARTSWITH, "C:\\Windows\\")),
    (r"{F: 'a\\\*b'}", leaf(Match.EQUALS, r"a\*b")),
    (r"{F: '\\\\host\share'}", leaf(Match.EQUALS, r"\\host\share")),
    (r"{F|contains: 'a\?b'}", leaf(Match.CONTAINS, "a?b")),
    (r"{F|endswith: '\cmd.exe'}", leaf(Match.ENDSWITH, r"\cmd.exe")),
    ("{F|contains: ''}", leaf(Match.EXISTS, "")),
    ("{F|contains: 'a*b'}", leaf(Match.GLOB, "*a*b*")),
    ("{F|startswith: a}", leaf(Match.STARTSWITH, "a")),
    ("{F|cased: Ab}", leaf(Match.EQUALS, "Ab", cased=True)),
    ("{F|contains|cased: Ab}", leaf(Match.CONTAINS, "Ab", cased=True)),
    ("{F|cased|endswith: 'A*b'}", leaf(Match.GLOB, "*A*b", cased=True)),
    # other letters than A-Z that have a case
    ("{F: 'é'}", leaf(Match.REGEX, r"\Aé\z", flags="is")),
    ("{F|contains: 'Größe (x)'}", leaf(Match.REGEX, r"Größe\ \(x\)".replace(r"\ ", " "), flags="is")),
    ("{F|endswith: 'a?é*b'}", leaf(Match.REGEX, r"a.é.*b\z", flags="is")),
    ("{F|cased: 'é'}", leaf(Match.EQUALS, "é", cased=True)),
    ("{F: '中文'}", leaf(Match.EQUALS, "中文")),
    # numbers, booleans, nothing
    ("{F: 4688}", leaf(Match.EQUALS, "4688")),
    ("{F: 1.5}", leaf(Match.EQUALS, "1.5")),
    ("{F: true}", leaf(Match.EQUALS, "true")),
    ("{F: null}", NO_VALUE),
    ("{F: ''}", NO_VALUE),
    ("{F: [null, x]}", Any((NO_VALUE, leaf(Match.EQUALS, "x")))),
    ("{F|exists: true}", leaf(Match.EXISTS, "")),
    ("{F|exists: false}", NO_VALUE),
    # lists, all, neq
    ("{F: [a, b]}", Any((leaf(Match.EQUALS, "a"), leaf(Match.EQUALS, "b")))),
    ("{F|contains|all: [a, b]}", All((leaf(Match.CONTAINS, "a"), leaf(Match.CONTAINS, "b")))),
    ("{F|neq: a}", Not(leaf(Match.EQUALS, "a"))),
    ("{F|neq: [a, 1]}", Not(Any((leaf(Match.EQUALS, "a"), leaf(Match.EQUALS, "1"))))),
    ("{F|contains|neq: a}", Not(leaf(Match.CONTAINS, "a"))),
    ("{F|fieldref|neq: G}", Not(leaf(Match.EQUALS_FIELD, "G"))),
    ("[{F: a}, {F: b, F|re: c}]", Any((LEAF_A, All((leaf(Match.EQUALS, "b"), leaf(Match.REGEX, "c")))))),
    # regular expressions
    ("{F|re: 'a.*[bc]?'}", leaf(Match.REGEX, "a.*[bc]?")),
    (r"{F|re: '\\\*\?x'}", leaf(Match.REGEX, r"\\\*\?x")),
    ("{F|re|i: a}", leaf(Match.REGEX, "a", flags="i")),
    ("{F|re|s|i|m: a}", leaf(Match.REGEX, "a", flags="ims")),
    ("{F|re|ignorecase|dotall|multiline: a}", leaf(Match.REGEX, "a", flags="ims")),
    ("{F|contains|re: a}", leaf(Match.REGEX, "a")),
    ("{F|re|i: 'a(?=b)'}", leaf(Match.REGEX, "a(?:b)", flags="i")),
    ("{F|re|startswith: 'a|b'}", leaf(Match.REGEX, r"\A(?:a|b)")),
    ("{F|re|endswith: 'a|b'}", leaf(Match.REGEX, r"(?:a|b)\z")),
    ("{F|re|contains: 'a|b'}", leaf(Match.REGEX, "a|b")),
    # networks, order, fields, times
    ("{F|cidr: 10.0.0.0/8}", leaf(Match.CIDR, "10.0.0.0/8")),
    ("{F|cidr: 'FE80::/10'}", leaf(Match.CIDR, "fe80::/10")),
    ("{F|lt: 5}", leaf(Match.LESS, "5")),
    ("{F|lte: 0.0000001}", leaf(Match.LESS_EQUAL, "0.0000001")),
    ("{F|gt: -5}", leaf(Match.GREATER, "-5")),
    ("{F|gte: 1.0e+20}", leaf(Match.GREATER_EQUAL, "100000000000000000000")),
    ("{F|fieldref: G}", leaf(Match.EQUALS_FIELD, "G")),
    ("{F|fieldref|contains: G}", leaf(Match.CONTAINS_FIELD, "G")),
    ("{F|fieldref|startswith: G}", leaf(Match.STARTSWITH_FIELD, "G")),
    ("{F|fieldref|endswith: G}", leaf(Match.ENDSWITH_FIELD, "G")),
    *[(f"{{F|{part}: 7}}", leaf(Match(part), "7")) for part in ("minute", "hour", "day", "week", "month", "year")],
    ("{F|hour|gte: 22}", Any((leaf(Match.HOUR, "22"), leaf(Match.HOUR, "23")))),
    ("{F|month|lt: 3}", Any((leaf(Match.MONTH, "1"), leaf(Match.MONTH, "2")))),
    # encodings
    ("{F|base64: foo}", leaf(Match.EQUALS, "Zm9v")),
    ("{F|base64offset|contains: foo}", Any(tuple(leaf(Match.CONTAINS, text) for text in ("Zm9v", "Zvb", "mb2")))),
    ("{F|wide|base64: ab}", leaf(Match.EQUALS, base64.b64encode("ab".encode("utf-16-le")).decode())),
    ("{F|utf16le|base64: ab}", leaf(Match.EQUALS, base64.b64encode("ab".encode("utf-16-le")).decode())),
    ("{F|utf16be|base64: ab}", leaf(Match.EQUALS, base64.b64encode("ab".encode("utf-16-be")).decode())),
    ("{F|utf16|base64: ab}", leaf(Match.EQUALS, base64.b64encode(b"\xff\xfe" + "ab".encode("utf-16-le")).decode())),
    ("{F|windash|contains: ' -x'}", Any(tuple(leaf(Match.CONTAINS, f" {dash}x") for dash in DASHES))),
    # keywords search the record
    ("[abc]", Leaf("", Match.CONTAINS, "abc")),
    ("abc", Leaf("", Match.CONTAINS, "abc")),
    ("[abc, 4688]", Any((Leaf("", Match.CONTAINS, "abc"), Leaf("", Match.CONTAINS, "4688")))),
    ("['a*b']", Leaf("", Match.GLOB, "*a*b*")),
    ("{'|all': [a, b]}", All((Leaf("", Match.CONTAINS, "a"), Leaf("", Match.CONTAINS, "b")))),
    ("{'|re': 'a+'}", Leaf("", Match.REGEX, "a+")),
    ("{'|cased': Ab}", Leaf("", Match.CONTAINS, "Ab", cased=True)),
    ("[a, {F: b}]", Any((Leaf("", Match.CONTAINS, "a"), leaf(Match.EQUALS, "b")))),
]  # fmt: skip


@pytest.mark.parametrize(("selection", "expected"), FORMS, ids=[selection for selection, _ in FORMS])
def test_form_means(selection: str, expected: Node) -> None:
    """The cheapest comparison that says the same."""
    assert condition(selection) == expected


def test_expansions_are_alternatives_even_under_all() -> None:
    """``windash|all``: every value, each in any spelling of its dash."""
    node = condition("{F|windash|contains|all: [' -x', ' -y']}")
    assert isinstance(node, All)
    assert [isinstance(part, Any) and len(part.parts) for part in node.parts] == [5, 5]
    assert len(list(leaves(condition("{F|windash|contains: ' -a -b -c'}")))) == 125


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("{F|contain: a}", "modifier: unknown"),
        ("{F|re: '^(?!ab)c'}", "regex: look-around"),
        (r"{F|re: '(a)\1'}", "regex: back-reference"),
        ("{F|re: '(?>a)'}", "regex: atomic group"),
        ("{F|re: 'a{1,2000}'}", "limit: regex size"),
        ("{F|re: '('}", "regex: invalid"),
        ("{F|re: 10}", "value: type"),
        ("{F|re: null}", "value: type"),
        (f"{{F|re: '{'a' * 10_001}'}}", "limit: regex length"),
        ("{F|cidr: 10.0.0.1/8}", "cidr: invalid"),
        ("{F|cidr: nonsense}", "cidr: invalid"),
        ("{F|gte: '5'}", "value: type"),
        ("{F|contains: 5}", "value: type"),
        ("{F|exists: 1}", "value: type"),
        ("{F|fieldref: 'a*'}", "value: invalid"),
        ("{F|base64: 'a*'}", "value: invalid"),
        ("{F|contains: null}", "value: type"),
        ("{F|hour: '7'}", "value: type"),
        ("{F|re: a, F|re|contains: b}", "detection: same key twice"),
        ("{F|year|gte: 2020}", "value: unsupported"),
        ("{F|windash: ' -a -b -c -d'}", "limit: windash"),
        ("{F: {G: a}}", "value: type"),
        ("{F: [[a]]}", "value: type"),
        ("{F: 2024-01-01}", "value: type"),
        ("{F: []}", "value: empty list"),
        ("{}", "detection: empty"),
        ("[]", "detection: empty"),
        ("{1: a}", "field: not text"),
        ("['']", "keyword: empty"),
        ("['*']", "keyword: empty"),
        ("[null]", "keyword: modifier"),
        ("{'|cidr': 10.0.0.0/8}", "keyword: modifier"),
        ("{F|expand: '%users%'}", "placeholder without value"),
        ("{F|expand|base64: '%users%'}", "placeholder: encoded"),
        ("{F|re|expand: '%users%'}", "placeholder without value"),
    ],
)
def test_what_is_no_rule_has_a_short_reason_and_a_remedy(selection: str, expected: str) -> None:
    """Reasons are counted over thousands of rules: no values in them."""
    assert reason(selection) == expected


def test_placeholders_become_their_values_as_alternatives() -> None:
    """With wildcards, within other text, several at once, and under ``all``."""
    assert condition("{F|expand: '%host%'}", host=("a", "srv*")) == Any(
        (leaf(Match.EQUALS, "a"), leaf(Match.STARTSWITH, "srv"))
    )
    assert condition(r"{F|expand|contains: '%host%\%user%'}", host=("h",), user=("u", "v")) == Any(
        (leaf(Match.CONTAINS, r"h\u"), leaf(Match.CONTAINS, r"h\v"))
    )
    node = condition("{F|expand|contains|all: ['%x%', z]}", x=("a", "b"))
    assert node == All((Any((leaf(Match.CONTAINS, "a"), leaf(Match.CONTAINS, "b"))), leaf(Match.CONTAINS, "z")))
    assert condition("{F|re|expand: '^%x%$'}", x=("a.", "b")) == Any(
        (leaf(Match.REGEX, "^a.$"), leaf(Match.REGEX, "^b$"))
    )
    assert len(list(leaves(condition("{F|expand: '%x%'}", x=tuple(map(str, range(1_000))))))) == 1_000
    assert reason("{F|expand: '%x%%x%'}", x=tuple(map(str, range(1_000)))) == "limit: comparisons"


def test_a_percent_sign_without_expand_is_itself() -> None:
    """Only ``expand`` makes a placeholder."""
    assert condition("{F: '%host%'}", host=("a",)) == leaf(Match.EQUALS, "%host%")


def test_a_literal_bomb_is_refused_before_it_is_built() -> None:
    """Counted with what encodings make of it."""
    many = ", ".join(f"'v{number}'" for number in range(9_000))
    assert reason(f"{{F|base64offset|contains: [{many}]}}") == "limit: comparisons"
    assert len(list(leaves(condition(f"{{F: [{many}]}}")))) == 9_000


def test_a_deep_detection_is_refused() -> None:
    """Lists in lists."""
    assert reason("[" * 60 + "a" + "]" * 60) == "limit: nesting"
