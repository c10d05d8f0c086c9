"""Sigma's field names find the column that holds them verbatim."""

from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.sigma_aliases import aliases


def test_sysmon_process_creation_fields_have_columns() -> None:
    """What most Windows rules read: image, command line, parent, original name."""
    found = aliases(shipped_mappings()["windows_json"])
    creation = {}
    for fields in found.values():
        if {"CommandLine", "ParentImage"} <= fields.keys():
            creation = fields
    assert creation["Image"] == "process_file_path"
    assert creation["CommandLine"] == "process_cmd_line"
    assert creation["ParentImage"].startswith("actor_process")


def test_a_changed_value_is_no_alias() -> None:
    """A column that holds a cleaned value must not stand for the vendor's field."""
    found = aliases(shipped_mappings()["cloudtrail"])
    assert "sourceIPAddress" not in found[""]
