"""Linux auth.log lines in RFC 3164 notation, with the wording of OpenSSH, PAM, sudo, cron and systemd-logind."""

from hodoscope.soc.simulate import clock


def line(time_us: int, host: str, program: str, pid: int, text: str) -> str:
    """`Mar  2 08:00:00 host program[pid]: text`; `pid` 0 leaves the brackets out, as sudo does."""
    tag = f"{program}[{pid}]" if pid else program
    return f"{clock.syslog(time_us)} {host} {tag}: {text}"


def accepted(user: str, ip: str, port: int, method: str = "publickey") -> str:
    """sshd let `user` in."""
    key = ": ED25519 SHA256:9mZr1h6Qx0cT5vJw8KpYb3dLeN2sGfUaXoRiHtMyBqE" if method == "publickey" else ""
    return f"Accepted {method} for {user} from {ip} port {port} ssh2{key}"


def refused(user: str, ip: str, port: int, known: bool = True) -> str:
    """sshd got a wrong password; `known` is whether the account exists."""
    return f"Failed password for {'' if known else 'invalid user '}{user} from {ip} port {port} ssh2"


def sudo(user: str, folder: str, command: str) -> str:
    """sudo ran `command` as root."""
    return f"{user:>8} : TTY=pts/0 ; PWD={folder} ; USER=root ; COMMAND={command}"
