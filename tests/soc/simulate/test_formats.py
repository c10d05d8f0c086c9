"""Each format as its product writes it."""

import re

import orjson

from hodoscope.soc.simulate import SimulationSummary


def _records(summary: SimulationSummary, name: str) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in (summary.directory / name).read_bytes().splitlines()]


def test_zeek_tsv_has_its_header_and_as_many_columns(short: SimulationSummary) -> None:
    """Eight comment lines, then rows with one value per declared field, then #close."""
    for name in ("conn", "dns"):
        lines = (short.directory / f"zeek/{name}.log").read_text().splitlines()
        assert lines[0] == "#separator \\x09"
        fields = next(line for line in lines if line.startswith("#fields")).split("\t")[1:]
        kinds = next(line for line in lines if line.startswith("#types")).split("\t")[1:]
        assert len(fields) == len(kinds)
        assert {len(line.split("\t")) for line in lines if not line.startswith("#")} == {len(fields)}
        assert lines[-1].startswith("#close\t2026-03-02-09-00-00")


def test_records_of_a_connection_share_its_uid(day: SimulationSummary) -> None:
    """Every dns, http and ssl record belongs to a connection in conn.log, which has each uid once."""
    rows = [line.split("\t") for line in (day.directory / "zeek/conn.log").read_text().splitlines() if line[0] != "#"]
    uids = {row[1] for row in rows}
    assert len(uids) == len(rows)
    dns = [line.split("\t")[1] for line in (day.directory / "zeek/dns.log").read_text().splitlines() if line[0] != "#"]
    assert set(dns) <= uids
    for name in ("http", "ssl"):
        assert {record["uid"] for record in _records(day, f"zeek/{name}.log")} <= uids


def test_windows_records_are_numbered_per_host_and_channel(day: SimulationSummary) -> None:
    """RecordNumber counts up by one: a gap would look like deleted events."""
    for name in ("sysmon", "security", "system"):
        last: dict[tuple[object, object], int] = {}
        for record in _records(day, f"windows/{name}.jsonl"):
            key, number = (record["Hostname"], record["Channel"]), record["RecordNumber"]
            assert isinstance(number, int)
            assert last.get(key, number - 1) == number - 1
            last[key] = number


def test_windows_event_data_are_strings_at_the_top_level(day: SimulationSummary) -> None:
    """As NXLog flattens them: process ids are text, event ids are numbers, no nested object."""
    for record in _records(day, "windows/sysmon.jsonl"):
        assert isinstance(record["EventID"], int)
        assert not any(isinstance(value, dict | list) for value in record.values())
        assert isinstance(record.get("ProcessId", ""), str)
    processes = [record for record in _records(day, "windows/sysmon.jsonl") if record["EventID"] == 1]
    assert len({record["ProcessGuid"] for record in processes}) == len(processes)


def test_auth_log_lines_match_rfc_3164(day: SimulationSummary) -> None:
    """Date with padded day, the folder's host, program with or without a pid."""
    for path in (day.directory / "linux").glob("*/auth.log"):
        pattern = re.compile(rf"Mar [ 123]\d \d\d:\d\d:\d\d {path.parent.name} [\w-]+(\[\d+\])?: .+")
        assert all(pattern.fullmatch(line) for line in path.read_text().splitlines())


def test_access_log_lines_match_the_combined_format(day: SimulationSummary) -> None:
    """Requests hold no raw quote or space inside the path."""
    pattern = re.compile(r'[\d.]+ - - \[[^\]]+\] "(GET|POST) [^ "]+ HTTP/1\.1" \d{3} \d+ "[^"]*" "[^"]*"')
    assert all(pattern.fullmatch(line) for line in (day.directory / "web/access.log").read_text().splitlines())


def test_cloudtrail_events_have_distinct_ids_and_an_identity(day: SimulationSummary) -> None:
    """eventID is the vendor's key; readers deduplicate by it."""
    records = _records(day, "aws/cloudtrail.jsonl")
    assert len({record["eventID"] for record in records}) == len(records)
    for record in records:
        identity = record["userIdentity"]
        assert isinstance(identity, dict)
        assert identity["type"] in ("IAMUser", "AssumedRole", "AWSService")


def test_entra_result_agrees_with_its_properties(day: SimulationSummary) -> None:
    """resultType repeats properties.status.errorCode, callerIpAddress repeats properties.ipAddress."""
    for record in _records(day, "entra/signin.jsonl"):
        properties = record["properties"]
        assert isinstance(properties, dict)
        assert record["category"] == "SignInLogs"
        assert str(properties["status"]["errorCode"]) == record["resultType"]
        assert properties["ipAddress"] == record["callerIpAddress"]
