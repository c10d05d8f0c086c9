"""Progress goes to standard error, silently when nobody watches."""

import pytest

from hodoscope.cli.progress import DetectProgress, HuntBar, IngestProgress
from hodoscope.soc.detection import DetectSummary
from hodoscope.soc.ingestion import IngestSummary
from hodoscope.soc.sigma.hunting.hunt import HuntProgress
from tests.soc.sources.memory_source import source_of


@pytest.mark.parametrize("quiet", [True, False])
def test_standard_output_stays_clean(quiet: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """Machine-readable output is never mixed with progress."""
    source = source_of(b"a\nb\n")
    with IngestProgress(source.size, quiet=quiet) as shown:
        shown.source(source)
        for _ in source.read(0, 1, 100):
            shown.stored(source, IngestSummary(records=1))
        shown.stored(None, IngestSummary(records=2))
    with DetectProgress(10, quiet=quiet) as told:
        told(DetectSummary(events=10, findings=1))
    with HuntBar(quiet=quiet) as hunt:
        hunt(HuntProgress(events=5, total=10, hits=1))
    assert capsys.readouterr().out == ""
