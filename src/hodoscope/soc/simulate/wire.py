"""Network conversations as the Zeek sensor sees them: the records one conversation leaves in several logs."""

from hodoscope.soc.simulate.clock import SECOND
from hodoscope.soc.simulate.dice import Dice
from hodoscope.soc.simulate.formats import zeek
from hodoscope.soc.simulate.outbox import CONN, DNS, HTTP, SSL, Mark, Outbox

RESOLVER = "10.10.0.10"


class Wire:
    """Writes conversations into an outbox; every record of one conversation carries the same uid and mark."""

    def __init__(self, out: Outbox, dice: Dice) -> None:
        self._out = out
        self._dice = dice

    def _ends(self, client: str, server: str, port: int) -> zeek.Endpoints:
        return zeek.Endpoints(self._dice.uid(), client, self._dice.port(), server, port)

    def flow(
        self,
        time_us: int,
        client: str,
        server: str,
        port: int,
        *,
        sent: int,
        received: int,
        seconds: float,
        service: str = "",
        state: str = "SF",
        proto: str = "tcp",
        mark: Mark | None = None,
    ) -> zeek.Endpoints:
        """A bare connection; returns its ends so that the caller can add what rode on it."""
        ends = self._ends(client, server, port)
        line = zeek.conn(
            time_us, ends, service=service, seconds=seconds, sent=sent, received=received, proto=proto, state=state
        )
        self._out.put(CONN, time_us, line, mark)
        return ends

    def lookup(
        self,
        time_us: int,
        client: str,
        query: str,
        answers: tuple[str, ...],
        *,
        kind: str = "A",
        code: str = "NOERROR",
        mark: Mark | None = None,
    ) -> None:
        """A name resolved at the company's resolver."""
        seconds = self._dice.between(0.0005, 0.04)
        sent, received = len(query) + 18, len(query) + 34 + sum(map(len, answers))
        ends = self.flow(
            time_us, client, RESOLVER, 53, sent=sent, received=received, seconds=seconds, service="dns", proto="udp",
            mark=mark,
        )  # fmt: skip
        number = self._dice.small.getrandbits(16)
        line = zeek.dns(
            time_us, ends, query=query, answers=answers, transaction=number, seconds=seconds, kind=kind, code=code
        )
        self._out.put(DNS, time_us, line, mark)

    def tls(
        self,
        time_us: int,
        client: str,
        server: str,
        name: str,
        *,
        sent: int,
        received: int,
        seconds: float,
        ja3: str,
        ja3s: str,
        fingerprint: str,
        port: int = 443,
        mark: Mark | None = None,
    ) -> zeek.Endpoints:
        """An encrypted connection: conn and, 20 ms later, ssl."""
        ends = self.flow(
            time_us, client, server, port, sent=sent, received=received, seconds=seconds, service="ssl", mark=mark
        )
        shaken_us = time_us + SECOND // 50
        record = zeek.ssl(shaken_us, ends, name=name, ja3=ja3, ja3s=ja3s, fingerprint=fingerprint)
        self._out.put(SSL, shaken_us, record, mark)
        return ends

    def web(
        self,
        time_us: int,
        client: str,
        server: str,
        host: str,
        uri: str,
        *,
        agent: str,
        received: int,
        seconds: float,
        sent: int = 0,
        method: str = "GET",
        status: int = 200,
        media: str = "text/html",
        mark: Mark | None = None,
    ) -> zeek.Endpoints:
        """A plain HTTP request: conn and, 10 ms later, http."""
        ends = self.flow(
            time_us, client, server, 80, sent=sent + 300 + len(uri), received=received + 250, seconds=seconds,
            service="http", mark=mark,
        )  # fmt: skip
        asked_us = time_us + SECOND // 100
        record = zeek.http(
            asked_us, ends, method=method, host=host, uri=uri, agent=agent, status=status, sent=sent,
            received=received, media=media,
        )  # fmt: skip
        self._out.put(HTTP, asked_us, record, mark)
        return ends
