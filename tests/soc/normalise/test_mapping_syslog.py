"""Linux logs by syslog and the journal: who logged on, became whom, ran what."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.normalised_rows import Row, ecs, normalised, rows, unmapped

from hodoscope.soc.normalise.syslog_parser import structured_data
from hodoscope.soc.sources.detect import detect

HEAD = "May 30 10:00:00 web1 "


def one(message: str) -> Row:
    return rows("syslog", HEAD + message)[0]


@pytest.mark.parametrize(
    ("line", "quality"),
    [
        ("May  3 10:00:00 web1 sshd[7]: Failed password for bob from 192.0.2.7 port 50000 ssh2", "assumed_year_zone"),
        (
            "<38>May  3 10:00:00 web1 sshd[7]: Failed password for bob from 192.0.2.7 port 50000 ssh2",
            "assumed_year_zone",
        ),
        ("2024-05-03T10:00:00.5+02:00 web1 sshd[7]: Failed password for bob from 192.0.2.7 port 50000 ssh2", "exact"),
        ("<38>1 2024-05-03T10:00:00Z web1 sshd 7 - - Failed password for bob from 192.0.2.7 port 50000 ssh2", "exact"),
        ("Failed password for bob from 192.0.2.7 port 50000 ssh2", "missing"),
        (
            "May  3 10:00:00 w sshd[7]: message repeated 2 times: [ Failed password for bob from 192.0.2.7 port 50000]",
            "assumed_year_zone",
        ),
        (
            "May  3 10:00:00 web1 sshd[7]: Failed password for invalid user bob from 192.0.2.7 port 50000 ssh2",
            "assumed_year_zone",
        ),
    ],
)
def test_a_failed_ssh_logon_is_the_same_behind_every_header(line: str, quality: str) -> None:
    """RFC 3164, RFC 5424, rsyslog's ISO stamps, no header at all."""
    row = rows("syslog", line)[0]
    assert (row["class_uid"], row["activity_id"], row["status_id"]) == (3002, 1, 2)
    assert (row["user_name"], row["src_endpoint_ip"], row["src_endpoint_port"], row["auth_protocol"]) == (
        "bob",
        "192.0.2.7",
        50000,
        "password",
    )
    assert row["time_quality"] == quality


def test_an_empty_or_strange_user_name_does_not_hide_the_attempt() -> None:
    """Scanners send no name, or one with blanks."""
    for name in ("", "a b", "from 1.2.3.4"):
        row = one(f"sshd[7]: Failed password for invalid user {name} from 192.0.2.7 port 50000 ssh2")
        assert (row["class_uid"], row["src_endpoint_ip"], row.get("user_name", "")) == (3002, "192.0.2.7", name)


def test_one_attempt_counts_once() -> None:
    """Of the lines one failed logon leaves, only sshd's own is a Logon."""
    lines = [
        "sshd[7]: Invalid user bob from 192.0.2.7 port 50000",
        "sshd[7]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=192.0.2.7",
        "sshd[7]: Failed password for invalid user bob from 192.0.2.7 port 50000 ssh2",
        "sshd[7]: Connection closed by invalid user bob 192.0.2.7 port 50000 [preauth]",
    ]
    found = rows("syslog", *(HEAD + line for line in lines))
    assert [(row["class_uid"], row["activity_id"]) for row in found] == [(3002, 99), (3002, 99), (3002, 1), (4007, 2)]
    assert all(row["src_endpoint_ip"] == "192.0.2.7" for row in found)


def test_pam_failures_of_other_programs_are_logons() -> None:
    """Only sshd reports the attempt a second time."""
    row = one(
        "gdm[7]: pam_unix(gdm:auth): authentication failure; logname= uid=0 euid=0 tty=:0 ruser= rhost=  user=bob"
    )
    assert (row["class_uid"], row["activity_id"], row["status_id"], row["user_name"]) == (3002, 1, 2, "bob")


def test_a_sudo_command_is_a_process_started_by_the_caller() -> None:
    """The command runs as root; bob acts."""
    line = "sudo:      bob : TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/usr/bin/vim /etc/passwd"
    row = one(line)
    assert (row["class_uid"], row["activity_id"], row["actor_user_name"], row["user_name"]) == (1007, 1, "bob", "root")
    assert (row["process_cmd_line"], row["process_name"], row["process_file_path"]) == (
        "/usr/bin/vim /etc/passwd",
        "vim",
        "/usr/bin/vim",
    )
    user = ecs("syslog", HEAD + line)["user"]
    assert user == {"name": "bob", "effective": {"name": "root"}}


