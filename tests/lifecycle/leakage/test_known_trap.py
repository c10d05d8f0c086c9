"""The trap that is known of a public data set is found in it."""

import csv
import gzip

import numpy as np
import pytest
from tests.support.shared_data import SKIPPED, find_shared_data

from hodoscope.lifecycle.features import Features
from hodoscope.lifecycle.leakage.leak import LeakKind
from hodoscope.lifecycle.leakage.scan import find_leaks

DATA = find_shared_data()


@pytest.mark.skipif(DATA is None, reason=SKIPPED)
def test_the_destination_port_of_iotid20_is_reported() -> None:
    """It predicts alone (.81 as a number) and is named like what it is; so are flow id and time stamp."""
    assert DATA is not None
    with gzip.open(DATA / "soc/net_drift_cicids_iotid20/IoT_2020_b_0.01_fs.csv.gz", "rt", encoding="utf-8") as file:
        names, *rows = csv.reader(file)
    values = np.array(rows, np.float64)
    report = find_leaks(
        Features(tuple(names[:-1]), values[:, :-1]), values[:, -1].astype(np.int64), ("benign", "attack")
    )
    identifiers = {leak.where for leak in report.leaks if leak.kind == LeakKind.IDENTIFIER}
    assert {"Dst_Port", "Flow_ID", "Timestamp"} <= identifiers
    port = next(score for score in report.scores if score.column == "Dst_Port")
    assert round(port.separation, 2) == 0.81
    assert {leak.kind for leak in report.leaks} == {LeakKind.IDENTIFIER}
