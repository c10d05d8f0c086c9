"""A macro document from a mail: persistence, a jittered beacon, lateral movement, exfiltration by TLS and by DNS."""

from base64 import b32encode, b64encode

from hodoscope.soc.simulate.campaigns.adversary import (
    C2_DOMAIN,
    C2_IP,
    EXFIL_DOMAIN,
    EXFIL_IP,
    IMPLANT,
    STAGING_DOMAIN,
    STAGING_IP,
    TUNNEL_DOMAIN,
)
from hodoscope.soc.simulate.campaigns.interface import Stage, Step, about, marks
from hodoscope.soc.simulate.clock import DAY, HOUR, MINUTE, SECOND
from hodoscope.soc.simulate.company import NETBIOS, Host, Person
from hodoscope.soc.simulate.endpoint import SYSTEM_USER, Endpoint
from hodoscope.soc.simulate.formats import windows
from hodoscope.soc.simulate.formats.windows import Process, hashes
from hodoscope.soc.simulate.outbox import SYSTEM, Mark
from hodoscope.soc.simulate.software import OUTLOOK, WORD

_POWERSHELL = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"
_JA3 = "72a589da586844d7f0818ce684948eea"
_JA3S = "b742b407517bac9536a77a7b0fee28e9"
_AGENT = "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.22621.4391"
_BEACONS = 150  # a short simulation still holds this many, far above what periodicity needs


class Phishing:
    """Victim: an employee in finance. The stolen administrator account is the company's first."""

    name = "phishing"
    title = "Phishing to persistence, lateral movement and exfiltration"
    steps: tuple[Step, ...] = (
        Step("attachment", "T1566.001", 9.6, 0.05, "Word opens a macro document from Outlook's cache", ("first_seen",)),
        Step("macro", "T1059.001", 9.65, 0.08, "Word starts hidden, encoded PowerShell which fetches a program",
             ("sigma", "first_seen", "indicator_match", "command_line")),
        Step("persistence", "T1053.005", 9.75, 0.12, "A scheduled task and a Run key start the program at logon",
             ("sigma", "first_seen")),
        Step("beacon", "T1071.001", 9.8, 0.15, "TLS calls home every minute with 20 % jitter",
             ("beaconing", "indicator_match")),
        Step("discovery", "T1087.002", 10.3, 0.3, "Lists domain administrators and trusts", ("sigma", "first_seen")),
        Step("credentials", "T1003.001", 10.6, 0.38, "Reads the memory of lsass.exe", ("sigma", "first_seen")),
        Step("lateral", "T1021.002", 11.2, 0.48, "Opens ADMIN$ on two servers with a stolen administrator account",
             ("first_seen",)),
        Step("remote-service", "T1543.003", 11.3, 0.56, "Installs and starts a service on those servers",
             ("first_seen", "sigma")),
        Step("staging", "T1560.001", 20.5, 0.66, "Packs documents on the file server", ("sigma", "first_seen")),
        Step("exfiltration", "T1048.002", 20.7, 0.72, "Sends 1.8 GB to a server never seen before",
             ("outbound_volume", "first_seen")),
        Step("dns-tunnel", "T1071.004", 21.6, 0.84, "Sends the key material as long TXT queries", ("dns_tunnelling",)),
    )  # fmt: skip

    def indicators(self) -> tuple[tuple[str, str], ...]:
        """Domain and address of the beacon, the staging domain, and the program's hash."""
        sha256 = hashes(_implant("x")).split("SHA256=")[1].split(",")[0].lower()
        return (("domain", C2_DOMAIN), ("ip", C2_IP), ("domain", STAGING_DOMAIN), ("sha256", sha256))

    def play(self, stage: Stage) -> None:
        """Write the whole campaign."""
        victim = next(person for person in stage.company.people if person.department == "Finance")
        thief = stage.company.administrators[0]
        targets = (stage.company.by_role["file server"], stage.company.by_role["application server"])
        mark = marks(self, {
            "": f"host:{victim.workstation.name}",
            "attachment": f"user:{victim.user}",
            "lateral": f"user:{thief.user}",
            "staging": f"host:{targets[0].name}",
            "exfiltration": f"host:{targets[0].name}",
        })  # fmt: skip
        implant = _foothold(stage, victim, mark)
        _beacon(stage, victim, mark["beacon"], implant)
        _look_around(stage, victim, implant, mark)
        _spread(stage, victim, thief, targets, mark)
        _exfiltrate(stage, targets[0], mark)
        _tunnel(stage, victim, mark["dns-tunnel"])


