"""Zeek logs mean the same from either writer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.normalised_rows import normalised, rows, unmapped

from hodoscope.soc.normalise.zeek_parser import kind_of_file

CONN = {
    "ts": "1700000000.250000",
    "uid": "CAbc",
    "id.orig_h": "10.0.0.5",
    "id.orig_p": "50000",
    "id.resp_h": "192.0.2.9",
    "id.resp_p": "443",
    "proto": "tcp",
    "service": "ssl",
    "duration": "1.5",
    "orig_bytes": "100",
    "resp_bytes": "2000",
    "conn_state": "SF",
    "local_orig": "T",
    "local_resp": "F",
    "orig_pkts": "4",
    "resp_pkts": "6",
}
NUMBERS = {"id.orig_p", "id.resp_p", "orig_bytes", "resp_bytes", "orig_pkts", "resp_pkts", "ts", "duration"}


def header(fields: dict[str, str], path: str) -> dict[str, str]:
    return {
        "separator": "\t",
        "set_separator": ",",
        "empty_field": "(empty)",
        "unset_field": "-",
        "path": path,
        "fields": "\t".join(fields),
    }


def as_json(fields: dict[str, str]) -> dict[str, object]:
    truth = {"T": True, "F": False}
    return {key: json.loads(value) if key in NUMBERS else truth.get(value, value) for key, value in fields.items()}


def without_place(row: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in row.items() if key not in ("event_id", "format")}


def test_both_writers_give_the_same_event() -> None:
    """One connection, tab-separated and as JSON."""
    from_tsv = rows("zeek_tsv", "\t".join(CONN.values()), header=header(CONN, "conn"))[0]
    from_json = rows("zeek_json", json.dumps({"_path": "conn", **as_json(CONN)}))[0]
    assert without_place(from_tsv) == without_place(from_json)
    assert (from_tsv["class_uid"], from_tsv["activity_id"], from_tsv["duration"]) == (4001, 2, 1500)
    assert (from_tsv["traffic_bytes_out"], from_tsv["traffic_bytes_in"], from_tsv["connection_info_direction_id"]) == (
        100,
        2000,
        2,
    )


@pytest.mark.parametrize("spelling", ["underscore", "nested", "stream"])
def test_exporters_spellings_are_one(spelling: str) -> None:
    """``id_orig_h``, a nested ``id`` and ``@stream`` instead of ``_path`` change nothing."""
    record = {"_path": "conn", **as_json(CONN)}
    inside = {key: record.pop(key) for key in list(record) if key.startswith("id.")}
    if spelling == "nested":
        record["id"] = {key[3:]: value for key, value in inside.items()}
    else:
        record |= {key.replace(".", "_"): value for key, value in inside.items()}
    if spelling == "stream":
        record = {**record, "@stream": "conn", "_path": "some/file.zip"}
    plain = rows("zeek_json", json.dumps({"_path": "conn", **as_json(CONN)}))[0]
    odd = rows("zeek_json", json.dumps(record))[0]
    assert odd | {"event_id": b""} == plain | {"event_id": b""}


@pytest.mark.parametrize("path", ["dns.log", "a/b.zip!dns.10:00:00-11:00:00.log.gz", "labeled-dns.log", "x.log"])
def test_a_log_without_path_is_known_by_file_name_or_fields(path: str) -> None:
    """The last case has nothing but its fields to go by."""
    record = {
        "ts": 1700000000,
        "uid": "C1",
        "trans_id": 7,
        "query": "www.acme.example",
        "qclass": 1,
        "qtype_name": "A",
        "rcode_name": "NXDOMAIN",
        "answers": ["192.0.2.1", "192.0.2.2"],
    }
    row = rows("zeek_json", json.dumps(record), path=path)[0]
    assert (row["class_uid"], row["query_hostname"], row["status_id"]) == (4003, "www.acme.example", 2)
    assert row["answers"] == ["192.0.2.1", "192.0.2.2"]


def test_sets_and_escapes_of_the_tab_separated_writer_are_undone() -> None:
    r"""A vector becomes a list, ``\\`` one backslash; unset and empty values are absent."""
    fields = {
        "ts": "1700000000",
        "path": r"\\\\srv\\C$",
        "name": r"a\\b.txt",
        "action": "SMB::FILE_OPEN",
        "size": "-",
        "uid": "(empty)",
    }
    smb = rows("zeek_tsv", "\t".join(fields.values()), header=header(fields, "smb_files"))[0]
    assert (smb["file_path"], smb["file_name"], smb["activity_id"]) == (r"\\srv\C$\a\b.txt", "b.txt", 2)
    assert not {"file_size", "connection_info_uid"} & smb.keys()
    fields = {
        "ts": "1700000000",
        "fuid": "F1",
        "tx_hosts": "192.0.2.1,192.0.2.2",
        "rx_hosts": "10.0.0.1",
        "seen_bytes": "9",
    }
    moved = rows("zeek_tsv", "\t".join(fields.values()), header=header(fields, "files"))[0]
    assert (moved["src_endpoint_ip"], moved["dst_endpoint_ip"], moved["file_size"]) == ("192.0.2.1", "10.0.0.1", 9)


def test_labels_of_a_labelled_log_stay_in_unmapped() -> None:
    """A label is no feature: no column holds it."""
    fields = {**CONN, "label": "Malicious", "detailedlabel": "C2"}
    row = rows("zeek_tsv", "\t".join(fields.values()), header=header(fields, "conn"))[0]
    assert unmapped(row)["label"] == "Malicious"
    assert not any("Malicious" in str(value) for key, value in row.items() if key != "unmapped")


def test_a_preauthentication_request_is_no_failed_logon() -> None:
    """Every ordinary Kerberos logon begins with one."""
    base = {"_path": "kerberos", "ts": 1700000000, "request_type": "AS", "client": "bob/ACME.EXAMPLE", "success": False}
    first, wrong = rows(
        "zeek_json",
        json.dumps({**base, "error_msg": "KDC_ERR_PREAUTH_REQUIRED"}),
        json.dumps({**base, "error_msg": "KDC_ERR_PREAUTH_FAILED"}),
    )
    assert (first.get("status_id", 0), wrong["status_id"]) == (0, 2)
    assert (wrong["user_name"], wrong["user_domain"], wrong["activity_id"]) == ("bob", "ACME.EXAMPLE", 3)


def test_fields_that_the_header_does_not_name_are_kept() -> None:
    """A patched writer appends a field; the row is no dead letter."""
    row = rows("zeek_tsv", "\t".join(CONN.values()) + "\textra", header=header(CONN, "conn"))[0]
    assert unmapped(row)["_unnamed_1"] == "extra"


def test_a_row_with_too_few_fields_is_a_dead_letter_and_its_neighbours_are_kept() -> None:
    """The dead letter says why."""
    good = "\t".join(CONN.values())
    result = normalised("zeek_tsv", [good, "1700000000\tcut", good], header(CONN, "conn"))
    assert [skipped.reason for skipped in result.skipped] == ["wrong number of fields"]
    assert result.events.num_rows == 2


@given(st.lists(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_no_line_breaks_the_parser(lines: list[str]) -> None:
    """Every record is an event, a dead letter or blank."""
    result = normalised("zeek_tsv", lines, header(CONN, "conn"))
    assert result.events.num_rows + len(result.skipped) <= len(lines)


def test_a_file_name_says_nothing_unless_it_is_a_log_of_zeek() -> None:
    """``x.log`` and a date are no kind."""
    assert (kind_of_file("2024-01-01.log"), kind_of_file("conn-summary.log"), kind_of_file("known_hosts.json")) == (
        "",
        "conn",
        "known_hosts",
    )
