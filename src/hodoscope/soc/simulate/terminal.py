"""What a Linux server writes to auth.log when somebody works on it."""

from hodoscope.soc.simulate.clock import SECOND
from hodoscope.soc.simulate.company import Host
from hodoscope.soc.simulate.dice import Dice
from hodoscope.soc.simulate.formats import auth_log
from hodoscope.soc.simulate.outbox import Mark, Outbox
from hodoscope.soc.simulate.outbox import auth_log as auth_log_of


class Terminal:
    """Writes auth.log lines of one host."""

    def __init__(self, out: Outbox, dice: Dice, host: Host) -> None:
        self._out = out
        self._dice = dice
        self._host = host

    def say(self, at: int, program: str, pid: int, text: str, mark: Mark | None = None) -> None:
        """One line."""
        line = auth_log.line(at, self._host.name, program, pid, text)
        self._out.put(auth_log_of(self._host.name), at, line, mark)

    def session(
        self, at: int, user: str, ip: str, length_us: int, commands: tuple[str, ...], *, method: str = "publickey",
        mark: Mark | None = None,
    ) -> None:  # fmt: skip
        """A whole SSH session: accepted, opened, sudo commands spread over it, disconnected, closed."""
        pid, port = self._dice.small.randint(2000, 60000), self._dice.port()
        number = self._dice.small.randint(100, 9999)
        opened = f"pam_unix(sshd:session): session opened for user {user}(uid=1000) by (uid=0)"
        self.say(at, "sshd", pid, auth_log.accepted(user, ip, port, method), mark)
        self.say(at, "sshd", pid, opened, mark)
        self.say(at, "systemd-logind", 712, f"New session {number} of user {user}.", mark)
        for rank, command in enumerate(commands):
            when = at + (rank + 1) * length_us // (len(commands) + 1)
            self.say(when, "sudo", 0, auth_log.sudo(user, f"/home/{user}", command), mark)
            text = f"pam_unix(sudo:session): session opened for user root(uid=0) by {user}(uid=1000)"
            self.say(when, "sudo", 0, text, mark)
            self.say(when + SECOND // 2, "sudo", 0, "pam_unix(sudo:session): session closed for user root", mark)
        end = at + length_us
        self.say(end, "sshd", pid, f"Received disconnect from {ip} port {port}:11: disconnected by user", mark)
        self.say(end, "sshd", pid, f"Disconnected from user {user} {ip} port {port}", mark)
        self.say(end, "sshd", pid, f"pam_unix(sshd:session): session closed for user {user}", mark)
        self.say(end, "systemd-logind", 712, f"Removed session {number}.", mark)
