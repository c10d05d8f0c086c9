"""Who looks for the tests of a source file finds them by its name."""

from pathlib import Path

from tests.house.source_tree import PACKAGE, REPOSITORY, python_files

PORTS_AND_PACKAGES = ("__init__", "interface")
ABOUT_EVERYTHING = ("house", "laws", "support", "support_tests")

TESTED_BY: dict[str, str] = {
    # One idea spread over files: the test is named after the idea.
    "__main__.py": "integration/test_faults.py",
    "cli/alert_pages.py": "cli/test_alerts.py",
    "cli/entities.py": "cli/test_alerts.py",
    "cli/entity_pages.py": "cli/test_alerts.py",
    "cli/incident_pages.py": "cli/test_alerts.py",
    "cli/incidents.py": "cli/test_alerts.py",
    "cli/look.py": "cli/test_soc.py",
    "cli/model_keys.py": "cli/test_models.py",
    "cli/model_pages.py": "cli/test_models.py",
    "cli/model_work.py": "cli/test_models.py",
    "cli/options.py": "cli/test_command_page.py",
    "cli/places.py": "cli/test_session.py",
    "cli/rule_pages.py": "cli/test_rules.py",
    "cli/sources.py": "cli/test_session.py",
    **dict.fromkeys(
        (f"lifecycle/compare/{name}.py" for name in ("candidates", "finished_cells", "scores")),
        "lifecycle/compare/test_comparison.py",
    ),
    **dict.fromkeys(
        (f"lifecycle/leakage/{name}.py" for name in ("identifier", "leak", "target_derived")),
        "lifecycle/leakage/test_scan.py",
    ),
    # Every kind of model is held to the same laws.
    **dict.fromkeys(
        (
            f"lifecycle/models/{name}.py"
            for name in (
                "boosting", "linear", "logistic", "mlp", "nearest", "prior", "scaling", "solving", "svm",
            )
        ),
        "lifecycle/models/test_models.py",
    ),
    **dict.fromkeys(
        (f"lifecycle/calibrate/{name}.py" for name in ("isotonic", "one_vs_rest", "platt", "temperature")),
        "lifecycle/calibrate/test_calibrators.py",
    ),
    "lifecycle/retrain/run_folder.py": "lifecycle/test_retrain.py",
    "lifecycle/retrain/shadow.py": "lifecycle/test_retrain.py",
    "forms/corpora/duckduckgo.py": "forms/corpora/test_marked.py",
    "forms/corpora/firefox.py": "forms/corpora/test_marked.py",
    "soc/detectors/beacon_score.py": "soc/detectors/test_beaconing.py",
    "soc/detectors/brute_force.py": "soc/detectors/test_logon_detectors.py",
    "soc/detectors/cloud_history.py": "soc/detectors/test_cloud_keys.py",
    "soc/detectors/cloud_operations.py": "soc/detectors/test_cloud_logging.py",
    "soc/detectors/conclusion.py": "soc/detectors/test_evidence.py",
    "soc/detectors/logons.py": "soc/detectors/test_logon_detectors.py",
    "soc/detectors/novelty_kinds.py": "soc/detectors/test_first_seen.py",
    "soc/detectors/novelty_state.py": "soc/detectors/test_first_seen.py",
    "soc/detectors/parameters.py": "soc/detectors/test_registry.py",
    "soc/detectors/password_spray.py": "soc/detectors/test_logon_detectors.py",
    "soc/detectors/privilege_names.py": "soc/detectors/test_privileged_account.py",
    "soc/detectors/running_attack.py": "soc/detectors/test_logon_detectors.py",
    "soc/detectors/success_after_failures.py": "soc/detectors/test_logon_detectors.py",
    "soc/enrich/codes.py": "soc/enrich/test_match.py",
    "soc/enrich/entities.py": "soc/enrich/test_enrich.py",
    "soc/enrich/knowledge.py": "soc/enrich/test_enrich.py",
    "soc/enrich/parse_rows.py": "soc/enrich/test_operator_files.py",
    "soc/enrich/ranges.py": "soc/enrich/test_match.py",
    "soc/enrich/records.py": "soc/enrich/test_match.py",
    "soc/normalise/auditd_parser.py": "soc/normalise/test_mapping_auditd.py",
    "soc/normalise/ecs_parser.py": "soc/normalise/test_mapping_generic.py",
    "soc/normalise/journald_parser.py": "soc/normalise/test_mapping_syslog.py",
    "soc/normalise/json_rest.py": "soc/normalise/test_json_fields.py",
    "soc/normalise/mapping_files.py": "soc/normalise/test_mapping_errors.py",
    "soc/normalise/parsers.py": "soc/normalise/test_mapping_errors.py",
    "soc/normalise/syslog_parser.py": "soc/normalise/test_mapping_syslog.py",
    "soc/normalise/windows_parser.py": "soc/normalise/test_mapping_windows.py",
    "soc/normalise/windows_xml.py": "soc/normalise/test_mapping_windows.py",
    "soc/normalise/zeek_parser.py": "soc/normalise/test_mapping_zeek.py",
    "soc/publish/ocsf_classes.py": "soc/publish/test_ocsf_event.py",
    "soc/publish/ocsf_objects.py": "soc/publish/test_ocsf_event.py",
    # The simulated company has no outside but its logs and its truth: they are what is tested.
    **dict.fromkeys(
        (
            *(
                f"soc/simulate/activity/{name}.py"
                for name in (
                    "browsing", "desk", "linux_hosts", "logons", "machines", "patching", "scanning", "signins",
                    "website",
                )
            ),
            *(
                f"soc/simulate/{name}.py"
                for name in (
                    "cloud_accounts", "company", "endpoint", "founding", "names", "rhythm", "software", "terminal",
                    "wire",
                )
            ),
        ),
        "soc/simulate/test_ordinary_life.py",
    ),
    "soc/simulate/dice.py": "soc/simulate/test_campaigns.py",
    "soc/simulate/outbox.py": "soc/simulate/test_log_files.py",
    # Parts of the store that only the whole store shows.
    "soc/correlation/rarity.py": "soc/correlation/test_correlator.py",
    "soc/storage/incident_book.py": "soc/test_incident_pass.py",
    "soc/triage/prior.py": "soc/triage/test_queue.py",
    "soc/triage/suppress.py": "soc/triage/test_queue.py",
    "soc/storage/arrow_shape.py": "soc/storage/test_event_store.py",
    "soc/storage/context_columns.py": "soc/storage/test_event_store.py",
    "soc/storage/counting.py": "soc/storage/test_event_store.py",
    "soc/storage/damage.py": "soc/storage/test_storage_faults.py",
    "soc/storage/ddl.py": "soc/storage/test_migrations.py",
    "soc/storage/journal_database.py": "soc/storage/test_journal.py",
    "soc/storage/dead_letter_rows.py": "soc/storage/test_event_store.py",
    "soc/storage/engine_output.py": "soc/storage/test_storage_faults.py",
    "soc/storage/journal_schema.py": "soc/storage/test_journal.py",
    "soc/storage/remedies.py": "soc/storage/test_storage_faults.py",
}  # fmt: skip
"""Source file → the test that shows its behaviour under another name. Exact: a file that got its twin must leave it."""


def test_every_source_file_has_a_test_named_after_it() -> None:
    """Remedy: name the test file after the source file, or after its folder when the folder is one idea."""
    tests = [
        path.stem
        for path in python_files("tests")
        if path.stem.startswith("test_") and path.relative_to(REPOSITORY / "tests").parts[0] not in ABOUT_EVERYTHING
    ]
    lonely = {
        path.relative_to(PACKAGE).as_posix()
        for path in python_files("src/hodoscope")
        if path.stem not in PORTS_AND_PACKAGES and not any(word in name for word in _words(path) for name in tests)
    }
    assert sorted(lonely - TESTED_BY.keys()) == [], "write tests/**/test_NAME.py for these"
    assert sorted(TESTED_BY.keys() - lonely) == [], "these have their test now: take them off TESTED_BY"
    gone = {test for test in TESTED_BY.values() if not (REPOSITORY / "tests" / test).is_file()}
    assert gone == set(), "TESTED_BY names tests that do not exist"


def _words(path: Path) -> tuple[str, ...]:
    """What a test's name may contain: the file's own name; in a folder inside a stage, also that folder's name."""
    deep = len(path.relative_to(PACKAGE).parts) > 3
    return (path.stem, path.parent.name) if deep else (path.stem,)
