"""The operator's alias table: every spelling of a known user or machine, and the id it stands for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hodoscope.soc.enrich.leases import LeaseTable
from hodoscope.soc.enrich.records import Asset, Identity
from hodoscope.soc.entity import UserName, address_id, clean, host_label, mac_digits, parse_sid, parse_user, user_id


@dataclass(frozen=True, slots=True)
class AliasTable:
    """Frozen. Spellings not listed fall back to the canonical rules of :mod:`hodoscope.soc.entity`.

    ``users`` keys: SID, UPN, e-mail, ``domain\\name`` and, where only one person has it, the bare name. ``hosts`` keys:
    label, FQDN, 12-digit MAC and ``ip:`` id of a fixed address. ``domain_free`` holds bare names the operator listed
    without a domain: they hold in every domain but a machine's own. ``suffixes`` are the operator's DNS domains.
    """

    users: Mapping[str, str] = field(default_factory=dict)
    domain_free: frozenset[str] = frozenset()
    hosts: Mapping[str, str] = field(default_factory=dict)
    suffixes: frozenset[str] = frozenset()
    leases: LeaseTable = field(default_factory=LeaseTable)

    def host(self, text: str) -> str:
        """``host:`` id of a machine name in any spelling; empty when it names no machine (an address, localhost)."""
        name = clean(text).rstrip(".")
        if name in self.hosts:
            return self.hosts[name]
        label = host_label(name, self.suffixes)
        return self.hosts.get(label) or (f"host:{label}" if label else "")

    def mac(self, text: str) -> str:
        """``host:`` id of a listed MAC address, else empty: an unlisted one names no machine we could show."""
        return self.hosts.get(mac_digits(text), "")

    def needs_place(self, user: UserName) -> bool:
        """Whether the reporting machine (or cloud account) decides who this is."""
        return user.local or bool(user.domain and user.name in self.domain_free)

    def user(self, user: UserName, email: str, place: str) -> str:
        """``user:`` (or, for a machine account, ``host:``) id; empty for nobody. ``email`` is clean, ``place`` a bare
        name.

        Order of trust: SID, ``domain\\name``, bare name, e-mail. A bare name does not reach into a machine's own
        domain: ``WS01\\bob`` is not the company's bob.
        """
        if user.machine:
            return self.host(user.machine)
        if user.sid in self.users:
            return self.users[user.sid]
        if not user.name:
            return self.users.get(email) or (f"user:{email}" if "@" in email else user_id(user, place))
        known = None if user.local else self.users.get(user.qualified) or self._person(user, place)
        if known:
            return known
        if email in self.users:
            return self.users[email]
        if "@" in email and not user.domain and "@" not in user.name:
            return f"user:{email}"
        return user_id(user, place)

    def _person(self, user: UserName, place: str) -> str | None:
        name, at, realm = user.name.partition("@")
        if name not in self.domain_free:
            return None
        if at:
            return self.users.get(name) if realm in self.suffixes else None
        machine = user.domain == place or f"host:{user.domain}" == self.hosts.get(user.domain)
        return None if user.domain and machine else self.users.get(name)


def build_aliases(assets: Iterable[Asset], identities: Iterable[Identity], leases: LeaseTable) -> AliasTable:
    """Join machines and people into one table; a bare name of two people stands for neither."""
    hosts, suffixes = _host_aliases(list(assets))
    users: dict[str, str] = {}
    bare: dict[str, set[str]] = {}
    domain_free: set[str] = set()
    for row in identities:
        person, entity = parse_user(row.user), identity_entity(row)
        for key in (person.qualified, clean(row.upn), clean(row.email), parse_sid(row.sid)):
            if key:
                users.setdefault(key, entity)
        bare.setdefault(person.name, set()).add(entity)
        if not person.domain:
            domain_free.add(person.name)
    for name, entities in bare.items():
        if len(entities) == 1:
            users.setdefault(name, next(iter(entities)))
    return AliasTable(users, frozenset(domain_free), hosts, suffixes, leases)


def _host_aliases(assets: list[Asset]) -> tuple[dict[str, str], frozenset[str]]:
    hosts: dict[str, str] = {}
    suffixes: set[str] = set()
    for asset in assets:
        entity = asset_entity(asset)
        name, fqdn = clean(asset.host).rstrip("."), clean(asset.fqdn).rstrip(".")
        for key in (name, entity.removeprefix("host:"), fqdn, mac_digits(asset.mac), address_id(asset.ip)):
            if key:
                hosts.setdefault(key, entity)
        suffixes.add(fqdn.partition(".")[2])
    return hosts, frozenset(suffixes - {""})


def asset_entity(asset: Asset) -> str:
    """The ``host:`` id of an asset row: its ``host`` column as written, by the rules for machine names."""
    return f"host:{host_label(asset.host) or clean(asset.host)}"


def identity_entity(identity: Identity) -> str:
    """The ``user:`` id of an identity row: its ``user`` column as written, by the rules for user names."""
    return f"user:{parse_user(identity.user).qualified}"
