"""The company's own vulnerability scanner: a full scan on Mondays at 02:00 UTC, a small sweep every hour."""

from hodoscope.soc.simulate.activity.interface import Moment
from hodoscope.soc.simulate.clock import HOUR, MINUTE, SECOND
from hodoscope.soc.simulate.company import Host
from hodoscope.soc.simulate.formats import access_log, auth_log
from hodoscope.soc.simulate.outbox import ACCESS
from hodoscope.soc.simulate.outbox import auth_log as auth_log_of
from hodoscope.soc.simulate.rhythm import ticks
from hodoscope.soc.simulate.wire import Wire

_PORTS = (21, 22, 23, 25, 53, 80, 88, 110, 135, 139, 389, 443, 445, 1433, 3306, 3389, 5432, 5985, 8080, 8443)
_SERVICES = {22: "ssh", 80: "http", 443: "ssl", 445: "gssapi,smb", 53: "dns", 3389: "ssl"}
_OPEN = {
    "workstation": (135, 445), "web server": (22, 80, 443), "portal": (80, 135, 443, 445, 3389),
    "domain controller": (53, 88, 135, 139, 389, 445, 3389), "database": (135, 445, 1433, 3389),
}  # fmt: skip
_CHECKS = (
    "/robots.txt", "/.git/config", "/server-status", "/backup.zip", "/admin/", "/phpinfo.php", "/.env",
    "/portal/?id=1%27%20OR%20%271%27=%271", "/portal/view?file=../../../../etc/passwd", "/cgi-bin/test.cgi",
    "/portal/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "/actuator/health", "/web.config", "/crossdomain.xml",
)  # fmt: skip
_AGENT = "Mozilla/5.0 (compatible; FerrowVulnScan/10.8; it-security@ferrow.example)"
_SCAN_HOURS = 2.0


def scanning(moment: Moment) -> None:
    """The scanner is in the operator's scanners.csv: what it triggers should be told apart from an attack."""
    company, window = moment.company, moment.window
    scanner = company.by_role["vulnerability scanner"]
    targets = [host for host in company.servers if host is not scanner]
    for at in ticks(window, HOUR, 41 * MINUTE):
        for rank, host in enumerate(targets):
            _probe(moment, scanner, host, at + rank * SECOND, (22, 443, 445))
    monday = window.day - (window.day + 3) % 7
    begin = monday * 24 * HOUR + 2 * HOUR
    everyone = [*targets, *(person.workstation for person in company.people)]
    gap = _SCAN_HOURS * HOUR / len(everyone)
    for rank, host in enumerate(everyone):
        at = begin + int(rank * gap)
        if window.start_us <= at < window.end_us:
            _probe(moment, scanner, host, at, _PORTS)
            if host.role == "web server":
                _web_checks(moment, scanner, at)


def _probe(moment: Moment, scanner: Host, host: Host, at: int, ports: tuple[int, ...]) -> None:
    wire, dice = Wire(moment.out, moment.dice), moment.dice
    listening = _OPEN.get(host.role, (135, 445, 3389) if host.windows else (22,))
    silent = host.role == "workstation"
    for number, port in enumerate(ports):
        when = at + number * SECOND // 8 + int(dice.between(0, 60_000))
        if port in listening:
            wire.flow(when, scanner.ip, host.ip, port, sent=240, received=1_100, seconds=0.3,
                      service=_SERVICES.get(port, ""))  # fmt: skip
            if port == 22:
                text = f"Connection closed by {scanner.ip} port {dice.port()} [preauth]"
                line = auth_log.line(when + SECOND, host.name, "sshd", dice.small.randint(2000, 60000), text)
                moment.out.put(auth_log_of(host.name), when + SECOND, line)
        else:
            wire.flow(when, scanner.ip, host.ip, port, sent=0, received=0, seconds=0.001,
                      state="S0" if silent else "REJ")  # fmt: skip


def _web_checks(moment: Moment, scanner: Host, at: int) -> None:
    for number in range(280):
        path, when = _CHECKS[number % len(_CHECKS)], at + number * 2 * SECOND
        status = 200 if path in ("/robots.txt", "/admin/") else 404
        moment.out.put(ACCESS, when, access_log.line(when, scanner.ip, f"GET {path}", status, 153, agent=_AGENT))
