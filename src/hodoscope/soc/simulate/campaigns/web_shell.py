"""From a scan of the portal to a web shell, and a password guessed on the Linux server beside it."""

from urllib.parse import quote

from hodoscope.soc.simulate.campaigns.adversary import SHELL_IP, WEB_IP
from hodoscope.soc.simulate.campaigns.interface import Stage, Step, about, marks
from hodoscope.soc.simulate.clock import MINUTE, SECOND
from hodoscope.soc.simulate.dice import lasting_guid
from hodoscope.soc.simulate.formats import access_log, auth_log
from hodoscope.soc.simulate.formats.windows import Process
from hodoscope.soc.simulate.outbox import ACCESS, Mark
from hodoscope.soc.simulate.terminal import Terminal

_SCANNER = "Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:Port Check)"
_FORCED = (
    "admin.php", "backup.sql", "config.bak", ".git/HEAD", "phpmyadmin/index.php", "old/", "test/", "cgi-bin/status",
    "server-info", "wp-config.php.bak", "shell.php", "manager/html", "console/", "api/swagger.json", ".htpasswd",
)  # fmt: skip
_INJECTIONS = (
    "/portal/invoice?id=20417' OR '1'='1", "/portal/invoice?id=20417 UNION SELECT 1,2,3-- -",
    "/portal/invoice?id=20417 UNION ALL SELECT username,password,3 FROM users--",
    "/portal/invoice?id=20417; WAITFOR DELAY '0:0:5'--", "/portal/invoice?id=20417 AND 1=CONVERT(int,@@version)--",
    "/search?q=' AND SLEEP(5)#", "/portal/download?file=../../../../windows/win.ini",
    "/portal/download?file=..\\..\\..\\web.config", "/portal/download?file=....//....//....//etc/passwd",
    "/portal/download?file=/etc/passwd%00.pdf", "/search?q=<script>alert(document.cookie)</script>",
    "/portal/ping?host=127.0.0.1;id", "/portal/ping?host=127.0.0.1|whoami",
)  # fmt: skip
_SHELL = "/portal/uploads/img_cache.aspx"
_COMMANDS = ("whoami", "ipconfig /all", "net user", "dir C:\\inetpub\\wwwroot", "tasklist /v", "netstat -ano",
             "type C:\\inetpub\\wwwroot\\portal\\web.config")  # fmt: skip
_GUESSED = "deploy"


class WebShell:
    """nginx on web01 fronts the portal on SRV-IIS01, so requests are in access.log and their effects in Sysmon."""

    name = "web-shell"
    title = "Web shell on the portal and a guessed SSH password"
    steps: tuple[Step, ...] = (
        Step("scan", "T1595.003", 13.0, 0.08, "Asks for hundreds of paths that do not exist", ("web_attack",)),
        Step("injection", "T1190", 13.4, 0.24, "Tries SQL injection, traversal and command injection",
             ("web_attack",)),
        Step("upload", "T1505.003", 13.9, 0.4, "Uploads a page that runs commands", ("web_attack", "first_seen")),
        Step("shell-use", "T1059.003", 14.0, 0.48, "Runs commands through it; the web server starts cmd.exe",
             ("web_attack", "first_seen", "sigma")),
        Step("ssh-guessing", "T1110.001", 14.5, 0.62, "Guesses passwords of a deployment account over SSH",
             ("brute_force",)),
        Step("ssh-logon", "T1078.003", 15.0, 0.82, "One fits; becomes root", ("success_after_failures", "first_seen")),
    )  # fmt: skip

    def indicators(self) -> tuple[tuple[str, str], ...]:
        """The address that used the shell is on a feed."""
        return (("ip", SHELL_IP),)

    def play(self, stage: Stage) -> None:
        """Write the whole campaign."""
        portal, linux = stage.company.by_role["portal"], stage.company.by_role["web server"]
        mark = marks(self, {
            "": f"ip:{WEB_IP}", "shell-use": f"ip:{SHELL_IP}", "ssh-guessing": f"ip:{SHELL_IP}",
            "ssh-logon": f"host:{linux.name}",
        })  # fmt: skip
        _probe(stage, mark)
        _use_shell(stage, mark, about(mark["shell-use"], f"host:{portal.name}"))
        _guess(stage, mark)


