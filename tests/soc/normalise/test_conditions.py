"""The chooser on distinct values gives what a plain loop over records would."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.normalise.conditions import Chooser, compile_condition
from hodoscope.soc.normalise.json_fields import fields_of

WORDS = st.sampled_from(["a", "b", "ab", "", "abc"])
RECORDS = st.lists(
    st.dictionaries(st.sampled_from(["x", "y", "z"]), st.one_of(WORDS, st.none(), st.integers(0, 2))), max_size=30
)
NODES = st.one_of(
    WORDS.filter(bool),
    st.lists(WORDS.filter(bool), min_size=1, max_size=2),
    st.fixed_dictionaries({"prefix": WORDS.filter(bool)}),
    st.fixed_dictionaries({"contains": WORDS.filter(bool)}),
    st.fixed_dictionaries({"exists": st.booleans()}),
    st.fixed_dictionaries({"not": WORDS.filter(bool)}),
)
RULES = st.lists(st.dictionaries(st.sampled_from(["x", "y", "z"]), NODES, max_size=2), min_size=1, max_size=5)


@given(RECORDS, RULES)
def test_the_chooser_equals_a_loop_over_records(
    records: list[dict[str, object]], rules: list[dict[str, object]]
) -> None:
    """Each record appears once, in a group whose chain holds exactly the rules that match it, in order."""
    compiled = [tuple(compile_condition(path, node, "test") for path, node in rule.items()) for rule in rules]
    groups = Chooser(compiled).choose(fields_of(records))
    assert sorted(np.concatenate([rows for _, rows in groups]).tolist() if groups else []) == list(range(len(records)))
    for chain, rows in groups:
        for row in rows.tolist():
            texts = {key: None if value in (None, "") else str(value) for key, value in records[row].items()}
            expected = [i for i, rule in enumerate(compiled) if all(c.test(texts.get(c.path)) for c in rule)]
            assert list(chain) == expected
