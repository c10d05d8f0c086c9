"""ECS documents → nested records: some exporters write ``"event.action"`` as one key, ECS means the nested form."""

from collections.abc import Mapping

from hodoscope.soc.normalise.interface import Parsed
from hodoscope.soc.normalise.json_cells import Record
from hodoscope.soc.normalise.json_parser import JsonParser
from hodoscope.soc.record import RawBatch


class EcsParser:
    """Parser of ECS documents, one per record; dotted keys are nested, other keys stay."""

    def parse(self, batch: RawBatch, options: Mapping[str, str]) -> Parsed:
        return JsonParser(change=_as_ecs).parse(batch, options)


def _as_ecs(record: Record) -> None:
    source = record.get("_source")  # as a search answers
    if type(source) is dict and "@timestamp" in source:
        del record["_source"]
        record.update(source)
    nest(record)


def nest(record: Record) -> None:
    """Dotted keys become objects in place; a key whose way is taken by a value stays as it is."""
    for key in [key for key in record if "." in key]:
        *way, last = key.split(".")
        node: Record = record
        for name in way:
            below = node.setdefault(name, {})
            if type(below) is not dict:
                break
            node = below
        else:
            if last not in node:
                node[last] = record.pop(key)
