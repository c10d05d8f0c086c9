"""Small rule files for tests."""

from pathlib import Path

from hodoscope.soc.sigma.load.rules import load_rules
from hodoscope.soc.sigma.rule import RuleSet

IDS = {name: f"00000000-0000-4000-8000-00000000000{number}" for number, name in enumerate("abcdefgh")}


def rule(name: str, selection: str = "Image: x", logsource: str = "product: windows") -> str:
    """A rule document called ``name`` (one letter) with an id of its own."""
    return f"""\
title: Rule {name}
id: {IDS[name]}
name: {name}
logsource: {{{logsource}}}
detection:
    selection:
        {selection}
    condition: selection
level: low
"""


def loaded(folder: Path, *documents: str, pipeline: str = "", placeholders: str = "") -> RuleSet:
    """The rule set of one file with these documents."""
    folder.mkdir(exist_ok=True)
    (folder / "rules.yml").write_text("---\n".join(documents), encoding="utf-8")
    extra = {}
    for name, text in (("pipelines", pipeline), ("placeholders", placeholders)):
        if text:
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
            extra[name] = [folder / f"{name}.txt"]
    return load_rules(
        [folder / "rules.yml"], pipelines=extra.get("pipelines", ()), placeholders=extra.get("placeholders", ())
    )
