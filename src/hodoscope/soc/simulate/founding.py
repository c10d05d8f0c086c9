"""Builds the company from a seed and a head count."""

from hodoscope.soc.simulate import names, software
from hodoscope.soc.simulate.company import OFFICES, Company, Host, Person, ServiceAccount, Website
from hodoscope.soc.simulate.dice import Dice

_SERVERS = (
    Host("SRV-DC01", "10.10.0.10", "Windows Server 2022", "domain controller", 5, "it"),
    Host("SRV-DC02", "10.10.0.11", "Windows Server 2022", "second domain controller", 5, "it"),
    Host("SRV-FS01", "10.10.0.20", "Windows Server 2022", "file server", 4, "it"),
    Host("SRV-SQL01", "10.10.0.30", "Windows Server 2022", "database", 5, "finance"),
    Host("SRV-APP01", "10.10.0.31", "Windows Server 2019", "application server", 4, "operations"),
    Host("SRV-HR01", "10.10.0.32", "Windows Server 2019", "personnel database", 4, "human resources"),
    Host("SRV-BKP01", "10.10.0.40", "Windows Server 2022", "backup server", 5, "it"),
    Host("SRV-PRT01", "10.10.0.50", "Windows Server 2019", "print server", 2, "it"),
    Host("SRV-IIS01", "10.10.1.20", "Windows Server 2022", "portal", 4, "marketing"),
    Host("web01", "10.10.1.10", "Ubuntu 22.04", "web server", 4, "marketing"),
    Host("jump01", "10.10.2.10", "Ubuntu 22.04", "jump host", 4, "it"),
    Host("git01", "10.10.2.20", "Ubuntu 22.04", "source control", 5, "engineering"),
    Host("build01", "10.10.2.21", "Ubuntu 22.04", "build server", 3, "engineering"),
    Host("db01", "10.10.2.30", "Debian 12", "linux database", 4, "engineering"),
    Host("mon01", "10.10.2.40", "Debian 12", "monitoring", 3, "it"),
    Host("scan01", "10.10.5.5", "Debian 12", "vulnerability scanner", 2, "it security"),
)
_SERVICES = (
    ServiceAccount("svc-backup", 1501, "SRV-BKP01", "nightly backup"),
    ServiceAccount("svc-monitor", 1502, "mon01", "health checks"),
    ServiceAccount("svc-sql", 1503, "SRV-SQL01", "database engine"),
    ServiceAccount("svc-deploy", 1504, "SRV-APP01", "software distribution"),
    ServiceAccount("svc-scan", 1505, "scan01", "vulnerability scans"),
)
_WEBSITES = 900
_LAPTOP_SHARE = 0.3


def found(seed: int, users: int) -> Company:
    """A company of `users` people; the same arguments give the same company, whatever is simulated in it."""
    dice = Dice(seed, "company", users)
    websites = _websites(dice)
    people = tuple(_person(dice, index, users, taken) for taken in [set[str]()] for index in range(users))
    visitors = tuple(
        f"198.18.{number // 250}.{number % 250 + 2}" for number in dice.numbers.permutation(20_000)[: 40 * users + 400]
    )
    return Company(people, _SERVERS, _SERVICES, websites, visitors)


def _websites(dice: Dice) -> tuple[Website, ...]:
    pool = [f"198.51.100.{last}" for last in range(2, 250)] + [f"203.0.113.{last}" for last in range(20, 250)]
    pool += [f"192.0.2.{last}" for last in range(2, 120)]
    seen: set[str] = set()
    sites: list[Website] = []
    while len(sites) < _WEBSITES:
        name = "".join(dice.small.sample(names.WORDS, 2)) + "-" + dice.small.choice(names.ENDINGS)
        name = dice.small.choice(("www.", "", "app.", "static.")) + name + dice.small.choice((".example", ".test"))
        if name in seen:
            continue
        seen.add(name)
        addresses = tuple(dice.small.sample(pool, dice.small.randint(1, 3)))
        encrypted = dice.small.random() < 0.88
        sites.append(Website(name, addresses, encrypted, dice.hexadecimal(32), dice.hexadecimal(64)))
    return tuple(sites)


def _person(dice: Dice, index: int, users: int, taken: set[str]) -> Person:
    small = dice.small
    first, last = small.choice(names.FIRST), small.choice(names.LAST)
    user = f"{first}.{last}".lower()
    while user in taken:
        user = f"{first}.{last}{small.randint(2, 10 * users + 99)}".lower()
    taken.add(user)
    department = small.choices(list(software.HEADCOUNT), list(software.HEADCOUNT.values()))[0]
    if index < 2:  # however small the company is, the campaigns need administrators ...
        department = "IT"
    elif index < 4:  # ... and somebody in finance
        department = "Finance"
    elif index < 6:
        department = "Engineering"
    site = OFFICES[0] if index < 6 else small.choices(OFFICES, [office.share for office in OFFICES])[0]
    laptop = index >= 6 and small.random() < _LAPTOP_SHARE
    host = Host(
        f"WS-{index + 1:04d}",
        f"10.{20 + index // 60000}.{index % 60000 // 240}.{index % 240 + 10}",
        "Windows 11" if small.random() < 0.7 else "Windows 10",
        "workstation",
        2 if department in ("Finance", "IT", "Human Resources") else 1,
        department.lower(),
    )
    own = software.BY_DEPARTMENT[department]
    habit = tuple(small.sample(software.EVERYONE, 5)) + own + own
    popular = dice.numbers.zipf(1.35, 60)
    favourites = tuple(int(rank) - 1 for rank in popular if rank <= _WEBSITES)[:25]
    return Person(
        index=index,
        user=user,
        display_name=f"{first} {last}",
        department=department,
        site=site,
        privileged=department == "IT" and (index < 2 or small.random() < 0.3),
        workstation=host,
        laptop=laptop,
        home_ip=f"198.18.{120 + index // 240 % 100}.{index % 240 + 10}",
        arrives=small.gauss(8.6, 0.7),
        leaves=small.gauss(17.4, 0.8),
        programs=habit,
        favourites=favourites + tuple(small.choices(range(_WEBSITES), k=10)),
        browser=small.choice(list(software.AGENTS)),
        ja3=dice.hexadecimal(32),
        travels=index >= 6 and small.random() < 0.02,
    )
