"""The main path from raw lines to an explained finding, and what the journal remembers of it."""

from pathlib import Path

from tests.support.pipeline import detect, fresh_pipeline, guessing, ingest


def test_raw_lines_become_an_explained_finding(tmp_path: Path) -> None:
    """Guessing that succeeds is found, with evidence that leads back to the raw lines."""
    log = tmp_path / "auth.log"
    log.write_text(guessing(range(5), ok_at=6))
    with fresh_pipeline() as pipeline:
        ingest(pipeline, log)
        detect(pipeline)
        found = pipeline.store.findings(tenant="default")
        assert {"brute_force", "success_after_failures"} & {finding.detector for finding in found}
        for finding in found:
            assert finding.explanation
            assert finding.how_to_check
            again = pipeline.store.query(f"SELECT raw FROM events WHERE {finding.where}").column("raw").to_pylist()
            assert len(again) >= finding.event_count > 0
            assert all(str(line) in log.read_text() for line in again)


def test_every_run_is_in_the_journal(tmp_path: Path) -> None:
    """Kind, end and counts, newest first."""
    log = tmp_path / "auth.log"
    log.write_text(guessing(range(1)))
    with fresh_pipeline() as pipeline:
        ingest(pipeline, log)
        detect(pipeline)
        runs = pipeline.journal.runs()
        assert [run.kind for run in runs] == ["detect", "ingest"]
        assert all(run.finished is not None for run in runs)
        assert runs[1].counts["stored"] == 20


def test_tenants_do_not_see_each_other(tmp_path: Path) -> None:
    """Events and findings belong to the tenant that brought them."""
    log = tmp_path / "auth.log"
    log.write_text(guessing(range(5), ok_at=6))
    with fresh_pipeline() as pipeline:
        ingest(pipeline, log)
        detect(pipeline)
        assert pipeline.store.findings(tenant="default")
        assert pipeline.store.findings(tenant="other") == []
        assert pipeline.store.counts(tenant="other").events == 0
