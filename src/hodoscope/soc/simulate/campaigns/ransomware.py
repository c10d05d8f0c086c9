"""The hour before ransomware: remote desktop, protection off, a new administrator, no way back. No encryption."""

from hodoscope.soc.simulate.campaigns.interface import Stage, Step, marks
from hodoscope.soc.simulate.clock import DAY, MINUTE, SECOND
from hodoscope.soc.simulate.company import DOMAIN_SID, NETBIOS, Host, Person
from hodoscope.soc.simulate.formats.windows import Process, operational
from hodoscope.soc.simulate.outbox import SYSTEM, Mark

_ACCOUNT = "svc_update"
_SYSTEM32 = r"C:\Windows\System32"
_PROTECTION = (
    ("WindowsPowerShell\\v1.0\\powershell.exe", "powershell.exe Set-MpPreference -DisableRealtimeMonitoring $true"),
    ("WindowsPowerShell\\v1.0\\powershell.exe", r"powershell.exe Add-MpPreference -ExclusionPath C:\ProgramData"),
    ("sc.exe", "sc.exe config WinDefend start= disabled"),
)
_RECOVERY = (
    ("vssadmin.exe", "vssadmin.exe delete shadows /all /quiet"),
    ("wbem\\WMIC.exe", "wmic.exe shadowcopy delete"),
    ("bcdedit.exe", "bcdedit.exe /set {default} recoveryenabled no"),
    ("bcdedit.exe", "bcdedit.exe /set {default} bootstatuspolicy ignoreallfailures"),
    ("wbadmin.exe", "wbadmin.exe delete catalog -quiet"),
)
_SERVICES = ("net.exe stop MSSQLSERVER /y", "net.exe stop VSS /y", "taskkill.exe /f /im sqlservr.exe")


class Ransomware:
    """Commands are data in the log; nothing here runs them."""

    name = "ransomware-precursor"
    title = "Preparation of ransomware on the servers"
    steps: tuple[Step, ...] = (
        Step("remote-desktop", "T1021.001", 17.8, 0.1, "A stolen administrator account opens remote desktops in turn",
             ("first_seen",)),
        Step("protection-off", "T1562.001", 18.0, 0.25, "Turns Microsoft Defender off", ("sigma", "command_line")),
        Step("new-administrator", "T1136.002", 18.2, 0.45, "Creates an account and adds it to Administrators",
             ("new_privileged_account",)),
        Step("services-stopped", "T1489", 18.4, 0.6, "Stops database and backup services", ("sigma", "command_line")),
        Step("recovery-removed", "T1490", 18.6, 0.7, "Deletes shadow copies and the recovery configuration",
             ("sigma", "command_line", "first_seen")),
        Step("logs-cleared", "T1070.001", 18.9, 0.88, "Clears the Security log", ("sigma",)),
    )  # fmt: skip

    def indicators(self) -> tuple[tuple[str, str], ...]:
        """Only built-in tools are used."""
        return ()

    def play(self, stage: Stage) -> None:
        """Write the whole campaign."""
        thief = stage.company.administrators[-1]
        roles = ("file server", "database", "backup server")
        targets = tuple(stage.company.by_role[role] for role in roles)
        mark = marks(self, {"": f"user:{thief.user}"})
        for number, host in enumerate(targets):
            _prepare(stage, thief, host, number / len(targets), mark)
        _new_administrator(stage, thief, mark["new-administrator"])