@pytest.mark.parametrize(
    ("message", "class_uid", "activity", "status", "user"),
    [
        (
            "sudo:   bob : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
            3002,
            1,
            2,
            "bob",
        ),
        ("su[7]: Successful su for root by bob", 3002, 1, 1, "root"),
        ("su: FAILED SU (to root) bob on pts/1", 3002, 1, 2, "root"),
        ("sshd[7]: Accepted publickey for bob from 192.0.2.7 port 50000 ssh2: RSA SHA256:abc", 3002, 1, 1, "bob"),
        ("login[7]: FAILED LOGIN (1) on '/dev/tty1' FOR 'bob', Authentication failure", 3002, 1, 2, "bob"),
        ("login[7]: ROOT LOGIN  on '/dev/tty1'", 3002, 1, 1, "root"),
        ("CRON[7]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)", 3002, 99, 1, "root"),
        ("sshd[7]: pam_unix(sshd:session): session closed for user bob", 3002, 2, 1, "bob"),
        ("systemd-logind[7]: New session 12 of user bob.", 3002, 99, 1, "bob"),
        ("useradd[7]: new user: name=eve, UID=1001, GID=1001, home=/home/eve, shell=/bin/bash", 3001, 1, 1, "eve"),
        ("useradd[7]: failed adding user 'eve', data deleted", 3001, 1, 2, "eve"),
        ("userdel[7]: delete user 'eve'", 3001, 6, 1, "eve"),
        ("passwd[7]: pam_unix(passwd:chauthtok): password changed for eve", 3001, 3, 1, "eve"),
        ("usermod[7]: lock user 'eve' password", 3001, 9, 1, "eve"),
        ("chage[7]: changed password expiry for eve", 3001, 99, 1, "eve"),
        ("usermod[7]: add 'eve' to group 'sudo'", 3006, 3, 1, "eve"),
        ("gpasswd[7]: user eve removed by root from group sudo", 3006, 4, 1, "eve"),
    ],
)
def test_account_events_have_class_outcome_and_account(
    message: str, class_uid: int, activity: int, status: int, user: str
) -> None:
    """The account acted on is in ``user``."""
    row = one(message)
    assert (row["class_uid"], row["activity_id"], row["status_id"], row["user_name"]) == (
        class_uid,
        activity,
        status,
        user,
    )


def test_groups_and_jobs_have_their_names() -> None:
    """groupadd and cron."""
    group = one("groupadd[7]: new group: name=ops, GID=2000")
    assert (group["class_uid"], group["activity_id"], group["group_name"], group["group_uid"]) == (
        3006,
        6,
        "ops",
        "2000",
    )
    job = one("CRON[7]: (root) CMD (/usr/local/bin/backup --all)")
    assert (job["class_uid"], job["activity_id"], job["job_cmd_line"], job["actor_user_name"]) == (
        1006,
        6,
        "/usr/local/bin/backup --all",
        "root",
    )


def test_structured_data_become_fields() -> None:
    """Escapes inside values are undone."""
    row = rows(
        "syslog", r'<165>1 2024-05-03T10:00:00Z h app - ID47 [ex@32473 iut="3" note="a \"b\" \] c"][o x="1"] text'
    )[0]
    assert (unmapped(row)["sd.ex@32473.note"], row["metadata_event_code"], row["severity_id"]) == (
        'a "b" ] c',
        "ID47",
        2,
    )


def test_the_journal_is_read_by_the_same_rules() -> None:
    """Bytes that are no text come as an array of numbers."""
    entry = {
        "__REALTIME_TIMESTAMP": "1700000000000000",
        "_HOSTNAME": "web1",
        "SYSLOG_IDENTIFIER": "sshd",
        "_PID": "7",
        "PRIORITY": "6",
        "MESSAGE": "Accepted password for bob from 192.0.2.7 port 50000 ssh2",
    }
    plain, binary = rows(
        "journald", json.dumps(entry), json.dumps({**entry, "MESSAGE": list(entry["MESSAGE"].encode())})
    )
    assert (plain["class_uid"], plain["user_name"], plain["device_hostname"], plain["time_quality"]) == (
        3002,
        "bob",
        "web1",
        "exact",
    )
    assert plain | {"event_id": b"", "source_position": 0} == binary | {"event_id": b"", "source_position": 0}


