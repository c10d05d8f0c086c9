"""AIT alert files as one table: Wazuh, Suricata and AMiner alerts of simulated companies under attack."""

import gzip
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from hodoscope.errors import InputError
from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.datasheet import AllowedUse, Datasheet

NO_STEP = "-"
SHEET = Datasheet(
    name="alerts_ait_ads",
    source="AIT Alert Data Set",
    licence="repository GPL-3.0; licence of the published record not confirmed",
    allowed_use=AllowedUse.EVALUATE_ONLY,
    label_schema="attack step by alert; '-' is none",
    label_quality="by construction of the exercise; some alerts in an attack's window are labelled '-'",
    split_rule="leave one scenario out; first alerts of signature, address and ten minutes",
    known_trap="a scan is most of the alerts; pooled figures hide the steps; the attack comes late in every scenario",
    label="step",
    group="group",
    time="time_us",
    identifiers=("address", "host"),
)


def read_alerts(data: Path) -> Dataset:
    """Every ``soc/alerts_ait_ads/*.csv.gz``; the file's name is the scenario. Raises ``InputError`` without files."""
    paths = sorted((data / "soc" / "alerts_ait_ads").glob("*.csv.gz"))
    if len(paths) < 3:
        raise InputError(f"{data}: {len(paths)} files soc/alerts_ait_ads/*.csv.gz; at least three scenarios are needed")
    return Dataset(pa.concat_tables([_scenario(path) for path in paths]), SHEET)


def _scenario(path: Path) -> pa.Table:
    text = gzip.decompress(path.read_bytes())
    names = ("name", "ip", "host", "event_label")
    options = pa_csv.ConvertOptions(column_types={"time": pa.float64(), **dict.fromkeys(names, pa.string())})
    table = pa_csv.read_csv(io.BytesIO(text), convert_options=options)
    return pa.table(
        {
            "time_us": pc.cast(pc.multiply(table["time"], 1e6), pa.int64(), safe=False),
            "signature": table["name"],
            "address": table["ip"],
            "host": table["host"],
            "group": pa.array([path.name.removesuffix(".csv.gz")] * table.num_rows),
            "step": table["event_label"],
        }
    )
