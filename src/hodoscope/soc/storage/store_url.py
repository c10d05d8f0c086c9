"""Where an event store is: ``chdb:///dir`` in this process, or ``http(s)://`` / ``clickhouse(s)://`` for a server."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from hodoscope.errors import InputError

DEFAULT_DATABASE = "hodoscope"
_FORMS = "chdb:///absolute/dir, chdb:relative/dir, http://host:8123/database, https://host:8443/database"


@dataclass(frozen=True, slots=True)
class StoreUrl:
    """A parsed store address; ``directory`` is set for the embedded engine, ``host`` for a server."""

    database: str
    directory: Path | None = None
    host: str = ""
    port: int = 0
    secure: bool = False
    user: str = ""
    password: str = ""

    @property
    def shown(self) -> str:
        """The address as it may appear in messages: never with a password."""
        if self.directory is not None:
            return f"chdb://{self.directory}"
        return f"{'https' if self.secure else 'http'}://{self.host}:{self.port}/{self.database}"


def parse_store_url(url: str) -> StoreUrl:
    """Parse an address; raises ``InputError`` that lists the accepted forms."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if parts.scheme == "chdb":
        directory = unquote(parts.netloc + parts.path)
        if not directory or directory == "/":
            raise InputError(f"store {url!r} names no directory; use one of {_FORMS}")
        database = query.get("database", DEFAULT_DATABASE)
        return StoreUrl(_checked(database), directory=Path(directory).expanduser().absolute())
    if parts.scheme in ("http", "https", "clickhouse", "clickhouses"):
        try:
            port = parts.port
        except ValueError as error:
            raise InputError(f"store {url!r}: {error}; use one of {_FORMS}") from error
        secure = parts.scheme in ("https", "clickhouses") or query.get("secure", "") in ("1", "true")
        if not parts.hostname:
            raise InputError(f"store {url!r} names no host; use one of {_FORMS}")
        return StoreUrl(
            _checked(unquote(parts.path.strip("/")) or DEFAULT_DATABASE),
            host=parts.hostname,
            port=port or (8443 if secure else 8123),
            secure=secure,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )
    raise InputError(f"store {url!r} is not an address this program knows; use one of {_FORMS}")


def _checked(database: str) -> str:
    if not database.isidentifier() or not database.isascii():
        raise InputError(f"store database {database!r} must be letters, digits and _, not starting with a digit")
    return database