def _implant(user: str) -> str:
    return rf"C:\ProgramData\SyncHelper\{IMPLANT}" if user else IMPLANT


def _foothold(stage: Stage, victim: Person, mark: dict[str, Mark]) -> Process:
    """Attachment, macro, download, persistence. Returns the running program."""
    starts, endpoint, host = stage.schedule.starts, stage.endpoint, victim.workstation
    user = f"{NETBIOS}\\{victim.user}"
    cache = rf"C:\Users\{victim.user}\AppData\Local\Microsoft\Windows\INetCache\Content.Outlook\7QK2M4ZP"
    at = starts[0]
    shell = endpoint.explorer(host, victim.user, at // DAY)
    outlook = Process(shell.guid[:-3] + "0d}", 6120, OUTLOOK.image, OUTLOOK.command)
    document = rf"{cache}\invoice_4471.docm"
    endpoint.file_created(at, host, outlook, user, document, mark["attachment"])
    command = f'"{WORD.image}" /n "{document}" /o ""'
    word = endpoint.process(at + SECOND, host, user, WORD.image, command, outlook, description=WORD.description,
                            mark=mark["attachment"])  # fmt: skip
    at = starts[1]
    script = f"# simulated: fetch http://{STAGING_DOMAIN}/update.bin and keep it as {IMPLANT}"
    encoded = b64encode(script.encode("utf-16-le")).decode()
    power = endpoint.process(at, host, user, _POWERSHELL, f"powershell.exe -nop -w hidden -enc {encoded}", word,
                             description="Windows PowerShell", mark=mark["macro"])  # fmt: skip
    endpoint.sysmon(22, at + SECOND, host, power, user, {
        "QueryName": STAGING_DOMAIN, "QueryStatus": "0", "QueryResults": f"::ffff:{STAGING_IP};",
    }, mark["macro"])  # fmt: skip
    stage.wire.lookup(at + SECOND, host.ip, STAGING_DOMAIN, (STAGING_IP,), mark=mark["macro"])
    ends = stage.wire.web(
        at + 2 * SECOND, host.ip, STAGING_IP, STAGING_DOMAIN, "/update.bin", agent=_AGENT, received=412_672,
        seconds=1.9, media="application/x-dosexec", mark=mark["macro"],
    )  # fmt: skip
    endpoint.connection(at + 2 * SECOND, host, power, user, (host.ip, ends.client_port), (STAGING_IP, 80),
                        STAGING_DOMAIN, mark["macro"])  # fmt: skip
    path = _implant(victim.user)
    endpoint.file_created(at + 4 * SECOND, host, power, user, path, mark["macro"])
    implant = endpoint.process(at + 6 * SECOND, host, user, path, f'"{path}" --quiet', power, maker="-",
                               mark=mark["macro"])  # fmt: skip
    _persist(stage, victim, implant, path, mark["persistence"])
    return implant


def _persist(stage: Stage, victim: Person, implant: Process, path: str, mark: Mark) -> None:
    at, host, user = stage.schedule.starts[2], victim.workstation, f"{NETBIOS}\\{victim.user}"
    task = r"\SyncHelperUpdate"
    command = f'schtasks.exe /create /f /sc onlogon /tn "SyncHelperUpdate" /tr "{path} --quiet"'
    stage.endpoint.process(at, host, user, r"C:\Windows\System32\schtasks.exe", command, implant,
                           description="Task Scheduler Configuration Tool", mark=mark)  # fmt: skip
    content = (
        '<?xml version="1.0" encoding="UTF-16"?>\r\n<Task version="1.2"><Triggers><LogonTrigger/></Triggers>'
        f"<Actions><Exec><Command>{path}</Command><Arguments>--quiet</Arguments></Exec></Actions></Task>"
    )
    stage.endpoint.audit(4698, at + SECOND, host, {
        "SubjectUserSid": victim.sid, "SubjectUserName": victim.user, "SubjectDomainName": NETBIOS,
        "SubjectLogonId": "0x5b2c1f", "TaskName": task, "TaskContent": content,
    }, mark)  # fmt: skip
    key = rf"HKU\{victim.sid}\Software\Microsoft\Windows\CurrentVersion\Run\SyncHelper"
    stage.endpoint.sysmon(13, at + 20 * SECOND, host, implant, user, {
        "EventType": "SetValue", "TargetObject": key, "Details": f"{path} --quiet"}, mark)  # fmt: skip


def _beacon(stage: Stage, victim: Person, mark: Mark, implant: Process) -> None:
    """Period between 5 s and 60 s so that a short simulation holds enough calls; 20 % uniform jitter."""
    room = stage.schedule.remaining(3, 36 * HOUR)
    period = min(MINUTE, max(5 * SECOND, room // _BEACONS))
    at, stop, count = stage.schedule.starts[3], stage.schedule.starts[3] + room, 0
    client, user = victim.workstation.ip, f"{NETBIOS}\\{victim.user}"
    while at < stop:
        if count % 60 == 0:
            stage.wire.lookup(at - SECOND // 10, client, C2_DOMAIN, (C2_IP,), mark=mark)
        ends = stage.wire.tls(
            at, client, C2_IP, C2_DOMAIN, sent=int(stage.dice.between(480, 560)),
            received=int(stage.dice.between(1180, 1260)), seconds=stage.dice.between(0.15, 0.4), ja3=_JA3, ja3s=_JA3S,
            fingerprint="5e" * 32, mark=mark,
        )  # fmt: skip
        if count % 20 == 0:
            stage.endpoint.connection(at + SECOND // 50, victim.workstation, implant, user,
                                      (client, ends.client_port), (C2_IP, 443), C2_DOMAIN, mark)  # fmt: skip
        at += int(period * stage.dice.between(0.8, 1.2))
        count += 1


def _look_around(stage: Stage, victim: Person, implant: Process, mark: dict[str, Mark]) -> None:
    starts, host, user = stage.schedule.starts, victim.workstation, f"{NETBIOS}\\{victim.user}"
    commands = (
        ("whoami.exe", "whoami /all"),
        ("net.exe", 'net group "Domain Admins" /domain'),
        ("nltest.exe", "nltest /domain_trusts /all_trusts"),
        ("net.exe", "net view /all /domain"),
        ("systeminfo.exe", "systeminfo"),
    )
    gap = stage.schedule.span(4, 8 * MINUTE) // len(commands)
    for number, (name, command) in enumerate(commands):
        stage.endpoint.process(starts[4] + number * gap, host, user, rf"C:\Windows\System32\{name}", command, implant,
                               mark=mark["discovery"])  # fmt: skip
    lsass = r"C:\Windows\system32\lsass.exe"
    stage.endpoint.access(starts[5], host, implant, user, lsass, "0x1410", mark["credentials"])


def _spread(stage: Stage, victim: Person, thief: Person, targets: tuple[Host, ...], mark: dict[str, Mark]) -> None:
    source = victim.workstation
    for number, host in enumerate(targets):
        at = stage.schedule.starts[6] + number * stage.schedule.span(6, 4 * MINUTE) // 2
        stage.wire.flow(at, source.ip, host.ip, 445, sent=431_000, received=9_800, seconds=4.2, service="gssapi,smb",
                        mark=mark["lateral"])  # fmt: skip
        logon = stage.endpoint.logon(at + SECOND // 5, host, thief, 3, source_ip=source.ip, source_name=source.name,
                                     mark=mark["lateral"])  # fmt: skip
        stage.endpoint.audit(4672, at + SECOND // 5, host, _privileges(thief, logon), mark["lateral"])
        stage.endpoint.share(at + SECOND, host, thief, logon, source.ip, "ADMIN$", mark["lateral"])
        at = stage.schedule.starts[7] + number * stage.schedule.span(7, 4 * MINUTE) // 2
        _install(stage, host, thief, logon, at, about(mark["remote-service"], f"host:{host.name}"))


def _privileges(account: Person, logon: str) -> dict[str, object]:
    return {
        "SubjectUserSid": account.sid, "SubjectUserName": account.user, "SubjectDomainName": NETBIOS,
        "SubjectLogonId": logon,
        "PrivilegeList": "SeSecurityPrivilege\r\n\t\t\tSeBackupPrivilege\r\n\t\t\tSeRestorePrivilege\r\n\t\t\t"
        "SeTakeOwnershipPrivilege\r\n\t\t\tSeDebugPrivilege\r\n\t\t\tSeImpersonatePrivilege",
    }  # fmt: skip


def _install(stage: Stage, host: Host, account: Person, logon: str, at: int, mark: Mark) -> None:
    image = rf"%SystemRoot%\{IMPLANT}"
    stage.endpoint.audit(4697, at, host, {
        "SubjectUserSid": account.sid, "SubjectUserName": account.user, "SubjectDomainName": NETBIOS,
        "SubjectLogonId": logon, "ServiceName": "SyncHelperSvc", "ServiceFileName": image, "ServiceType": "0x10",
        "ServiceStartType": "3", "ServiceAccount": "LocalSystem",
    }, mark)  # fmt: skip
    stage.out.put(SYSTEM, at, windows.operational(7045, at, host.fqdn, "Service Control Manager", "System", {
        "ServiceName": "SyncHelperSvc", "ImagePath": image, "ServiceType": "user mode service",
        "StartType": "demand start", "Domain": NETBIOS, "AccountName": account.user, "UserID": account.sid,
    }), mark)  # fmt: skip
    endpoint: Endpoint = stage.endpoint
    endpoint.process(at + SECOND, host, SYSTEM_USER, rf"C:\Windows\{IMPLANT}", rf"C:\Windows\{IMPLANT}",
                     endpoint.service_control(host), maker="-", integrity="System", mark=mark)  # fmt: skip


def _exfiltrate(stage: Stage, host: Host, mark: dict[str, Mark]) -> None:
    starts, service = stage.schedule.starts, stage.endpoint.service_control(host)
    command = r"7z.exe a -p -mhe -v300m C:\Windows\Temp\c.7z D:\Shares\Finance D:\Shares\Contracts"
    stage.endpoint.process(starts[8], host, SYSTEM_USER, r"C:\Windows\Temp\7z.exe", command, service,
                           maker="Igor Pavlov", description="7-Zip Console", integrity="System",
                           mark=mark["staging"])  # fmt: skip
    parts = 6
    gap = stage.schedule.span(9, 40 * MINUTE) // parts
    stage.wire.lookup(starts[9], host.ip, EXFIL_DOMAIN, (EXFIL_IP,), mark=mark["exfiltration"])
    for number in range(parts):
        stage.wire.tls(
            starts[9] + SECOND + number * gap, host.ip, EXFIL_IP, EXFIL_DOMAIN,
            sent=int(stage.dice.between(2.9e8, 3.1e8)), received=210_000, seconds=gap / SECOND * 0.7, ja3=_JA3,
            ja3s=_JA3S, fingerprint="7c" * 32, mark=mark["exfiltration"],
        )  # fmt: skip


def _tunnel(stage: Stage, victim: Person, mark: Mark) -> None:
    queries, small = 480, stage.dice.small
    gap = stage.schedule.span(10, 30 * MINUTE) // queries
    at = stage.schedule.starts[10]
    for number in range(queries):
        labels = (b32encode(small.randbytes(38)).decode().rstrip("=").lower() for _ in range(2))
        query = f"{number:04x}.{'.'.join(labels)}.{TUNNEL_DOMAIN}"
        answer = f"TXT 44 {b64encode(small.randbytes(32)).decode()}"
        stage.wire.lookup(at + int(number * gap), victim.workstation.ip, query, (answer,), kind="TXT", mark=mark)
