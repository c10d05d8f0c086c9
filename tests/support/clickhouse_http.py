"""A ClickHouse server's HTTP interface in front of the embedded engine, so that the real HTTP client can be tested.

It covers what our client uses: statements and queries as POST bodies, settings and ``param_`` values in the address,
Arrow inserts with the statement in the address, error codes in the header. It is not a ClickHouse server.
"""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import chdb  # noqa: TID251 -- the engine behind the interface

from tests.support.store import store_directory

_TRANSPORT = frozenset(
    [
        "database",
        "query",
        "query_id",
        "session_id",
        "session_timeout",
        "session_check",
        "default_format",
        "compress",
        "decompress",
        "buffer_size",
        "wait_end_of_query",
        "client_protocol_version",
        "role",
        "send_progress_in_http_headers",
        "http_headers_progress_interval_ms",
        "enable_http_compression",
    ]
)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class names it so
        """Quiet."""

    def do_GET(self) -> None:
        """``/ping``."""
        self._answer(200, b"Ok.\n", {})

    def do_POST(self) -> None:
        """One statement."""
        asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        body = self._body()
        sql, data = (asked["query"], body) if "query" in asked else (body.decode(), b"")
        settings = {k: v for k, v in asked.items() if k not in _TRANSPORT and not k.startswith("param_")}
        params = {k.removeprefix("param_"): v for k, v in asked.items() if k.startswith("param_")}
        server: ForwardingServer = self.server  # type: ignore[assignment]  # started by ForwardingServer only
        try:
            answer = server.run(asked.get("database", ""), sql, settings, params, data)
        except Exception as error:
            text = str(error)
            code = text.split("Code: ", 1)[-1].split(".", 1)[0]
            self._answer(500, text.encode(), {"X-ClickHouse-Exception-Code": code})
            return
        self._answer(200, answer, {"X-ClickHouse-Format": sql.rsplit(" ", 1)[-1], "X-ClickHouse-Timezone": "UTC"})

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            chunks = []
            while size := int(self.rfile.readline(), 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            body = b"".join(chunks)
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class ForwardingServer(ThreadingHTTPServer):
    """Runs statements one at a time on a connection of its own, each with its own settings."""

    daemon_threads = True

    def __init__(self, scratch: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[tuple[str, dict[str, str]]] = []
        self._scratch = scratch
        self._one = threading.Lock()
        # Two packages ship this module, one without types: which one is installed last is not ours to say.
        connect: Any = chdb.connect
        self._connection = connect(str(store_directory().resolve() / "clickhouse"))

    def run(self, database: str, sql: str, settings: dict[str, str], params: dict[str, str], data: bytes) -> bytes:
        """The answer's bytes; raises with the engine's message."""
        with self._one:
            self.seen.append((sql, settings))
            if database:
                self._connection.query(f"USE `{database}`")
            for name, value in settings.items():
                self._connection.query(f"SET {name} = '{value}'")
            try:
                if data:
                    file = self._scratch / "body"
                    file.write_bytes(data)
                    head, form = sql.rsplit("FORMAT", 1)
                    sql = f"{head} FROM INFILE '{file}' FORMAT {form}"
                answer: bytes = self._connection.query(sql, "TabSeparated", params=params).bytes() or b""
                return answer
            finally:
                for name in settings:
                    self._connection.query(f"SET {name} = DEFAULT")

    def server_close(self) -> None:
        """Also gives the engine's connection back."""
        super().server_close()
        self._connection.close()


@contextmanager
def forwarding_server(scratch: Path) -> Iterator[ForwardingServer]:
    """A running server on a free loopback port."""
    server = ForwardingServer(scratch)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
