"""pySigma's own condition trees as the judge of ours, over the real corpus."""

import zipfile
from pathlib import Path

from sigma.conditions import ConditionAND, ConditionFieldEqualsValueExpression, ConditionNOT, ConditionOR  # noqa: TID251 -- the judge
from sigma.rule import SigmaRule  # noqa: TID251 -- the judge

from hodoscope.soc.data_files import strict_yaml
from hodoscope.soc.sigma.load.combine import all_of, any_of, not_of
from hodoscope.soc.sigma.load.parse import Translator
from hodoscope.soc.sigma.rule import Node

EVERY = 12
"""All rules agreed when this was written; pySigma takes milliseconds for each."""
OURS = Translator()


def test_conditions_are_those_that_pysigma_reads(shared_data: Path) -> None:
    """Precedence, selectors, linking of lists and maps: written by us after the specification, equal to pySigma's."""
    agreed = 0
    with zipfile.ZipFile(shared_data / "soc" / "sigma_rules" / "rules.zip") as archive:
        for name in [name for name in archive.namelist() if name.endswith(".yml")][::EVERY]:
            content = strict_yaml(archive.read(name).decode())
            assert isinstance(content, dict)
            if "|expand" not in str(content):
                judge = SigmaRule.from_dict(content)
                trees = [condition.parsed for condition in judge.detection.parsed_condition]
                assert any_of(map(translated, trees)) == OURS.rule(content).condition, name
                agreed += 1
    assert agreed > 300


def translated(tree: object) -> Node:
    """A pySigma tree in our words; values are translated by the loader itself."""
    match tree:
        case ConditionAND():
            return all_of(map(translated, tree.args))
        case ConditionOR():
            return any_of(map(translated, tree.args))
        case ConditionNOT():
            return not_of(translated(tree.args[0]))
        case ConditionFieldEqualsValueExpression():
            return OURS.value(tree.field, tree.value)
    return OURS.value("", tree.value)  # type: ignore[attr-defined]  # a keyword: all that is left
