"""Web shells."""

import pytest
from tests.soc.detectors.streams import every, found

from hodoscope.soc.detectors.examples import Row
from hodoscope.soc.detectors.web_shell import WebShell, command_of
from hodoscope.soc.finding import Severity


def use(path: str, query: str = "", method: str = "GET", code: int = 200) -> Row:
    """One request to a script."""
    return {
        "class_uid": 4002,
        "src_endpoint_ip": "203.0.113.9",
        "http_request_url_hostname": "www.example.com",
        "http_request_url_path": path,
        "http_request_url_query_string": query,
        "http_request_http_method": method,
        "http_response_code": code,
    }


@pytest.mark.parametrize(
    "query", ["cmd=whoami", "a=1&exec=cat+/etc/passwd", "c=ls%20-la", "x=%2Fbin%2Fls%20/", "cmd=net%20user"]
)
def test_command_lines_in_parameters_are_seen(query: str) -> None:
    """A telling name needs any command, a vague one a command with something behind it."""
    assert command_of(query)


@pytest.mark.parametrize(
    "query", ["q=whoami", "q=id", "cmd=save", "page=ls -la", "c=3", "run=weekly+report", "e=cathedral+x"]
)
def test_searches_and_actions_are_not_commands(query: str) -> None:
    """Words that merely look like commands stay quiet."""
    assert not command_of(query)


def test_a_refused_command_is_no_shell() -> None:
    """Only answers 2xx show that something obeyed."""
    assert not found(WebShell(), every(1, [use("/a.php", "cmd=whoami", code=404)]))


def test_a_known_upload_script_stays_quiet() -> None:
    """A script used since the first day is no surprise."""
    daily = every(3600, [use("/uploads/x.php", method="POST")] * 60)
    assert not found(WebShell(), daily)


def test_a_new_obeying_script_among_uploads_is_critical() -> None:
    """Both signs together leave little doubt."""
    site = every(3600, [use("/index.php")] * 30)
    shell = every(10, [use("/uploads/x.php", "cmd=id", "POST")] * 4, start="2026-03-03T16:00:00")
    assert [finding.severity for finding in found(WebShell(), [*site, *shell])] == [Severity.CRITICAL]