def _probe(stage: Stage, mark: dict[str, Mark]) -> None:
    small, starts = stage.dice.small, stage.schedule.starts
    count = 320
    gap = stage.schedule.span(0, 14 * MINUTE) / count
    for number in range(count):
        at = starts[0] + int(number * gap)
        path = f"/{_FORCED[number % len(_FORCED)]}" + (f"?{number}" if number >= len(_FORCED) else "")
        status = small.choices((404, 403, 400), (90, 7, 3))[0]
        line = access_log.line(at, WEB_IP, f"GET {path}", status, 153, agent=_SCANNER)
        stage.out.put(ACCESS, at, line, mark["scan"])
    tries = 5 * len(_INJECTIONS)
    gap = stage.schedule.span(1, 22 * MINUTE) / tries
    for number in range(tries):
        at, path = starts[1] + int(number * gap), quote(_INJECTIONS[number % len(_INJECTIONS)], safe="/?=&%;.,()@:*!")
        line = access_log.line(at, WEB_IP, f"GET {path}", small.choice((200, 403, 500)), small.randint(150, 9_000),
                               agent=access_log.BROWSERS[3])  # fmt: skip
        stage.out.put(ACCESS, at, line, mark["injection"])


def _use_shell(stage: Stage, mark: dict[str, Mark], on_host: Mark) -> None:
    starts, host = stage.schedule.starts, stage.company.by_role["portal"]
    user = "IIS APPPOOL\\Portal"
    image = r"C:\Windows\System32\inetsrv\w3wp.exe"
    worker = Process(lasting_guid(host.name, "w3wp"), 4880, image, f'{image} -ap "Portal" -v "v4.0"')
    line = access_log.line(starts[2], WEB_IP, "POST /portal/upload?type=avatar", 200, 61, agent=access_log.BROWSERS[3])
    stage.out.put(ACCESS, starts[2], line, mark["upload"])
    page = r"C:\inetpub\wwwroot\portal\uploads\img_cache.aspx"
    on_portal = about(mark["upload"], f"host:{host.name}")
    stage.endpoint.file_created(starts[2] + SECOND // 5, host, worker, user, page, on_portal)
    gap = stage.schedule.span(3, 16 * MINUTE) // (3 * len(_COMMANDS))
    for number in range(3 * len(_COMMANDS)):
        command = _COMMANDS[number % len(_COMMANDS)]
        at = starts[3] + number * gap
        request = f"GET {_SHELL}?cmd={quote(command)}" if number % 3 else f"POST {_SHELL}"
        line = access_log.line(at, SHELL_IP, request, 200, 2_000 + 37 * number, agent="python-requests/2.32.3")
        stage.out.put(ACCESS, at, line, mark["shell-use"])
        console = stage.endpoint.process(
            at + SECOND // 5, host, user, r"C:\Windows\System32\cmd.exe", f"cmd.exe /c {command}", worker,
            integrity="High", mark=on_host,
        )  # fmt: skip
        if command == "whoami":
            stage.endpoint.process(at + SECOND // 4, host, user, r"C:\Windows\System32\whoami.exe", "whoami", console,
                                   integrity="High", mark=on_host)  # fmt: skip


def _guess(stage: Stage, mark: dict[str, Mark]) -> None:
    starts, dice = stage.schedule.starts, stage.dice
    terminal = Terminal(stage.out, dice, stage.company.by_role["web server"])
    names = ("root", "admin", _GUESSED, _GUESSED, _GUESSED)
    count = 260
    gap = stage.schedule.span(4, 24 * MINUTE) / count
    for number in range(count):
        name, at = names[number % len(names)], starts[4] + int(number * gap)
        pid, port, known = dice.small.randint(2000, 60000), dice.port(), name != "admin"
        if not known:
            terminal.say(at, "sshd", pid, f"Invalid user {name} from {SHELL_IP} port {port}", mark["ssh-guessing"])
        text = auth_log.refused(name, SHELL_IP, port, known)
        terminal.say(at + SECOND // 10, "sshd", pid, text, mark["ssh-guessing"])
    length = stage.schedule.span(5, 12 * MINUTE)
    commands = ("/usr/bin/id", "/usr/sbin/useradd -m -s /bin/bash -G sudo sysbackup", "/usr/bin/cat /etc/shadow")
    terminal.session(starts[5], _GUESSED, SHELL_IP, length, commands, method="password", mark=mark["ssh-logon"])
    added_us = starts[5] + 2 * length // 4 + SECOND
    text = "new user: name=sysbackup, UID=1007, GID=1007, home=/home/sysbackup, shell=/bin/bash, from=/dev/pts/0"
    terminal.say(added_us, "useradd", 41877, text, mark["ssh-logon"])