def test_a_syslog_row_of_log_analytics_is_the_line_it_was_made_of() -> None:
    """Azure Monitor keeps host, program, process and text in columns of their own."""
    row = {
        "TimeGenerated": "2024-05-01T08:30:05.1Z",
        "EventTime": "2024-05-01T08:30:00Z",
        "Computer": "web1",
        "HostIP": "192.0.2.5",
        "Facility": "auth",
        "SeverityLevel": "info",
        "ProcessName": "sshd",
        "ProcessID": "7",
        "SyslogMessage": "Accepted password for bob from 192.0.2.7 port 50000 ssh2",
        "Type": "Syslog",
    }
    assert detect(json.dumps(row).encode()).format == "log_analytics_syslog"
    event = rows("log_analytics_syslog", json.dumps(row))[0]
    assert (event["mapping_rule"], event["user_name"], event["src_endpoint_ip"], event["process_pid"]) == (
        "ssh_accepted",
        "bob",
        "192.0.2.7",
        7,
    )
    assert (event["device_hostname"], event["device_ip"], event["severity_id"]) == ("web1", "192.0.2.5", 1)
    assert event["time"] == datetime(2024, 5, 1, 8, 30, tzinfo=UTC)


def test_the_audit_collector_of_log_analytics_names_the_started_program() -> None:
    """Its records of one execve are joined in one line; ``node=`` and the like stand before what counts."""
    message = (
        'type=AUOMS_EXECVE audit(1652292621.986:84138): SchemaVersion="1" node=web1 syscall=execve success=no '
        "exit=-2 a0=7f ppid=1340 pid=17790 audit_user=unset auid=4294967295 user=tomcat uid=1001 group=tomcat gid=1001 "
        'comm="http" exe="/usr/bin/java" key=auoms cwd="/opt" name="/bin/bash" proctitle=/usr/bin/java -Dx redactors= '
    )
    row = {"Computer": "web1", "Facility": "user", "ProcessName": "auoms", "SyslogMessage": message}
    event = rows("log_analytics_syslog", json.dumps(row))[0]
    names = (
        "class_uid",
        "process_pid",
        "actor_process_pid",
        "actor_user_name",
        "process_file_path",
        "process_cmd_line",
    )
    assert [event[name] for name in names] == [1007, 17790, 1340, "tomcat", "/usr/bin/java", "/usr/bin/java -Dx"]
    assert event["status_id"] == 2


CISCO = (
    ("2023 Jan 15 00:31:52 CET: %AUTHPRIV-3-SYSTEM_MSG: a", "", "AUTHPRIV-3-SYSTEM_MSG", 4, "assumed_zone"),
    ("<185>sw1: 2023 Jan 15 00:31:52 UTC: %PLATFORM-1-PFM_ALERT: a", "sw1", "PLATFORM-1-PFM_ALERT", 5, "exact"),
    ("<189>29: sw1: *Jan 15 00:31:52.000 UTC: %SYS-5-CONFIG_I: a", "sw1", "SYS-5-CONFIG_I", 2, "assumed_year"),
    ("<189>29: .Jan 15 00:31:52: %SYS-5-CONFIG_I: a", "", "SYS-5-CONFIG_I", 2, "assumed_year_zone"),
)


@pytest.mark.parametrize(("line", "host", "code", "severity", "quality"), CISCO)
def test_cisco_lines_have_stamp_mnemonic_and_severity(
    line: str, host: str, code: str, severity: int, quality: str
) -> None:
    """NX-OS puts the year first, IOS a counter and a sign; only UTC is a zone that is known for sure."""
    assert detect(line.encode()).format == "syslog"
    event = rows("syslog", line)[0]
    assert (event.get("device_hostname", ""), event["metadata_event_code"], event["severity_id"]) == (
        host,
        code,
        severity,
    )
    assert (event["message"], event["time_quality"]) == ("a", quality)
    assert (event["metadata_product_vendor_name"], event["metadata_product_name"]) == ("Cisco", "IOS")
    time = event["time"]
    assert isinstance(time, datetime)
    assert time.replace(year=2023) == datetime(2023, 1, 15, 0, 31, 52, tzinfo=UTC)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_every_line_with_text_is_an_event(lines: list[str]) -> None:
    """Nothing that is not blank is lost."""
    result = normalised("syslog", lines)
    assert not result.skipped
    assert result.events.num_rows >= sum(bool(line.strip()) for line in lines)


@given(st.text())
def test_structured_data_never_raise(text: str) -> None:
    """Any text."""
    assert isinstance(structured_data(text), dict)


def test_a_journal_batch_without_a_record_gives_no_event() -> None:
    """Sources make such batches when all they read were dead letters of their own."""
    assert normalised("journald", []).events.num_rows == 0
