"""Everything the operator told us, joined once and frozen: what the enrich step and the findings ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from hodoscope.soc.enrich.aliases import AliasTable, asset_entity, build_aliases, identity_entity
from hodoscope.soc.enrich.codes import Bools, coded_column
from hodoscope.soc.enrich.indicators import IndicatorSet, build_indicators
from hodoscope.soc.enrich.leases import LeaseTable, build_leases
from hodoscope.soc.enrich.ranges import RangeTable, build_ranges
from hodoscope.soc.enrich.records import Lease, Records
from hodoscope.soc.entity import address_id, parse_network


@dataclass(frozen=True)
class Knowledge:
    """Frozen. ``Knowledge()`` knows nothing: entities then follow the canonical rules alone and no indicator
    matches."""

    aliases: AliasTable = field(default_factory=AliasTable)
    indicators: IndicatorSet = field(default_factory=lambda: build_indicators(()))
    scanners: RangeTable = field(default_factory=lambda: build_ranges(()))
    criticalities: Mapping[str, int] = field(default_factory=dict)
    privileged: frozenset[str] = frozenset()

    def criticality(self, entity_id: str) -> int:
        """1 (spare) to 5 (the company stops); 0 when the operator did not say."""
        return self.criticalities.get(entity_id, 0)

    def asset_criticality(self, entity_ids: Iterable[str]) -> int:
        """The highest criticality among a finding's or event's entities; 0 when none is known."""
        return max(map(self.criticality, entity_ids), default=0)

    def is_privileged(self, entity_id: str) -> bool:
        """Whether the operator listed this user as privileged."""
        return entity_id in self.privileged

    def is_scanner(self, addresses: pa.Array | pa.ChunkedArray) -> Bools:
        """Per address (text, any encoding, nulls allowed) whether it is one of the operator's own scanners."""
        column = coded_column(pa.table({"ip": addresses}), "ip")
        if column is None:
            return np.zeros(len(addresses), np.bool_)
        listed = np.zeros(len(column.values) + 1, np.bool_)
        listed[list(self.scanners.find(column.values))] = True
        found: Bools = listed[column.codes]
        return found


def build_knowledge(records: Records) -> tuple[Knowledge, list[tuple[Lease, Lease]]]:
    """Join the rows; also returns the pairs of leases that gave one address to two machines at once."""
    assets = list(records.assets)
    aliases = build_aliases(assets, records.identities, LeaseTable())
    leases, conflicts = build_leases(
        lease._replace(ip=address_id(lease.ip), host=aliases.host(lease.host)) for lease in records.leases
    )
    criticalities: dict[str, int] = {}
    for asset in assets:
        entity = asset_entity(asset)
        criticalities[entity] = max(asset.criticality, criticalities.get(entity, 0))
    knowledge = Knowledge(
        aliases=replace(aliases, leases=leases),
        indicators=build_indicators(records.indicators),
        scanners=build_ranges((parse_network(row.network), n) for n, row in enumerate(records.scanners)),
        criticalities=criticalities,
        privileged=frozenset(identity_entity(row) for row in records.identities if row.privileged),
    )
    return knowledge, conflicts