def _prepare(stage: Stage, thief: Person, host: Host, turn: float, mark: dict[str, Mark]) -> None:
    def at(step: int) -> int:
        return stage.schedule.starts[step] + int(turn * stage.schedule.span(step, 9 * MINUTE))

    source = thief.workstation
    stage.wire.flow(at(0), source.ip, host.ip, 3389, sent=380_000, received=8_100_000, seconds=900.0, service="ssl",
                    mark=mark["remote-desktop"])  # fmt: skip
    stage.endpoint.logon(at(0), host, thief, 10, source_ip=source.ip, source_name=source.name,
                         mark=mark["remote-desktop"])  # fmt: skip
    user = f"{NETBIOS}\\{thief.user}"
    shell = stage.endpoint.explorer(host, thief.user, at(0) // DAY)
    console = stage.endpoint.process(at(1), host, user, rf"{_SYSTEM32}\cmd.exe", "cmd.exe", shell, integrity="High",
                                     mark=mark["protection-off"])  # fmt: skip
    _commands(stage, at(1) + SECOND, host, user, console, _PROTECTION, mark["protection-off"])
    disabled_us = at(1) + 20 * SECOND
    stage.out.put(SYSTEM, disabled_us, operational(
        5001, disabled_us, host.fqdn, "Microsoft-Windows-Windows Defender",
        "Microsoft-Windows-Windows Defender/Operational", {
            "Product Name": "Microsoft Defender Antivirus", "Product Version": "4.18.26010.5",
        }), mark["protection-off"])  # fmt: skip
    stops = tuple((command.split()[0], command) for command in _SERVICES)
    _commands(stage, at(3), host, user, console, stops, mark["services-stopped"])
    _commands(stage, at(4), host, user, console, _RECOVERY, mark["recovery-removed"])
    _commands(stage, at(5), host, user, console, (("wevtutil.exe", "wevtutil.exe cl Security"),), mark["logs-cleared"])
    stage.endpoint.audit(1102, at(5) + SECOND, host, {
        "SubjectUserSid": thief.sid, "SubjectUserName": thief.user, "SubjectDomainName": NETBIOS,
        "SubjectLogonId": "0x9a41c7",
    }, mark["logs-cleared"])  # fmt: skip


def _commands(
    stage: Stage, at: int, host: Host, user: str, parent: Process, commands: tuple[tuple[str, str], ...], mark: Mark
) -> None:
    for number, (name, command) in enumerate(commands):
        stage.endpoint.process(at + number * 3 * SECOND, host, user, rf"{_SYSTEM32}\{name}", command, parent,
                               integrity="High", mark=mark)  # fmt: skip


def _new_administrator(stage: Stage, thief: Person, mark: Mark) -> None:
    at, controller = stage.schedule.starts[2], stage.company.by_role["domain controller"]
    gap = min(5 * SECOND, stage.schedule.span(2, MINUTE) // 4)
    who: dict[str, object] = {
        "SubjectUserSid": thief.sid, "SubjectUserName": thief.user, "SubjectDomainName": NETBIOS,
        "SubjectLogonId": "0x9a41c7",
    }  # fmt: skip
    sid = f"{DOMAIN_SID}-99107"
    stage.endpoint.process(at, controller, f"{NETBIOS}\\{thief.user}", rf"{_SYSTEM32}\net.exe",
                           f"net.exe user {_ACCOUNT} Winter-2026! /add /domain",
                           stage.endpoint.explorer(controller, thief.user, at // DAY), integrity="High",
                           mark=mark)  # fmt: skip
    stage.endpoint.audit(4720, at + gap, controller, {
        "TargetUserName": _ACCOUNT, "TargetDomainName": NETBIOS, "TargetSid": sid, **who, "PrivilegeList": "-",
        "SamAccountName": _ACCOUNT, "DisplayName": "%%1793", "UserPrincipalName": "-", "PrimaryGroupId": "513",
        "OldUacValue": "0x0", "NewUacValue": "0x15", "UserAccountControl": "\r\n\t\t%%2080\r\n\t\t%%2082\r\n\t\t%%2084",
    }, mark)  # fmt: skip
    stage.endpoint.audit(4722, at + gap, controller, {
        "TargetUserName": _ACCOUNT, "TargetDomainName": NETBIOS, "TargetSid": sid, **who}, mark)  # fmt: skip
    member = f"CN={_ACCOUNT},CN=Users,DC=corp,DC=ferrow,DC=example"
    for event_id, group, group_sid, domain in (
        (4732, "Administrators", "S-1-5-32-544", "Builtin"), (4728, "Domain Admins", f"{DOMAIN_SID}-512", NETBIOS),
    ):  # fmt: skip
        stage.endpoint.audit(event_id, at + 2 * gap, controller, {
            "MemberName": member, "MemberSid": sid, "TargetUserName": group, "TargetDomainName": domain,
            "TargetSid": group_sid, **who, "PrivilegeList": "-",
        }, mark)  # fmt: skip
