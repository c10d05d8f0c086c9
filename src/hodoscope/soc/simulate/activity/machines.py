"""Machines talking on their own: product telemetry, time, monitoring, and the nightly backup."""

from hodoscope.soc.simulate.activity.interface import Moment
from hodoscope.soc.simulate.clock import DAY, HOUR, MINUTE, SECOND
from hodoscope.soc.simulate.endpoint import Endpoint
from hodoscope.soc.simulate.rhythm import ticks
from hodoscope.soc.simulate.wire import Wire

_TELEMETRY = ("v10.telemetry-oakfield.example", ("198.51.100.11", "198.51.100.12"))
_OFFSITE = ("objects.basaltvault.example", "198.51.100.77")
_JA3 = "28a2c9bd18a11de089ef85a160da29e4"
_JA3S = "ec74a5c51106f0419184d0dd08fb05bc"
_BACKUP_START_HOUR = 22.5
_OFFSITE_HOUR = 3.25


def telemetry(moment: Moment) -> None:
    """Three in five workstations stay on and report to a vendor every 30 minutes: regular, wanted, not an attack."""
    company, dice, window = moment.company, moment.dice, moment.window
    wire = Wire(moment.out, dice)
    name, addresses = _TELEMETRY
    for person in company.people:
        if person.index % 5 > 2:
            continue
        client = company.address(person, window.day)
        for tick in ticks(window, 30 * MINUTE, person.index * 7 * SECOND):
            at = tick + int(dice.between(0, 20) * SECOND)
            server = addresses[person.index % 2]
            wire.lookup(at, client, name, addresses)
            wire.tls(at + SECOND // 20, client, server, name, sent=int(dice.between(2_000, 30_000)), received=1_900,
                     seconds=dice.between(0.3, 2.0), ja3=_JA3, ja3s=_JA3S, fingerprint="3b" * 32)  # fmt: skip


def clocks(moment: Moment) -> None:
    """NTP of every machine to the domain controller, every two hours."""
    company, window = moment.company, moment.window
    wire, controller = Wire(moment.out, moment.dice), company.by_role["domain controller"]
    addresses = [company.address(person, window.day) for person in company.people]
    addresses += [host.ip for host in company.servers]
    for rank, client in enumerate(addresses):
        for at in ticks(window, 2 * HOUR, (rank * 13 % 7200) * SECOND):
            wire.flow(at, client, controller.ip, 123, sent=48, received=48, seconds=0.002, service="ntp", proto="udp")


def monitoring(moment: Moment) -> None:
    """The monitoring host checks every server each five minutes."""
    wire, source = Wire(moment.out, moment.dice), moment.company.by_role["monitoring"]
    for rank, host in enumerate(moment.company.servers):
        port, service = (445, "gssapi,smb") if host.windows else (22, "ssh")
        for at in ticks(moment.window, 5 * MINUTE, rank * 3 * SECOND):
            wire.flow(at, source.ip, host.ip, port, sent=1_480, received=2_900, seconds=0.4, service=service)


def backups(moment: Moment) -> None:
    """From 22:30 UTC every server sends tens of gigabytes to the backup server; at 03:15 a copy leaves the house."""
    company, dice, window = moment.company, moment.dice, moment.window
    wire, endpoint = Wire(moment.out, dice), Endpoint(moment.out, dice)
    keeper = company.by_role["backup server"]
    account = next(service for service in company.services if service.user == "svc-backup")
    sources = [host for host in company.servers if host is not keeper]
    for rank, host in enumerate(sources):
        for at in ticks(window, DAY, int(_BACKUP_START_HOUR * HOUR) + rank * 5 * MINUTE):
            size = int(dice.between(2e10, 9e10) if host.role in ("file server", "database") else dice.between(1e9, 8e9))
            wire.flow(at, host.ip, keeper.ip, 10566, sent=size, received=size // 900, seconds=size / 1.1e8)
            if host.windows:
                logon = endpoint.logon(at, host, account, 3, source_ip=keeper.ip, source_name=keeper.name)
                endpoint.logoff(at + int(size / 110), host, account, logon, 3)
    for part in range(4):
        for at in ticks(window, DAY, int(_OFFSITE_HOUR * HOUR) + part * 12 * MINUTE):
            name, server = _OFFSITE
            wire.lookup(at, keeper.ip, name, (server,))
            wire.tls(at + SECOND, keeper.ip, server, name, sent=int(dice.between(0.9e10, 1.2e10)), received=4_000_000,
                     seconds=640.0, ja3=_JA3, ja3s=_JA3S, fingerprint="4d" * 32)  # fmt: skip
