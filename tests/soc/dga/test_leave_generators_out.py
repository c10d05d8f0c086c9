"""No generator, and no name, on both sides."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from hodoscope.errors import InputError
from hodoscope.lifecycle.dataset import ORIGIN
from hodoscope.soc.dga.learn import MOST_PER_GENERATOR
from hodoscope.soc.dga.leave_generators_out import Plan, plan
from hodoscope.soc.dga.name_lists import read_names


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    lines = [
        f"g{g}n{n}.com,dga,family{g},{source}" for g in range(12) for n in range(9) for source in ("baderj", "dds")
    ]
    lines += [f"big{n}.com,dga,family0,dds" for n in range(MOST_PER_GENERATOR + 50)]
    lines += [f"shared.com,dga,family{g},baderj" for g in range(12)]
    lines += [f"chosen{n}.com,benign,top,alexa" for n in range(20)]
    lines += ["chosen1.net,benign,random,opendns_random", "other.com,benign,random,opendns_random"]
    path = tmp_path_factory.mktemp("names") / "domains.csv.gz"
    path.write_bytes(gzip.compress("\n".join(("domain,label,family,source", *lines)).encode()))
    return plan(read_names(path), ["chosen2", ""], seed=1)


def test_generators_and_names_of_the_test_train_nowhere_in_the_fold(split: Plan) -> None:
    """A name that several generators made is taken out of training too."""
    generators, names = np.array(split.column("generator")), np.array(split.column("name"))
    for fold in split.folds:
        assert not set(generators[fold.train]) & set(generators[fold.test])
        assert not set(names[fold.train]) & set(names[fold.test])


def test_every_generated_name_is_tested_once_and_only_shipping_sources_train(split: Plan) -> None:
    """Evaluate-only sources stand in tests alone."""
    origins = np.array(split.column(ORIGIN))
    tested = np.concatenate([fold.test[split.generated[fold.test]] for fold in split.folds])
    assert sorted(tested.tolist()) == np.flatnonzero(split.generated).tolist()
    assert {origin for fold in split.folds for origin in origins[fold.train]} == {"baderj"}


def test_chosen_names_that_are_tested_do_not_train(split: Plan) -> None:
    """Neither those of another source nor those seen in networks."""
    assert "chosen0" in split.chosen
    assert not {"chosen1", "chosen2", "other"} & set(split.chosen)


def test_a_large_generator_is_cut(split: Plan) -> None:
    """At most 300 names of a generator and source."""
    units = list(zip(split.column("generator"), split.column(ORIGIN), strict=True))
    assert units.count(("family0", "dds")) == MOST_PER_GENERATOR


def test_missing_parts_are_an_error(tmp_path: Path) -> None:
    """Without chosen names that only test there is nothing to measure against."""
    path = tmp_path / "domains.csv.gz"
    path.write_bytes(gzip.compress(b"domain,label,family,source\na.com,benign,b,alexa\nxq.com,dga,f,baderj\n"))
    with pytest.raises(InputError, match="needed"):
        plan(read_names(path), [], seed=1)
