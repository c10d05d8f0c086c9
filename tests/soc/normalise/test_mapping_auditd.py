"""Audit events: lines of one serial make one event, encoded text is readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.normalised_rows import normalised, rows, unmapped

from hodoscope.soc.normalise.auditd_parser import audit_event, socket_address

IDS = 'auid=1000 uid=0 euid=0 comm="sh" exe="/usr/bin/dash"\x1dAUID="bob" UID="root" EUID="root"'
SSHD = 'exe="/usr/sbin/sshd"'
STAMP = "msg=audit(1700000000.250:77):"


def hexed(text: str) -> str:
    return text.encode().hex().upper()


EXECVE = "\n".join(
    (
        f"node=web1 type=SYSCALL {STAMP} arch=c000003e syscall=59 success=yes exit=0 a1=61 ppid=10 pid=11 {IDS}",
        f'node=web1 type=EXECVE {STAMP} argc=3 a0="sh" a1="-c" a2={hexed("echo a b")}',
        f'node=web1 type=CWD {STAMP} cwd="/tmp"',
        f'node=web1 type=PATH {STAMP} item=0 name="/usr/bin/sh" inode=5 nametype=NORMAL',
        f"node=web1 type=PROCTITLE {STAMP} proctitle={hexed('sh')}002D63",
    )
)


def test_an_execve_is_one_process_launch_with_its_whole_command_line() -> None:
    """The argument with a blank came in hexadecimal; the system call's own a0 and a1 are numbers."""
    row = rows("auditd", EXECVE)[0]
    assert (row["class_uid"], row["activity_id"], row["status_id"]) == (1007, 1, 1)
    assert (row["process_cmd_line"], row["process_file_path"], row["process_name"]) == (
        "sh -c echo a b",
        "/usr/bin/dash",
        "dash",
    )
    assert (row["process_pid"], row["actor_process_pid"], row["actor_user_name"], row["device_hostname"]) == (
        11,
        10,
        "root",
        "web1",
    )
    assert str(row["time"]).startswith("2023-11-14 22:13:20.25")
    assert unmapped(row)["a1"] == "61"


def test_a_long_argument_in_pieces_is_joined() -> None:
    """``a1[0] a1[1]`` are one argument."""
    record = audit_event(f'type=EXECVE {STAMP} argc=2 a0="x" a1_len=6 a1[0]="abc" a1[1]={hexed("d f")}')
    assert record is not None
    assert record["argv"] == ["x", "abcd f"]


@pytest.mark.parametrize(
    ("line", "class_uid", "activity", "status", "user"),
    [
        (f"type=USER_LOGIN {STAMP} msg='op=login acct=\"bob\" {SSHD} addr=192.0.2.7 res=failed'", 3002, 1, 2, "bob"),
        (
            f"type=USER_AUTH {STAMP} msg='op=PAM:authentication acct=\"bob\" {SSHD} addr=192.0.2.7 res=failed'",
            3002,
            99,
            2,
            "bob",
        ),
        (
            f'type=USER_AUTH {STAMP} msg=\'op=PAM:authentication acct="root" exe="/usr/bin/su" res=success\'',
            3002,
            1,
            1,
            "root",
        ),
        (
            f"type=USER_LOGIN {STAMP} msg='op=login acct={hexed('(unknown user)')} {SSHD} res=failed'",
            3002,
            1,
            2,
            "(unknown user)",
        ),
        (
            f'type=ADD_USER {STAMP} msg=\'op=add-user acct="eve" exe="/usr/sbin/useradd" res=success\'',
            3001,
            1,
            1,
            "eve",
        ),
    ],
)
def test_user_space_messages_have_class_outcome_and_account(
    line: str, class_uid: int, activity: int, status: int, user: str
) -> None:
    """sshd's USER_AUTH stands beside its USER_LOGIN and does not count twice."""
    row = rows("auditd", line)[0]
    assert (row["class_uid"], row["activity_id"], row["status_id"], row["user_name"]) == (
        class_uid,
        activity,
        status,
        user,
    )


def test_a_connection_has_its_peer() -> None:
    """The socket address is a hexadecimal structure."""
    text = "\n".join(
        (
            f'type=SYSCALL {STAMP} syscall=42 success=yes pid=11 uid=33 comm="nc" exe="/usr/bin/nc"',
            f"type=SOCKADDR {STAMP} saddr=02000050C00002070000000000000000",
        )
    )
    row = rows("auditd", text)[0]
    assert (row["class_uid"], row["dst_endpoint_ip"], row["dst_endpoint_port"]) == (4001, "192.0.2.7", 80)
    assert socket_address("0A000050" + "0" * 8 + "20010DB8" + "0" * 23 + "1")["raddr"] == "2001:db8::1"


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    """An event or a dead letter, never an exception."""
    result = normalised("auditd", [text, f"type=EXECVE {STAMP} {text}"])
    assert result.events.num_rows + len(result.skipped) <= 2
    assert socket_address(text) is not None
