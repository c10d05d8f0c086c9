"""An employee about to leave collects what is not theirs at night and carries it to a private cloud drive."""

from hodoscope.soc.simulate.campaigns.adversary import DROPBOX_DOMAIN, DROPBOX_IP
from hodoscope.soc.simulate.campaigns.interface import Stage, Step, marks
from hodoscope.soc.simulate.clock import DAY, MINUTE, SECOND
from hodoscope.soc.simulate.company import NETBIOS, Person
from hodoscope.soc.simulate.outbox import Mark

_PARTS = 8


class Insider:
    """No foreign tool and no stolen password: only hour, volume and the hosts visited are unusual."""

    name = "insider"
    title = "Insider collects and carries out documents at night"
    steps: tuple[Step, ...] = (
        Step("night-logon", "T1078.002", 1.2, 0.1, "Logs on in the middle of the night", ("first_seen",)),
        Step("unusual-hosts", "T1021.002", 1.3, 0.2, "Opens shares on servers this person never used",
             ("first_seen",)),
        Step("collection", "T1039", 1.5, 0.4, "Reads far more from them than ever before", ("peer_group_volume",)),
        Step("archive", "T1560.001", 2.3, 0.55, "Packs it with a password", ("sigma", "command_line")),
        Step("upload", "T1567.002", 2.5, 0.65, "Uploads 4 GB to a private cloud drive",
             ("outbound_volume", "first_seen")),
    )  # fmt: skip

    def indicators(self) -> tuple[tuple[str, str], ...]:
        """Nothing a threat feed could know."""
        return ()

    def play(self, stage: Stage) -> None:
        """Write the whole campaign."""
        person = next(one for one in reversed(stage.company.people[:6]) if one.department == "Engineering")
        mark = marks(self, {"": f"user:{person.user}", "upload": f"host:{person.workstation.name}"})
        _collect(stage, person, mark)
        _carry_out(stage, person, mark)


def _collect(stage: Stage, person: Person, mark: dict[str, Mark]) -> None:
    starts, endpoint, host = stage.schedule.starts, stage.endpoint, person.workstation
    controller = stage.company.by_role["domain controller"]
    endpoint.logon(starts[0], host, person, 2, source_ip="127.0.0.1", mark=mark["night-logon"])
    targets = [stage.company.by_role[role] for role in ("personnel database", "database", "application server")]
    gap = stage.schedule.span(1, 10 * MINUTE) // len(targets)
    for number, server in enumerate(targets):
        at = starts[1] + number * gap
        endpoint.ticket(at, controller, person, f"{server.name}$", host.ip, mark["unusual-hosts"])
        logon = endpoint.logon(at + SECOND // 5, server, person, 3, source_ip=host.ip, source_name=host.name,
                               mark=mark["unusual-hosts"])  # fmt: skip
        for share in ("Contracts", "Designs"):
            endpoint.share(at + SECOND, server, person, logon, host.ip, share, mark["unusual-hosts"])
    gap = stage.schedule.span(2, 40 * MINUTE) // (3 * len(targets))
    for number in range(3 * len(targets)):
        server = targets[number % len(targets)]
        stage.wire.flow(
            starts[2] + number * gap, host.ip, server.ip, 445, sent=240_000,
            received=int(stage.dice.between(3e8, 6e8)), seconds=0.8 * gap / SECOND, service="gssapi,smb",
            mark=mark["collection"],
        )  # fmt: skip


def _carry_out(stage: Stage, person: Person, mark: dict[str, Mark]) -> None:
    starts, host = stage.schedule.starts, person.workstation
    shell = stage.endpoint.explorer(host, person.user, starts[3] // DAY)
    image = r"C:\Program Files\7-Zip\7z.exe"
    command = rf'"{image}" a -pHoliday24 -mx1 C:\Users\{person.user}\Videos\holiday.7z D:\collect'
    stage.endpoint.process(starts[3], host, f"{NETBIOS}\\{person.user}", image, command, shell, maker="Igor Pavlov",
                           description="7-Zip Console", mark=mark["archive"])  # fmt: skip
    stage.wire.lookup(starts[4], host.ip, DROPBOX_DOMAIN, (DROPBOX_IP,), mark=mark["upload"])
    gap = stage.schedule.span(4, 50 * MINUTE) // _PARTS
    for number in range(_PARTS):
        stage.wire.tls(
            starts[4] + SECOND + number * gap, host.ip, DROPBOX_IP, DROPBOX_DOMAIN,
            sent=int(stage.dice.between(4.6e8, 5.4e8)), received=900_000, seconds=0.8 * gap / SECOND, ja3=person.ja3,
            ja3s="d154fcfa5bb4f0748e1dd1992c681104", fingerprint="6f" * 32, mark=mark["upload"],
        )  # fmt: skip
