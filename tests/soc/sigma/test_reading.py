"""What a rule set asks the store for."""

from hodoscope.soc.sigma.interface import KIND_COLUMNS, KindKey
from hodoscope.soc.sigma.reading import reading
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule import All, Leaf, LogSource, Match, Rule

PROCESS: KindKey = (
    "windows_json", "sysmon_process_create", "Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational", "1",
)  # fmt: skip
WEB: KindKey = ("access_log", "request", "", "access", "")


def rule(condition: Leaf | All, **logsource: str) -> Rule:
    """A rule of one log source."""
    return Rule("id", "x", "low", "test", LogSource(**logsource), condition)


def test_columns_of_fields_and_nothing_else() -> None:
    """A field that has a column costs that column."""
    asked = reading(
        [rule(Leaf("Image", Match.EXISTS), category="process_creation")], (), shipped_router(), [PROCESS, WEB]
    )
    assert set(asked.columns) == {*KIND_COLUMNS, "process_file_path"}
    assert "access_log" not in asked.where
    assert "sysmon_process_create" in asked.where


def test_keywords_read_the_record_and_other_fields_the_unmapped() -> None:
    """Where the rule says so only."""
    router = shipped_router()
    keyword = rule(Leaf("", Match.CONTAINS, "x"), category="webserver")
    assert "raw" in reading([keyword], (), router, [WEB]).columns
    unknown = rule(Leaf("FieldOfAnotherVersion", Match.EXISTS), category="process_creation")
    assert "unmapped" in reading([unknown], (), router, [PROCESS]).columns


def test_nothing_is_read_where_no_rule_applies() -> None:
    """The condition holds for no row."""
    asked = reading([rule(Leaf("Image", Match.EXISTS), product="macos")], (), shipped_router(), [PROCESS, WEB])
    assert (asked.columns, asked.where) == (KIND_COLUMNS, "0")


def test_what_correlations_count_is_read_as_well() -> None:
    """Wherever events of the kinds read have it."""
    asked = reading(
        [rule(Leaf("Image", Match.EXISTS), category="process_creation")], ("User",), shipped_router(), [PROCESS]
    )
    assert len(asked.columns) > len(KIND_COLUMNS) + 1
