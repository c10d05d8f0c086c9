"""The folder in which documented commands run: small logs of an invented host, and a store of its own.

Where a document names ``/var/log``, the same path below the folder is read; a finding id stands for the first one.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from hodoscope import privacy
from tests.support.form_pages import LOGIN, write_corpus
from tests.support.shared_data import REPOSITORY

FINDING_ID = re.compile(r"(?<=soc show )[0-9a-f]{8,32}\b")
INCIDENT_ID = re.compile(r"(?<=soc incidents show )[0-9a-f]{8,32}\b")
ALERT_ID = re.compile(r"(soc alerts (?:show|judge|undo|suppress) )[0-9a-f]{8,32}\b")


def furnish(folder: Path) -> None:
    """Write the logs: an attacker who tries many passwords over SSH, gets in, and probes the web server.

    Beside them a login page and a small corpus of forms.
    """
    ssh = "Mar  3 10:{m:02}:{s:02} gate sshd[{n}]: {what} password for root from 203.0.113.9 port {n} ssh2\n"
    tries = [(position * 3, "Failed") for position in range(60)] + [(185, "Accepted")]
    lines = [ssh.format(m=at // 60, s=at % 60, n=40_000 + at, what=what) for at, what in tries]
    web = '203.0.113.9 - - [03/Mar/2026:10:05:{s:02} +0000] "GET /{path} HTTP/1.1" 404 153 "-" "sqlmap/1.7"\n'
    requests = [web.format(s=second, path=f"item?id={second}%20UNION%20SELECT%201") for second in range(40)]
    for logs in (folder / "logs", folder / "var" / "log"):
        (logs / "nginx").mkdir(parents=True)
        (logs / "auth.log").write_text("".join(lines), encoding="utf-8")
        (logs / "nginx" / "access.log").write_text("".join(requests), encoding="utf-8")
    (folder / "login.html").write_text(LOGIN, encoding="utf-8")
    write_corpus(folder / "corpora")


def environment(folder: Path) -> dict[str, str]:
    """Our program on the PATH, a store below ``folder``, no network."""
    return os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "XDG_DATA_HOME": str(folder / "data"),
        "HOME": str(folder),
        privacy.FORBID_VARIABLE: "1",
        "COLUMNS": "120",
    }


def run(command: str, folder: Path, seconds: float = 300) -> subprocess.CompletedProcess[str]:
    """Run one documented command in ``folder``; its output is returned whatever the exit code."""
    text = command.replace("/var/log", str(folder / "var" / "log"))
    if FINDING_ID.search(text):
        text = FINDING_ID.sub(_first_finding(folder), text)
    if ALERT_ID.search(text):
        text = ALERT_ID.sub(rf"\g<1>{_first_alert(folder)}", text)
    if INCIDENT_ID.search(text):
        text = INCIDENT_ID.sub(_first_incident(folder), text)
    return subprocess.run(
        ["bash", "-c", text],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def _first_finding(folder: Path) -> str:
    listing = run("hodoscope soc findings --json", folder)
    found = json.loads(listing.stdout or "[]")
    return str(found[0]["finding_id"]) if found else "the-example-logs-gave-no-finding"


def _first_incident(folder: Path) -> str:
    listing = run("hodoscope soc incidents list --alone --json", folder)
    return str(json.loads(listing.stdout)[0]["incident_id"])


def fenced(document: str, language: str) -> list[str]:
    """The code blocks of one language in a Markdown document of the checkout."""
    text = (REPOSITORY / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def _first_alert(folder: Path) -> str:
    listing = run("hodoscope soc alerts list --status all --json", folder)
    return str(min(alert["alert_id"] for alert in json.loads(listing.stdout)["alerts"]))
