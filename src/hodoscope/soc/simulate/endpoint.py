"""What a Windows machine logs: processes as Sysmon sees them, logons and changes as the Security log sees them."""

from hodoscope.soc.simulate import clock
from hodoscope.soc.simulate.clock import SECOND
from hodoscope.soc.simulate.company import DOMAIN_SID, NETBIOS, Host, Person, ServiceAccount
from hodoscope.soc.simulate.dice import Dice, lasting_guid
from hodoscope.soc.simulate.formats import windows
from hodoscope.soc.simulate.formats.windows import Process
from hodoscope.soc.simulate.outbox import SECURITY, SYSMON, Mark, Outbox

Account = Person | ServiceAccount
SYSTEM_USER = "NT AUTHORITY\\SYSTEM"


class Endpoint:
    """Writes Windows events into an outbox. One instance per dice, not per host."""

    def __init__(self, out: Outbox, dice: Dice) -> None:
        self._out = out
        self._dice = dice

    def explorer(self, host: Host, user: str, day: int) -> Process:
        """The shell a person's programs are children of; the same process all day."""
        guid = lasting_guid(host.name, user, day)
        image = r"C:\Windows\explorer.exe"
        return Process(guid, 4 * int(guid[1:4], 16) + 1200, image, image)

    def service_control(self, host: Host) -> Process:
        """services.exe, parent of every service of the host."""
        image = r"C:\Windows\System32\services.exe"
        return Process(lasting_guid(host.name, "services"), 732, image, image)

    def process(
        self,
        time_us: int,
        host: Host,
        user: str,
        image: str,
        command: str,
        parent: Process,
        *,
        maker: str = "Microsoft Corporation",
        description: str = "-",
        integrity: str = "Medium",
        mark: Mark | None = None,
    ) -> Process:
        """A process start (Sysmon 1). `user` is DOMAIN\\name."""
        started = Process("{" + self._dice.guid() + "}", 4 * self._dice.small.getrandbits(12) + 3000, image, command)
        name = image.rsplit("\\", 1)[-1]
        logon = 0x3E7 if user == SYSTEM_USER else 0x10000 + sum(user.encode()) * 0x3F1
        record = windows.sysmon(1, time_us, host.fqdn, {
            "ProcessGuid": started.guid, "ProcessId": str(started.pid), "Image": image,
            "FileVersion": "10.0.22621.1 (WinBuild.160101.0800)", "Description": description,
            "Product": description, "Company": maker, "OriginalFileName": name, "CommandLine": command,
            "CurrentDirectory": image[: -len(name)], "User": user,
            "LogonGuid": lasting_guid(host.name, user, "logon"),
            "LogonId": f"0x{logon:x}", "TerminalSessionId": "0" if integrity == "System" else "1",
            "IntegrityLevel": integrity, "Hashes": windows.hashes(image), "ParentProcessGuid": parent.guid,
            "ParentProcessId": str(parent.pid), "ParentImage": parent.image, "ParentCommandLine": parent.command,
            "ParentUser": user,
        })  # fmt: skip
        self._out.put(SYSMON, time_us, record, mark)
        return started

    def sysmon(
        self,
        event_id: int,
        time_us: int,
        host: Host,
        process: Process,
        user: str,
        fields: dict[str, object],
        mark: Mark | None = None,
    ) -> None:
        """Any other Sysmon event of a process."""
        known: dict[str, object] = {
            "ProcessGuid": process.guid, "ProcessId": str(process.pid), "Image": process.image,
        }  # fmt: skip
        record = windows.sysmon(event_id, time_us, host.fqdn, known | fields | {"User": user})
        self._out.put(SYSMON, time_us, record, mark)

    def file_created(
        self, time_us: int, host: Host, process: Process, user: str, path: str, mark: Mark | None = None
    ) -> None:
        """A new file (Sysmon 11)."""
        fields: dict[str, object] = {"TargetFilename": path, "CreationUtcTime": clock.sysmon(time_us)}
        self.sysmon(11, time_us, host, process, user, fields, mark)

    def access(
        self, time_us: int, host: Host, process: Process, user: str, target: str, rights: str, mark: Mark | None = None
    ) -> None:
        """`process` opened the process of image `target` with `rights` (Sysmon 10)."""
        self._out.put(SYSMON, time_us, windows.sysmon(10, time_us, host.fqdn, {
            "SourceProcessGUID": process.guid, "SourceProcessId": str(process.pid), "SourceThreadId": "7212",
            "SourceImage": process.image, "TargetProcessGUID": lasting_guid(host.name, target),
            "TargetProcessId": "716", "TargetImage": target, "GrantedAccess": rights,
            "CallTrace": r"C:\Windows\SYSTEM32\ntdll.dll+9d4c4|C:\Windows\System32\KERNELBASE.dll+2bcbe|UNKNOWN(00021)",
            "SourceUser": user, "TargetUser": SYSTEM_USER,
        }), mark)  # fmt: skip

    def connection(
        self,
        time_us: int,
        host: Host,
        process: Process,
        user: str,
        source: tuple[str, int],
        target: tuple[str, int],
        name: str,
        mark: Mark | None = None,
    ) -> None:
        """An outbound connection of a process (Sysmon 3); `source` and `target` are (address, port)."""
        self.sysmon(3, time_us, host, process, user, {
            "Protocol": "tcp", "Initiated": "true", "SourceIsIpv6": "false", "SourceIp": source[0],
            "SourceHostname": host.fqdn, "SourcePort": str(source[1]), "SourcePortName": "-",
            "DestinationIsIpv6": "false", "DestinationIp": target[0], "DestinationHostname": name or "-",
            "DestinationPort": str(target[1]), "DestinationPortName": {443: "https", 80: "http"}.get(target[1], "-"),
        }, mark)  # fmt: skip

    def audit(
        self, event_id: int, time_us: int, host: Host, fields: dict[str, object], mark: Mark | None = None
    ) -> None:
        """Any Security event."""
        self._out.put(SECURITY, time_us, windows.security(event_id, time_us, host.fqdn, fields), mark)

    def logon(
        self,
        time_us: int,
        host: Host,
        account: Account,
        kind: int,
        *,
        source_ip: str = "-",
        source_name: str = "-",
        mark: Mark | None = None,
    ) -> str:
        """A successful logon (4624) of Windows logon type `kind`; returns the logon id."""
        logon_id = f"0x{self._dice.small.getrandbits(24) + 0x100000:x}"
        remote = kind in (3, 10)
        package = "Kerberos" if remote else "Negotiate"
        self.audit(4624, time_us, host, {
            "SubjectUserSid": "S-1-0-0" if remote else "S-1-5-18",
            "SubjectUserName": "-" if remote else f"{host.name}$",
            "SubjectDomainName": "-" if remote else NETBIOS,
            "SubjectLogonId": "0x0" if remote else "0x3e7",
            "TargetUserSid": account.sid, "TargetUserName": account.user, "TargetDomainName": NETBIOS,
            "TargetLogonId": logon_id, "LogonType": str(kind),
            "LogonProcessName": "Kerberos" if kind == 3 else "User32 ", "AuthenticationPackageName": package,
            "WorkstationName": source_name if remote else host.name,
            "LogonGuid": "{" + self._dice.guid() + "}", "TransmittedServices": "-", "LmPackageName": "-",
            "KeyLength": "0", "ProcessId": "0x0" if kind == 3 else "0x5a8",
            "ProcessName": "-" if kind == 3 else r"C:\Windows\System32\svchost.exe",
            "IpAddress": source_ip, "IpPort": str(self._dice.port()) if remote else "0",
            "ImpersonationLevel": "%%1833", "RestrictedAdminMode": "-", "TargetOutboundUserName": "-",
            "TargetOutboundDomainName": "-", "VirtualAccount": "%%1843", "TargetLinkedLogonId": "0x0",
            "ElevatedToken": "%%1842",
        }, mark)  # fmt: skip
        return logon_id

    def logoff(self, time_us: int, host: Host, account: Account, logon_id: str, kind: int) -> None:
        """The end of a session (4634)."""
        self.audit(4634, time_us, host, {
            "TargetUserSid": account.sid, "TargetUserName": account.user, "TargetDomainName": NETBIOS,
            "TargetLogonId": logon_id, "LogonType": str(kind),
        })  # fmt: skip

    def failed_logon(
        self, time_us: int, host: Host, user: str, kind: int, source_ip: str, source_name: str,
        mark: Mark | None = None,
    ) -> None:  # fmt: skip
        """A wrong password (4625, sub status 0xc000006a)."""
        self.audit(4625, time_us, host, {
            "SubjectUserSid": "S-1-5-18", "SubjectUserName": f"{host.name}$", "SubjectDomainName": NETBIOS,
            "SubjectLogonId": "0x3e7", "TargetUserSid": "S-1-0-0", "TargetUserName": user,
            "TargetDomainName": NETBIOS, "Status": "0xc000006d", "FailureReason": "%%2313",
            "SubStatus": "0xc000006a", "LogonType": str(kind),
            "LogonProcessName": "NtLmSsp " if kind == 3 else "User32 ", "AuthenticationPackageName": "Negotiate",
            "WorkstationName": source_name, "TransmittedServices": "-", "LmPackageName": "-", "KeyLength": "0",
            "ProcessId": "0x5a8", "ProcessName": r"C:\Windows\System32\svchost.exe", "IpAddress": source_ip,
            "IpPort": str(self._dice.port()) if kind == 3 else "0",
        }, mark)  # fmt: skip

    def ticket(
        self, time_us: int, controller: Host, account: Account, service: str, source_ip: str, mark: Mark | None = None
    ) -> None:
        """A Kerberos ticket: 4768 when `service` is krbtgt, else 4769 for that host's service."""
        first = service == "krbtgt"
        fields: dict[str, object] = {
            "TargetUserName": account.user if first else f"{account.user}@CORP.FERROW.EXAMPLE",
            "TargetDomainName": NETBIOS if first else "CORP.FERROW.EXAMPLE",
            "ServiceName": service, "ServiceSid": f"{DOMAIN_SID}-{502 if first else 1105}",
            "TicketOptions": "0x40810010", "Status": "0x0", "TicketEncryptionType": "0x12",
            "IpAddress": f"::ffff:{source_ip}", "IpPort": str(self._dice.port()),
        }  # fmt: skip
        fields |= {"TargetSid": account.sid, "PreAuthType": "2"} if first else {
            "LogonGuid": "{" + self._dice.guid() + "}", "TransmittedServices": "-"}  # fmt: skip
        self.audit(4768 if first else 4769, time_us, controller, fields, mark)

    def share(
        self, time_us: int, host: Host, account: Account, logon_id: str, source_ip: str, name: str,
        mark: Mark | None = None,
    ) -> None:  # fmt: skip
        """A network share opened (5140); `name` like ADMIN$ or Finance."""
        self.audit(5140, time_us + SECOND // 20, host, {
            "SubjectUserSid": account.sid, "SubjectUserName": account.user, "SubjectDomainName": NETBIOS,
            "SubjectLogonId": logon_id, "ObjectType": "File", "IpAddress": source_ip,
            "IpPort": str(self._dice.port()), "ShareName": f"\\\\*\\{name}",
            "ShareLocalPath": "\\??\\C:\\Windows" if name == "ADMIN$" else f"\\??\\D:\\Shares\\{name}",
            "AccessMask": "0x1", "AccessList": "%%4416\r\n\t\t\t\t",
        }, mark)  # fmt: skip
