"""Logons: arrivals with typos, unlocks, file shares, remote administration, service accounts, stale passwords."""

from hodoscope.soc.simulate.activity.interface import Moment
from hodoscope.soc.simulate.clock import DAY, MINUTE, SECOND
from hodoscope.soc.simulate.company import NETBIOS, Company, Host, Person
from hodoscope.soc.simulate.endpoint import Endpoint
from hodoscope.soc.simulate.rhythm import draw, ticks
from hodoscope.soc.simulate.wire import Wire

_TYPO_SHARE = 0.05
_UNLOCKS_PER_HOUR = 0.6
_SHARES_PER_HOUR = 2.0
_REMOTE_PER_HOUR = 0.25  # per administrator
_SERVERS_OF = {"Finance": "database", "Human Resources": "personnel database", "Operations": "application server"}


def arrivals(moment: Moment) -> None:
    """Morning logon (with its Kerberos tickets and an occasional typo) and evening logoff."""
    company, window, dice = moment.company, moment.window, moment.dice
    endpoint, controller = Endpoint(moment.out, dice), company.by_role["domain controller"]
    for person, arrive, leave in zip(
        company.people, moment.plan.arrive_us.tolist(), moment.plan.leave_us.tolist(), strict=True
    ):
        session = f"0x{(arrive >> 8) & 0xFFFFFF | 0x100000:x}"
        if window.start_us <= arrive < window.end_us:
            ip = company.address(person, window.day)
            for _ in range(_typos(dice.small.random())):
                arrive += _mistype(endpoint, arrive, controller, person, ip)
            endpoint.ticket(arrive, controller, person, "krbtgt", ip)
            endpoint.logon(arrive + SECOND // 10, person.workstation, person, 2, source_ip="127.0.0.1")
            endpoint.ticket(arrive + SECOND // 5, controller, person, f"{person.workstation.name}$", ip)
        if window.start_us <= leave < window.end_us:
            endpoint.logoff(leave, person.workstation, person, session, 2)


def _typos(luck: float) -> int:
    return 0 if luck > _TYPO_SHARE else 1 if luck > 0.012 else 2


def _mistype(endpoint: Endpoint, at: int, controller: Host, person: Person, ip: str) -> int:
    host = person.workstation
    endpoint.failed_logon(at, host, person.user, 2, "127.0.0.1", host.name)
    endpoint.audit(4771, at, controller, {
        "TargetUserName": person.user, "TargetSid": person.sid, "ServiceName": f"krbtgt/{NETBIOS}",
        "TicketOptions": "0x40810010", "Status": "0x18", "PreAuthType": "2", "IpAddress": f"::ffff:{ip}",
        "IpPort": "49712",
    })  # fmt: skip
    return 9 * SECOND


def unlocks(moment: Moment) -> None:
    """Back from a break: logon type 7."""
    endpoint = Endpoint(moment.out, moment.dice)
    for index, at in zip(*draw(moment.dice, moment.presence, _UNLOCKS_PER_HOUR, moment.window), strict=True):
        person = moment.company.people[index]
        if moment.dice.small.random() < 0.02:
            endpoint.failed_logon(at, person.workstation, person.user, 7, "127.0.0.1", person.workstation.name)
            at += 6 * SECOND
        endpoint.logon(at, person.workstation, person, 7, source_ip="127.0.0.1")


def shares(moment: Moment) -> None:
    """File shares and departmental servers over the network: ticket, logon type 3, share, SMB connection, logoff."""
    company, dice = moment.company, moment.dice
    endpoint, wire = Endpoint(moment.out, dice), Wire(moment.out, dice)
    controller = company.by_role["domain controller"]
    who, when = draw(dice, moment.presence, _SHARES_PER_HOUR, moment.window)
    luck = dice.numbers.random((len(who), 2)).tolist()
    for index, at, (pick, length) in zip(who, when, luck, strict=True):
        person = company.people[index]
        role = _SERVERS_OF.get(person.department, "file server") if pick < 0.3 else "file server"
        host = company.by_role["print server" if pick > 0.93 else role]
        ip = company.address(person, moment.window.day)
        endpoint.ticket(at, controller, person, f"{host.name}$", ip)
        wire.flow(at, ip, host.ip, 445, sent=int(4e3 + 9e5 * length**6), received=int(9e3 + 4e7 * length**9),
                  seconds=2 + 300 * length, service="gssapi,smb")  # fmt: skip
        logon = endpoint.logon(at + SECOND // 10, host, person, 3, source_ip=ip)
        endpoint.share(at + SECOND // 5, host, person, logon, ip, "Public" if pick > 0.8 else person.department)
        endpoint.logoff(at + int((10 + 600 * length) * SECOND), host, person, logon, 3)


def administration(moment: Moment) -> None:
    """Administrators on servers by remote desktop, and now and then a new colleague's account."""
    company, dice = moment.company, moment.dice
    endpoint, wire = Endpoint(moment.out, dice), Wire(moment.out, dice)
    ranks = [person.index for person in company.administrators]
    who, when = draw(dice, moment.presence[ranks], _REMOTE_PER_HOUR, moment.window)
    for rank, at in zip(who, when, strict=True):
        person, host = company.administrators[rank], dice.small.choice(company.windows_servers)
        ip = company.address(person, moment.window.day)
        wire.flow(at, ip, host.ip, 3389, sent=310_000, received=6_400_000, seconds=dice.between(60, 1500),
                  service="ssl")  # fmt: skip
        logon = endpoint.logon(at, host, person, 10, source_ip=ip, source_name=person.workstation.name)
        shell = endpoint.explorer(host, person.user, moment.window.day)
        for tool, command in (("mmc.exe", "mmc.exe eventvwr.msc"), ("Taskmgr.exe", "taskmgr.exe /4")):
            endpoint.process(at + 20 * SECOND, host, f"{NETBIOS}\\{person.user}", rf"C:\Windows\System32\{tool}",
                             command, shell, integrity="High")  # fmt: skip
        endpoint.logoff(at + int(dice.between(2, 30) * MINUTE), host, person, logon, 10)
    if who and dice.small.random() < 0.25:
        _newcomer(endpoint, company, company.administrators[who[0]], when[0] + 40 * SECOND, dice.small.randint(0, 999))


def _newcomer(endpoint: Endpoint, company: Company, clerk: Person, at: int, number: int) -> None:
    controller, user = company.by_role["domain controller"], f"trainee{number:03d}"
    who: dict[str, object] = {
        "SubjectUserSid": clerk.sid, "SubjectUserName": clerk.user, "SubjectDomainName": NETBIOS,
        "SubjectLogonId": "0x83f1c2",
    }  # fmt: skip
    sid = f"{clerk.sid.rsplit('-', 1)[0]}-{90_000 + number}"
    endpoint.audit(4720, at, controller, {
        "TargetUserName": user, "TargetDomainName": NETBIOS, "TargetSid": sid, **who, "PrivilegeList": "-",
        "SamAccountName": user, "DisplayName": user, "UserPrincipalName": f"{user}@ferrow.example",
        "PrimaryGroupId": "513", "OldUacValue": "0x0", "NewUacValue": "0x15",
        "UserAccountControl": "\r\n\t\t%%2080\r\n\t\t%%2082\r\n\t\t%%2084",
    })  # fmt: skip
    endpoint.audit(4728, at + 3 * SECOND, controller, {
        "MemberName": f"CN={user},OU=Staff,DC=corp,DC=ferrow,DC=example", "MemberSid": sid,
        "TargetUserName": "Trainees", "TargetDomainName": NETBIOS, "TargetSid": f"{clerk.sid[:-4]}2210", **who,
        "PrivilegeList": "-",
    })  # fmt: skip


def service_accounts(moment: Moment) -> None:
    """Monitoring visits every Windows server each ten minutes; one scheduled job still uses an old password."""
    company, window = moment.company, moment.window
    endpoint = Endpoint(moment.out, moment.dice)
    monitor = next(account for account in company.services if account.user == "svc-monitor")
    source = company.by_role["monitoring"]
    for rank, host in enumerate(company.windows_servers):
        for at in ticks(window, 10 * MINUTE, rank * 20 * SECOND):
            logon = endpoint.logon(at, host, monitor, 3, source_ip=source.ip, source_name=source.name)
            endpoint.logoff(at + 2 * SECOND, host, monitor, logon, 3)
    for at in ticks(window, DAY // 12, 7 * MINUTE):
        application = company.by_role["application server"]
        endpoint.failed_logon(at, company.by_role["database"], "svc-report", 3, application.ip, application.name)
