"""nginx access log, `combined` format."""

from hodoscope.soc.simulate import clock

BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Safari/605",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 Version/18.3 Mobile/15E148 Safari/604",
    "Mozilla/5.0 (X11; Linux x86_64; rv:135.0) Gecko/20100101 Firefox/135.0",
)


def line(
    time_us: int,
    ip: str,
    request: str,
    status: int,
    size: int,
    *,
    referrer: str = "-",
    agent: str = BROWSERS[0],
) -> str:
    """One request; `request` is `GET /path` without the protocol, already percent-encoded."""
    return f'{ip} - - [{clock.access_log(time_us)}] "{request} HTTP/1.1" {status} {size} "{referrer}" "{agent}"'
