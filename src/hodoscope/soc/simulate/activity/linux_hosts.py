"""Linux servers: engineers over SSH, sudo, cron, monitoring, and the internet's usual knocking at the web server."""

from hodoscope.soc.simulate.activity.interface import Moment
from hodoscope.soc.simulate.clock import HOUR, MINUTE, SECOND
from hodoscope.soc.simulate.formats import auth_log
from hodoscope.soc.simulate.rhythm import draw, steady, ticks
from hodoscope.soc.simulate.terminal import Terminal
from hodoscope.soc.simulate.wire import Wire

_SESSIONS_PER_HOUR = 0.7
_KNOCKS_PER_HOUR = 9.0
_KNOWN_TO_KNOCKERS = ("admin", "test", "oracle", "ubuntu", "postgres", "user", "pi", "git", "ftpuser", "support")
_COMMANDS = ("/usr/bin/apt-get update", "/usr/bin/systemctl restart app", "/usr/bin/journalctl -u app -n 200",
             "/usr/bin/docker ps", "/usr/bin/tail -n 100 /var/log/syslog")  # fmt: skip


def engineers(moment: Moment) -> None:
    """From the workstation to the jump host, from there to a server; one in 30 mistypes a password first."""
    company, dice = moment.company, moment.dice
    people, jump = company.engineers, company.by_role["jump host"]
    inner = [host for host in company.linux if host.role in ("source control", "build server", "linux database")]
    wire, gate = Wire(moment.out, dice), Terminal(moment.out, dice, jump)
    ranks = [person.index for person in people]
    for rank, at in zip(*draw(dice, moment.presence[ranks], _SESSIONS_PER_HOUR, moment.window), strict=True):
        person, length = people[rank], int(dice.between(1, 45) * MINUTE)
        ip, host = company.address(person, moment.window.day), inner[int(dice.small.random() ** 2 * len(inner))]
        if dice.small.random() < 0.03:
            gate.say(at, "sshd", dice.small.randint(2000, 60000), auth_log.refused(person.user, ip, dice.port()))
            at += 8 * SECOND
        wire.flow(at, ip, jump.ip, 22, sent=42_000, received=310_000, seconds=length / SECOND, service="ssh")
        gate.session(at, person.user, ip, length, ())
        commands = tuple(dice.small.sample(_COMMANDS, dice.small.randint(0, 3))) if person.privileged else ()
        wire.flow(at + 9 * SECOND, jump.ip, host.ip, 22, sent=39_000, received=290_000,
                  seconds=length / SECOND - 20, service="ssh")  # fmt: skip
        Terminal(moment.out, dice, host).session(at + 10 * SECOND, person.user, jump.ip, length - 20 * SECOND, commands)


def routine(moment: Moment) -> None:
    """Hourly cron and, every half hour, the monitoring account."""
    source = moment.company.by_role["monitoring"]
    for rank, host in enumerate(moment.company.linux):
        terminal = Terminal(moment.out, moment.dice, host)
        for at in ticks(moment.window, HOUR, 17 * MINUTE + SECOND):
            pid = moment.dice.small.randint(2000, 60000)
            opened = "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)"
            terminal.say(at, "CRON", pid, opened)
            terminal.say(at + SECOND // 3, "CRON", pid, "pam_unix(cron:session): session closed for user root")
        for at in ticks(moment.window, HOUR // 2, rank * 11 * SECOND):
            if host is not source:
                terminal.session(at, "svc-monitor", source.ip, 2 * SECOND, ())


def knocking(moment: Moment) -> None:
    """Strangers try a name or two at the web server's SSH and leave; never enough for a brute-force alarm."""
    dice, host = moment.dice, moment.company.by_role["web server"]
    terminal = Terminal(moment.out, dice, host)
    _, when = draw(dice, steady(1, moment.window), _KNOCKS_PER_HOUR, moment.window)
    for at in when:
        ip, pid = dice.small.choice(moment.company.visitors), dice.small.randint(2000, 60000)
        for attempt in range(dice.small.randint(1, 2)):
            name, port, then = dice.small.choice(_KNOWN_TO_KNOCKERS), dice.port(), at + attempt * 3 * SECOND
            terminal.say(then, "sshd", pid, f"Invalid user {name} from {ip} port {port}")
            terminal.say(then + SECOND, "sshd", pid, auth_log.refused(name, ip, port, known=False))
            text = f"Connection closed by invalid user {name} {ip} port {port} [preauth]"
            terminal.say(then + SECOND, "sshd", pid, text)
