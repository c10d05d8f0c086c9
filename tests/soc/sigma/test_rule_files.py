"""Which rules run, and whether their files changed."""

import os
from pathlib import Path

from hodoscope.soc.sigma.rule_files import RuleFiles

RULE = """\
title: Anything
id: 7f4cf0a1-6a33-4d7c-9d0c-6a8b0b0f5a11
logsource: {product: windows, category: process_creation}
detection: {selection: {Image: x}, condition: selection}
level: low
"""
TUNING = """\
- rule: 7f4cf0a1-6a33-4d7c-9d0c-6a8b0b0f5a11
  severity: high
  owner: ana@corp.example
  reason: matters here
"""


def test_packs_stand_beside_the_shipped_rules(tmp_path: Path) -> None:
    """Unless those are left out; tuning applies to all."""
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "any.yml").write_text(RULE, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(TUNING, encoding="utf-8")
    files = RuleFiles((str(tmp_path / "pack"),), tmp_path / "rules.yaml", tmp_path / "cache")
    both = files.load()
    assert both.packs == ("detections", "pack")
    assert len(both.rules) > 40
    own = RuleFiles(files.packs, files.tuning, files.cache, shipped=False)
    assert [(rule.title, rule.level) for rule in own.load().rules] == [("Anything", "low")]
    assert [(rule.title, rule.level) for rule in own.tune(own.load()).rules.rules] == [("Anything", "high")]


def test_a_change_is_seen(tmp_path: Path) -> None:
    """Edited, added, removed, and the tuning; an untouched folder is equal."""
    pack, tuning = tmp_path / "pack", tmp_path / "rules.yaml"
    pack.mkdir()
    tuning.write_text(TUNING, encoding="utf-8")
    files = RuleFiles((str(pack), "https://rules.example/pack.zip#sha256=00"), tuning)
    stamps = [files.stamp()]
    assert files.stamp() == stamps[0]
    for name, text in (("a.yml", RULE), ("a.yml", RULE + "\n"), ("b.yml", RULE)):
        (pack / name).write_text(text, encoding="utf-8")
        stamps.append(files.stamp())
    (pack / "b.yml").unlink()
    os.utime(tuning, (1, 1))
    stamps.append(files.stamp())
    assert len(set(stamps)) == len(stamps)
