"""Loading packs: the real corpus, one bad document among good ones, the cache."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from hodoscope.errors import InputError
from hodoscope.soc.sigma.load.rules import load_rules
from hodoscope.soc.sigma.rule import Leaf, LogSource, Match

GOOD = """\
title: Whoami
id: 929a690e-bef0-4204-a928-ef5e620d6fcc
logsource: {product: windows, category: process_creation}
detection:
    selection:
        Image|endswith: '\\whoami.exe'
    condition: selection
level: high
author: Somebody
tags: [attack.discovery, attack.t1033]
"""


def test_every_document_of_the_real_corpus_is_a_rule_or_a_counted_refusal(shared_data: Path, tmp_path: Path) -> None:
    """Only placeholders that nobody gave a value keep a document out; the second load is the cached one and equal."""
    corpus = shared_data / "soc" / "sigma_rules" / "rules.zip"
    rules = load_rules([corpus], cache=tmp_path)
    assert (len(rules.rules), len(rules.unsupported)) == (3_755, 25)
    assert Counter(refused.reason for refused in rules.unsupported) == {"placeholder without value": 25}
    assert all(rule.author and rule.title and rule.path and rule.line for rule in rules.rules)
    assert load_rules([corpus], cache=tmp_path) == rules


def test_a_rule_keeps_what_it_says_about_itself(tmp_path: Path) -> None:
    """Author (the licence asks for it), techniques, place in the pack."""
    (tmp_path / "pack" / "windows").mkdir(parents=True)
    (tmp_path / "pack" / "windows" / "whoami.yml").write_text(f"# comment\n---\n{GOOD}", encoding="utf-8")
    (rule,) = load_rules([tmp_path / "pack"]).rules
    assert rule.condition == Leaf("Image", Match.ENDSWITH, "\\whoami.exe")
    assert rule.logsource == LogSource("windows", "process_creation")
    assert (rule.author, rule.attack, rule.level) == ("Somebody", ("T1033",), "high")
    assert (rule.pack, rule.path, rule.line) == ("pack", "windows/whoami.yml", 3)


def test_a_bad_document_loses_no_other_of_its_file(tmp_path: Path) -> None:
    """Broken YAML, no Sigma, and an unknown modifier between two good rules; each told with its line and a remedy."""
    other = GOOD.replace("6fcc", "6fcd").replace("Whoami", "Other")
    wrong = GOOD.replace("6fcc", "6fce").replace("endswith", "endwith")
    text = f"{GOOD}---\ntitle: [broken\n---\n# comment\njust: text\n---\n{wrong}---\n{other}"
    (tmp_path / "many.yml").write_text(text, encoding="utf-8")
    rules = load_rules([tmp_path / "many.yml"])
    assert [rule.title for rule in rules.rules] == ["Whoami", "Other"]
    assert [refused.reason for refused in rules.unsupported] == ["yaml", "not a Sigma document", "modifier: unknown"]
    assert "Did you mean 'endswith'?" in rules.unsupported[2].remedy
    named = [text.splitlines()[refused.line - 1].strip() for refused in rules.unsupported]
    assert named == ["---", "just: text", "Image|endwith: '\\whoami.exe'"]


def test_the_second_rule_with_an_id_is_refused_and_names_the_first(tmp_path: Path) -> None:
    """Two packs may bring the same rule; the earlier pack wins."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rule.yml").write_text(GOOD, encoding="utf-8")
    rules = load_rules([tmp_path / "b", tmp_path / "a"])
    assert [rule.pack for rule in rules.rules] == ["b"]
    assert [refused.reason for refused in rules.unsupported] == ["duplicate id"]
    assert "b: rule.yml:1" in rules.unsupported[0].remedy


def test_a_changed_source_is_another_digest_and_never_the_old_rules(tmp_path: Path) -> None:
    """Same size, same name, other text."""
    rule = tmp_path / "rule.yml"
    rule.write_text(GOOD, encoding="utf-8")
    before = load_rules([rule], cache=tmp_path / "cache")
    rule.write_text(GOOD.replace("high", "low "), encoding="utf-8")
    after = load_rules([rule], cache=tmp_path / "cache")
    assert before.digest != after.digest
    assert [found.level for found in (*before.rules, *after.rules)] == ["high", "low"]


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-9], lambda data: b"", lambda data: data[:50] + b"x" + data[51:]]
)
def test_a_damaged_cache_is_rebuilt_silently(tmp_path: Path, damage: object) -> None:
    """Cut off, emptied, one byte changed."""
    rule = tmp_path / "rule.yml"
    rule.write_text(GOOD, encoding="utf-8")
    before = load_rules([rule], cache=tmp_path / "cache")
    (kept,) = (tmp_path / "cache").glob("*.rules")
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))  # type: ignore[operator]  # parametrised
    assert load_rules([rule], cache=tmp_path / "cache") == before
    assert kept.read_bytes() == whole


def test_cached_rules_load_without_pysigma(tmp_path: Path) -> None:
    """Its import alone would take longer than they do."""
    rule = tmp_path / "rule.yml"
    rule.write_text(GOOD, encoding="utf-8")
    load_rules([rule], cache=tmp_path / "cache")
    script = """
import pathlib, sys
from hodoscope.soc.sigma.load.rules import load_rules
print(len(load_rules([sys.argv[1]], cache=pathlib.Path(sys.argv[2])).rules), "sigma" in sys.modules)
"""
    arguments = [sys.executable, "-c", script, str(rule), str(tmp_path / "cache")]
    run = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["1", "False"]


def test_a_missing_pack_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    """Unlike a bad document: without its pack nothing works as the operator asked."""
    with pytest.raises(InputError, match="check the path"):
        load_rules([tmp_path / "nowhere"])
    (tmp_path / "notes.txt").write_text("no rules", encoding="utf-8")
    with pytest.raises(InputError, match="give a folder"):
        load_rules([tmp_path / "notes.txt"])


def test_events_beside_a_rule_are_no_rule(tmp_path: Path) -> None:
    """``NAME.tests.yml`` lies in the same folder and is left out without a word."""
    (tmp_path / "whoami.yml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "whoami.tests.yml").write_text("format: windows_json\n", encoding="utf-8")
    rules = load_rules([tmp_path])
    assert (len(rules.rules), rules.unsupported) == (1, ())
