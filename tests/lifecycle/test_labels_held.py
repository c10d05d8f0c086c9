"""Wrong and poisoned labels are held back, right ones are not."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from examples.learn_regions import CONFIG, SHEET, RegionsTask, draw

from hodoscope.errors import InputError
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.retrain.labels.authors import author_figures
from hodoscope.lifecycle.retrain.labels.contradictions import contradictions
from hodoscope.lifecycle.retrain.labels.label_check import LabelReport, check_labels
from hodoscope.lifecycle.retrain.labels.label_plan import LabelPlan
from hodoscope.lifecycle.retrain.labels.neighbours import agreement
from hodoscope.lifecycle.retrain.labels.new_labels import new_labels
from hodoscope.lifecycle.task_config import TaskConfig

PLAN = LabelPlan(labelled_at="at", item="item", author="analyst")
OLD = draw(1200, 1)
GATE = TaskConfig.from_toml(CONFIG, "regions.toml").gate
CHAMPION = RegionsTask().train(Dataset(OLD, SHEET), 0)
LEARNED = "2026-01-01T00:00:00+00:00"


def report(*tables: pa.Table, plan: LabelPlan = PLAN) -> tuple[LabelReport, Dataset]:
    """Check new tables beside the old one."""
    dataset = Dataset(pa.concat_tables([OLD, *tables]), SHEET)
    found = new_labels(dataset, plan, LEARNED if plan.labelled_at else "")
    return check_labels(RegionsTask(), dataset, found, CHAMPION, plan, GATE, 0), dataset


def held_of(checked: LabelReport, dataset: Dataset, analyst: str) -> float:
    """Share of an analyst's new labels that are held."""
    names = np.array(dataset.table.column("analyst").to_pylist())
    rows = np.flatnonzero((names == analyst) & (np.arange(len(names)) >= OLD.num_rows))
    return float(np.isin(rows, checked.rows).mean())


def test_honest_labels_are_learned() -> None:
    """Of two analysts who label as the old ones did, few single labels are held and no author."""
    checked, dataset = report(draw(300, 2, 5, "grace"), draw(300, 3, 5, "lin"))
    assert checked.new == 600
    assert held_of(checked, dataset, "grace") < 0.1
    assert held_of(checked, dataset, "lin") < 0.1
    assert not any(reason.startswith(("author", "learning")) for reason in checked.held)


def test_an_author_who_flips_labels_is_held_whole() -> None:
    """The others' labels are learned."""
    checked, dataset = report(draw(300, 2, 5, "grace"), draw(300, 3, 5, "lin"), draw(200, 4, 5, "mallory", flipped=0.8))
    assert held_of(checked, dataset, "mallory") == 1
    assert held_of(checked, dataset, "grace") < 0.1
    assert checked.authors["mallory"].low > checked.authors["mallory"].others + PLAN.author_excess


def test_labels_that_do_harm_are_held_even_when_authors_are_unknown() -> None:
    """Learning them is tried and measured on old held-out rows."""
    lenient = replace(PLAN, author="", neighbour_agreement=0.0)
    checked, _ = report(draw(1500, 4, 5, "mallory", flipped=1.0), plan=lenient)
    assert checked.influence["the new labels"].high < 0
    assert "learning from the new labels lowers auc" in checked.held
    assert "author: no column" in checked.left_out


def test_a_contradiction_to_an_earlier_label_is_held() -> None:
    """The same item with another label; the same label again is fine."""
    first = OLD.slice(0, 2)
    again = first.set_column(first.column_names.index("at"), "at", draw(2, 9, 5).column("at"))
    wrong = "good" if first.column("label")[0].as_py() == "bad" else "bad"
    other = pa.array([wrong, first.column("label")[1].as_py()])
    checked, _ = report(again.set_column(first.column_names.index("label"), "label", other))
    assert checked.held["contradicts an earlier label"].tolist() == [OLD.num_rows]


def test_contradictions_follow_the_old_label_or_hold_all() -> None:
    """Items 0: old label decides; 1: two new ones disagree; 2: old ones disagree, new ones agree; 3: alone."""
    items = np.array([0, 0, 0, 1, 1, 2, 2, 2, 3])
    labels = np.array([1, 0, 1, 0, 1, 0, 1, 1, 0])
    new = np.array([0, 1, 1, 1, 1, 0, 0, 1, 1], bool)
    assert np.flatnonzero(contradictions(items, labels, new)).tolist() == [1, 3, 4]


def test_without_anything_new_nothing_is_checked() -> None:
    """The first training, and data that tells no times."""
    checked, _ = report(plan=LabelPlan())
    assert (checked.new, checked.rows.tolist()) == (0, [])
    assert checked.left_out == ("labelled_at: no column", "item: no column", "author: no column")


def test_a_plan_that_names_a_missing_column_is_an_error() -> None:
    """With the columns there are."""
    with pytest.raises(InputError, match=r"retrain\.labels\.author: 'annotator' is no column"):
        report(plan=replace(PLAN, author="annotator"))
    with pytest.raises(InputError, match="holds no times"):
        report(plan=replace(PLAN, labelled_at="region"))


def test_many_honest_authors_do_not_look_guilty_by_chance() -> None:
    """200 authors with 20 labels each and the same error rate of one in ten: nobody stands out."""
    random = np.random.default_rng(0)
    figures = author_figures(np.repeat(np.arange(200), 20), random.random(4000) < 0.1)
    assert not any(one.low - one.others > 0.1 for one in figures.values())


def test_agreement_needs_enough_old_rows() -> None:
    """With three old rows nothing is said about the new ones."""
    dataset = Dataset(pa.concat_tables([OLD.slice(0, 3), draw(5, 2, 5)]), SHEET)
    new = np.arange(8) >= 3
    assert np.isnan(agreement(RegionsTask().features(dataset, {}), dataset.labels()[0], new, 15, 0)).all()


def test_a_report_has_a_form_in_json() -> None:
    """Counts, rows, authors and influence."""
    checked, _ = report(draw(60, 4, 5, "mallory", flipped=1.0))
    document = checked.to_json()
    assert document["new"] == 60
    assert set(document) == {"new", "held", "authors", "influence", "left_out"}
