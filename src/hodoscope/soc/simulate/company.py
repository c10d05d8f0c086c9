"""The simulated company: its people with their habits, its machines, the web it visits. Pure data, no events."""

from dataclasses import dataclass, field
from functools import cached_property

from hodoscope.soc.simulate.software import Program

DOMAIN = "corp.ferrow.example"
MAIL_DOMAIN = "ferrow.example"
NETBIOS = "FERROW"
DOMAIN_SID = "S-1-5-21-2718281828-1414213562-1732050807"
AWS_ACCOUNT = "111122223333"
TENANT = "5f3c1a52-7d0e-4d5b-9a35-0f6e2c1b7a90"


@dataclass(frozen=True, slots=True)
class Site:
    """An office: offset of its clock from UTC, where it is, and the public address its traffic leaves from."""

    city: str
    state: str
    country: str
    utc_offset_hours: int
    egress: str
    share: float


OFFICES = (
    Site("Berlin", "Berlin", "DE", 1, "203.0.113.4", 0.72),
    Site("Boston", "Massachusetts", "US", -5, "203.0.113.5", 0.18),
    Site("Singapore", "Singapore", "SG", 8, "203.0.113.6", 0.1),
)


@dataclass(frozen=True, slots=True)
class Website:
    """A web site the company visits; several share an address, as on content networks."""

    name: str
    addresses: tuple[str, ...]
    encrypted: bool
    ja3s: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Host:
    """A machine. `role` is `workstation` or what a server is for; criticality 1 (spare) to 5 (the company stops)."""

    name: str
    ip: str
    os: str
    role: str
    criticality: int
    owner: str

    @property
    def fqdn(self) -> str:
        """Full lower-case DNS name."""
        return f"{self.name.lower()}.{DOMAIN}"

    @property
    def windows(self) -> bool:
        """Whether it writes Windows events (else it is a Linux machine)."""
        return self.os.startswith("Windows")


@dataclass(frozen=True, slots=True)
class Person:
    """One employee with fixed habits. Hours are local to `site`."""

    index: int
    user: str
    display_name: str
    department: str
    site: Site
    privileged: bool
    workstation: Host
    laptop: bool
    home_ip: str
    arrives: float
    leaves: float
    programs: tuple[Program, ...]
    favourites: tuple[int, ...]
    browser: str
    ja3: str
    travels: bool

    @property
    def upn(self) -> str:
        """Cloud sign-in name."""
        return f"{self.user}@{MAIL_DOMAIN}"

    @property
    def sid(self) -> str:
        """Windows security identifier."""
        return f"{DOMAIN_SID}-{1601 + self.index}"

    @property
    def entra_id(self) -> str:
        """Object id in Entra."""
        return f"a0000000-0000-4000-8000-{self.index:012d}"


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """An account no person uses, and the servers it visits."""

    user: str
    rid: int
    home: str
    purpose: str

    @property
    def sid(self) -> str:
        """Windows security identifier."""
        return f"{DOMAIN_SID}-{self.rid}"


@dataclass(frozen=True)
class Company:
    """Everything that does not change during a simulation."""

    people: tuple[Person, ...]
    servers: tuple[Host, ...]
    services: tuple[ServiceAccount, ...]
    websites: tuple[Website, ...]
    visitors: tuple[str, ...] = field(repr=False)

    @cached_property
    def by_role(self) -> dict[str, Host]:
        """The first server of each role."""
        return {host.role: host for host in reversed(self.servers)}

    @cached_property
    def linux(self) -> tuple[Host, ...]:
        """Linux servers."""
        return tuple(host for host in self.servers if not host.windows)

    @cached_property
    def windows_servers(self) -> tuple[Host, ...]:
        """Windows servers."""
        return tuple(host for host in self.servers if host.windows)

    @cached_property
    def engineers(self) -> tuple[Person, ...]:
        """People who log on to Linux servers and use the cloud."""
        return tuple(person for person in self.people if person.department in ("Engineering", "IT"))

    @cached_property
    def administrators(self) -> tuple[Person, ...]:
        """Privileged people."""
        return tuple(person for person in self.people if person.privileged)

    @cached_property
    def _laptop_ips(self) -> tuple[str, ...]:
        return tuple(person.workstation.ip for person in self.people if person.laptop)

    @cached_property
    def _laptop_rank(self) -> dict[int, int]:
        laptops = [person.index for person in self.people if person.laptop]
        return {index: rank for rank, index in enumerate(laptops)}

    def address(self, person: Person, day: int) -> str:
        """The workstation's address on `day` (days since 1970): laptops swap theirs at midnight UTC, as leases do."""
        if not person.laptop:
            return person.workstation.ip
        return self._laptop_ips[(self._laptop_rank[person.index] + 7 * day) % len(self._laptop_ips)]
