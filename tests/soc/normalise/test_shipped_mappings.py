"""Every format that detection can name can also be read."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.normalise.engine import Normaliser
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.publish.ecs_values import DERIVED
from hodoscope.soc.publish.ocsf_event import ocsf_events
from hodoscope.soc.record import RawBatch
from hodoscope.soc.sources.detect import FORMATS

JSON_FORMATS = sorted(name for name, mapping in shipped_mappings().items() if mapping.parser in ("json", "windows"))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)


def test_every_detectable_format_has_a_mapping() -> None:
    """A format name without a mapping file would turn a whole file into dead letters."""
    assert shipped_mappings().keys() >= FORMATS


@pytest.mark.parametrize("name", sorted(shipped_mappings()))
def test_what_the_ecs_export_takes_from_unmapped_is_kept_there(name: str) -> None:
    """A column that reads a vendor field takes it out of ``unmapped``; a derived name is one the export knows."""
    for rule in shipped_mappings()[name].rules:
        sources = {source for sources in rule.ecs.values() for source in sources if "." in source}
        held = {f"unmapped.{path}" for path in rule.used}
        assert sorted(sources & held) == [], rule.name
        assert sorted(s for s in sources if not s.startswith("unmapped.") and s not in DERIVED) == [], rule.name


def _paths(name: str) -> list[str]:
    mapping = shipped_mappings()[name]
    used = set().union(*(rule.used for rule in mapping.rules), {c.path for rule in mapping.rules for c in rule.when})
    return sorted(path for path in used if "[" not in path and "\\" not in path)


@pytest.mark.parametrize("name", JSON_FORMATS)
@given(data=st.data())
def test_no_value_in_a_known_field_costs_the_event(name: str, data: st.DataObject) -> None:
    """Whatever stands where the vendor writes text (numbers, lists, objects, null), the event is kept and exported."""
    value = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(max_size=4), SCALARS, max_size=2)
    record: dict[str, object] = {}
    for path in data.draw(st.lists(st.sampled_from(_paths(name)), max_size=8)):
        node = record
        *steps, last = path.split(".")
        for step in steps:
            child = node.setdefault(step, {})
            node = child if isinstance(child, dict) else {}
        node[last] = data.draw(value)
    raw = orjson.dumps(record, option=orjson.OPT_PASSTHROUGH_DATETIME, default=str) if _fits(record) else b"{}"
    result = Normaliser(shipped_mappings()[name], "default").normalise(RawBatch("0" * 32, "test", name, [raw], [0], 1))
    assert not result.skipped
    assert result.events.num_rows == 1
    assert len(list(ocsf_events(result.events))) == 1


def _fits(record: dict[str, object]) -> bool:
    try:
        orjson.dumps(record)
    except (TypeError, UnicodeEncodeError):
        return False
    return True
