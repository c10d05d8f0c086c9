"""Web server logs: requests, whatever stands around them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.normalised_rows import normalised, rows

REQUEST = '"GET /a%20b?q=1 HTTP/1.1" 404 12'
STAMP = "[30/May/2024:10:00:00 +0200]"


@pytest.mark.parametrize(
    ("line", "user", "host"),
    [
        (f"192.0.2.7 - - {STAMP} {REQUEST}", "", ""),
        (f'192.0.2.7 - - {STAMP} {REQUEST} "https://acme.example/" "Agent \\"x\\" 1"', "", ""),
        (f'192.0.2.7 - bob {STAMP} {REQUEST} "-" "Agent"', "bob", ""),
        (f'192.0.2.7 - bob smith {STAMP} {REQUEST} "-" "Agent" 0.001 .', "bob smith", ""),
        (f'www.acme.example:443 192.0.2.7 - - {STAMP} {REQUEST} "-" "Agent"', "", "www.acme.example"),
        (f'- 192.0.2.7 - - {STAMP} {REQUEST} "-" "-"', "", ""),
    ],
)
def test_a_request_is_the_same_in_every_layout(line: str, user: str, host: str) -> None:
    """Common, combined, with a user, with timings, with the virtual host first."""
    row = rows("access_log", line)[0]
    assert (row["class_uid"], row["activity_id"], row["status_id"], row["http_response_code"]) == (4002, 3, 2, 404)
    assert (row["src_endpoint_ip"], row["http_request_url_path"], row["http_request_url_query_string"]) == (
        "192.0.2.7",
        "/a%20b",
        "q=1",
    )
    assert (row["http_response_body_length"], row["timezone_offset"], row["time_quality"]) == (12, 120, "exact")
    assert (row.get("actor_user_name", ""), row.get("http_request_url_hostname", "")) == (user, host)
    assert row.get("http_request_user_agent") != "-"


def test_bytes_that_are_no_request_are_kept_as_the_target() -> None:
    """Scanners speak TLS to a plain port."""
    row = rows("access_log", f'192.0.2.7 - - {STAMP} "\\x16\\x03\\x01" 400 0 "-" "-"')[0]
    assert (row["http_request_url_url_string"], row["http_response_code"], row.get("activity_id", 0)) == (
        "\\x16\\x03\\x01",
        400,
        0,
    )


def test_nginx_json_has_the_same_meaning() -> None:
    """Names differ by administrator; these are the usual ones."""
    record = {
        "time_iso8601": "2024-05-30T10:00:00+02:00",
        "remote_addr": "192.0.2.7",
        "request": "POST /x?y=1 HTTP/2.0",
        "status": "200",
        "body_bytes_sent": 5,
        "http_user_agent": "Agent",
        "request_time": "0.250",
        "server_name": "www.acme.example",
    }
    row = rows("nginx_json", json.dumps(record))[0]
    assert (row["class_uid"], row["activity_id"], row["http_request_version"], row["duration"]) == (4002, 6, "2.0", 250)
    assert (row["http_request_url_path"], row["dst_endpoint_hostname"]) == ("/x", "www.acme.example")


def test_error_logs_of_both_servers_name_the_client() -> None:
    """Apache 2.2, Apache 2.4, nginx."""
    found = rows(
        "web_error",
        "[Thu May 30 10:00:00 2024] [error] [client 192.0.2.7] denied",
        "[Thu May 30 10:00:00.123456 2024] [core:error] [pid 7] [client 192.0.2.7:50000] AH00037: no",
        '2024/05/30 10:00:00 [error] 7#8: *9 x, client: 192.0.2.7, server: a, request: "GET /x?y HTTP/1.1", host: "a"',
    )
    assert [row["src_endpoint_ip"] for row in found] == ["192.0.2.7"] * 3
    assert [row["severity_id"] for row in found] == [4, 4, 4]
    assert (found[1]["metadata_event_code"], found[1]["src_endpoint_port"]) == ("AH00037", 50000)
    assert (found[2]["class_uid"], found[2]["http_request_url_path"], found[2]["activity_id"]) == (4002, "/x", 3)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_line_breaks_the_parser(text: str) -> None:
    """An event, a dead letter or blank."""
    for name in ("access_log", "web_error"):
        result = normalised(name, [text, f'192.0.2.7 - - {STAMP} "{text}" 200 1'])
        assert result.events.num_rows + len(result.skipped) <= 2
