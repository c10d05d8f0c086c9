"""Web scanners."""

from tests.soc.detectors.streams import every, found

from hodoscope.soc.detectors.web_scanner import WebScanner
from hodoscope.soc.finding import Severity


def get(path: str, code: int, source: str = "203.0.113.9") -> dict[str, object]:
    """One request."""
    return {"class_uid": 4002, "src_endpoint_ip": source, "http_request_url_path": path, "http_response_code": code}


def test_different_missing_paths_count_not_requests() -> None:
    """Forty missing pages are a scan; one missing page forty times is a broken link."""
    assert found(WebScanner(), every(2, [get(f"/x{i}", 404) for i in range(40)]))
    assert not found(WebScanner(), every(2, [get("/gone", 404)] * 40))


def test_a_scan_spread_over_many_sources_is_not_joined() -> None:
    """Each source is judged by itself."""
    assert not found(WebScanner(), every(2, [get(f"/x{i}", 404, f"203.0.113.{i}") for i in range(40)]))


def test_what_the_scanner_found_raises_the_severity() -> None:
    """A configuration file that answered is worth looking at today."""
    probes = ["/.env", "/.git/config", "/phpmyadmin/", "/server-status"]
    (nothing,) = found(WebScanner(), every(5, [get(path, 404) for path in probes]))
    (something,) = found(WebScanner(), every(5, [get(path, 200) for path in probes]))
    assert (nothing.severity, something.severity) == (Severity.LOW, Severity.MEDIUM)
    assert "/.env" in something.explanation
