"""The kinds of event that a store holds."""

from typing import cast

from hodoscope.soc.sigma.interface import KIND_COLUMNS, KindKey
from hodoscope.soc.storage.interface import EventStore


def stored_kinds(store: EventStore, tenant: str) -> list[KindKey]:
    """Every kind of a tenant's events, sorted. Reads five dictionary columns: 10 million events take about a second."""
    columns = ", ".join(f"toString({name}) AS {name}" for name in KIND_COLUMNS)
    names = ", ".join(KIND_COLUMNS)
    found = store.query(
        f"SELECT {columns} FROM events WHERE tenant_id = {{tenant:String}} GROUP BY {names} ORDER BY {names}",
        {"tenant": tenant},
    )
    return [cast("KindKey", tuple(str(row[name]) for name in KIND_COLUMNS)) for row in found.to_pylist()]
