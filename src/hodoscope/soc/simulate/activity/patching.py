"""Planned change: a patch night for servers (Monday 21:00 UTC) and software distribution at noon."""

from hodoscope.soc.simulate.activity.interface import Moment
from hodoscope.soc.simulate.clock import DAY, HOUR, MINUTE, SECOND
from hodoscope.soc.simulate.company import DOMAIN_SID, NETBIOS
from hodoscope.soc.simulate.endpoint import SYSTEM_USER, Endpoint
from hodoscope.soc.simulate.formats.windows import operational
from hodoscope.soc.simulate.outbox import SYSTEM
from hodoscope.soc.simulate.rhythm import ticks

_STACK = r"C:\Windows\WinSxS\amd64_microsoft-windows-servicingstack_31bf3856ad364e35_10.0.20348.3201\TiWorker.exe"


def patch_night(moment: Moment) -> None:
    """Each Windows server in turn: servicing stack, update installer, a restart's service installations."""
    if (moment.window.day + 3) % 7 != 0:
        return
    endpoint = Endpoint(moment.out, moment.dice)
    for rank, host in enumerate(moment.company.windows_servers):
        for at in ticks(moment.window, DAY, 21 * HOUR + rank * 9 * MINUTE):
            parent = endpoint.service_control(host)
            for offset, image, command in (
                (0, r"C:\Windows\servicing\TrustedInstaller.exe", r"C:\Windows\servicing\TrustedInstaller.exe"),
                (4, _STACK, f"{_STACK} -Embedding"),
                (30, r"C:\Windows\System32\wusa.exe", r"wusa.exe C:\Windows\Temp\kb5052819.msu /quiet /norestart"),
                (300, r"C:\Windows\System32\shutdown.exe", "shutdown.exe /r /t 60 /c patch-night"),
            ):
                endpoint.process(at + offset * SECOND, host, SYSTEM_USER, image, command, parent, integrity="System")
            moment.out.put(SYSTEM, at + 420 * SECOND, operational(
                7045, at + 420 * SECOND, host.fqdn, "Service Control Manager", "System", {
                    "ServiceName": "MpKslDrv", "ServiceType": "kernel mode driver", "StartType": "system start",
                    "ImagePath": r"C:\ProgramData\Microsoft\Windows Defender\Definition Updates\MpKslDrv.sys",
                }))  # fmt: skip


def distribution(moment: Moment) -> None:
    """At 11:00 UTC some workstations get a new agent: installer, service and scheduled task, all of them wanted."""
    company, dice, window = moment.company, moment.dice, moment.window
    endpoint = Endpoint(moment.out, dice)
    for person in company.people:
        if (person.index + window.day) % 25:
            continue
        for at in ticks(window, DAY, 11 * HOUR + (person.index % 240) * 11 * SECOND):
            host = person.workstation
            image = r"C:\Windows\System32\msiexec.exe"
            endpoint.process(at, host, SYSTEM_USER, image, rf"{image} /i C:\Windows\ccmcache\4\agent.msi /qn",
                             endpoint.service_control(host), integrity="System")  # fmt: skip
            subject: dict[str, object] = {
                "SubjectUserSid": "S-1-5-18", "SubjectUserName": f"{host.name}$", "SubjectDomainName": NETBIOS,
                "SubjectLogonId": "0x3e7",
            }  # fmt: skip
            endpoint.audit(4697, at + 9 * SECOND, host, subject | {
                "ServiceName": "InventoryAgent", "ServiceFileName": r"C:\Program Files\Inventory\agent.exe",
                "ServiceType": "0x10", "ServiceStartType": "2", "ServiceAccount": "LocalSystem"})  # fmt: skip
            endpoint.audit(4698, at + 12 * SECOND, host, subject | {
                "TaskName": r"\Inventory\Daily", "TaskContent": '<?xml version="1.0" encoding="UTF-16"?>\r\n'
                "<Task><Actions><Exec><Command>C:\\Program Files\\Inventory\\agent.exe</Command></Exec></Actions>"
                f"<Principals><UserId>{DOMAIN_SID}-1504</UserId></Principals></Task>"})  # fmt: skip
