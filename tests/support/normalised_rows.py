"""Records through a shipped mapping, as plain rows: what mapping tests look at."""

from collections.abc import Mapping, Sequence

from hodoscope.soc.data_files import data_dir
from hodoscope.soc.normalise.engine import Normaliser
from hodoscope.soc.normalise.interface import Normalised
from hodoscope.soc.normalise.mapping import load_mapping
from hodoscope.soc.publish.ecs import Document, ecs_documents
from hodoscope.soc.record import RawBatch

Row = dict[str, object]
FILE_TIME = 1_717_243_200.0  # 2024-06-01T12:00Z: the year of stamps without one


def normalised(
    name: str, records: Sequence[str], header: Mapping[str, str] | None = None, path: str = "x.log"
) -> Normalised:
    """The records as one batch of the named format."""
    raw = [record.encode() for record in records]
    batch = RawBatch("0" * 32, path, name, raw, list(range(len(raw))), len(raw), header or {}, modified=FILE_TIME)
    return Normaliser(load_mapping(data_dir("mappings") / f"{name}.yaml"), "default").normalise(batch)


def rows(name: str, *records: str, header: Mapping[str, str] | None = None, path: str = "x.log") -> list[Row]:
    """Rows in the order of the records, without empty values; fails on a dead letter."""
    result = normalised(name, records, header, path)
    assert not result.skipped, [skipped.reason for skipped in result.skipped]
    table = result.events.sort_by("source_position")
    return [
        {key: value for key, value in row.items() if value not in (None, "", []) and key != "raw"}
        for row in table.to_pylist()
    ]


def ecs(name: str, record: str) -> Document:
    """The ECS document of one record, with the mapping's own overrides."""
    mapping = load_mapping(data_dir("mappings") / f"{name}.yaml")
    overrides = {f"{mapping.format}/{rule.name}": rule.ecs for rule in mapping.rules}
    return ecs_documents(normalised(name, [record]).events, overrides)[0]


def unmapped(row: Row) -> dict[str, str]:
    """The vendor fields of a row that no column holds."""
    pairs = row.get("unmapped", [])
    assert isinstance(pairs, list)
    return {str(key): str(value) for key, value in pairs}
