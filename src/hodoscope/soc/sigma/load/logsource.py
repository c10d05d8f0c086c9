"""The log source a document names."""

from collections.abc import Mapping

from hodoscope.soc.sigma.load.refusal import Refused
from hodoscope.soc.sigma.rule import LogSource


def read_logsource(document: Mapping[str, object]) -> LogSource:
    """Product, category and service, in lower case as the specification writes them. Refused when all are missing."""
    written = document.get("logsource")
    if not isinstance(written, dict):
        raise Refused("logsource: missing", "give the document a logsource: product, category or service")
    values = {key: written.get(key) for key in ("product", "category", "service")}
    wrong = [key for key, value in values.items() if value is not None and not isinstance(value, str)]
    if wrong:
        raise Refused("logsource: type", f"write the {wrong[0]} as text", wrong[0])
    if not any(values.values()):
        raise Refused("logsource: missing", "a logsource needs a product, a category or a service", "logsource")
    return LogSource(**{key: str(value or "").strip().lower() for key, value in values.items()})


def covers(wider: LogSource, narrower: LogSource) -> bool:
    """Whether every attribute the wider one states is the same in the narrower one."""
    pairs = (
        (wider.product, narrower.product),
        (wider.category, narrower.category),
        (wider.service, narrower.service),
    )
    return all(stated in ("", other) for stated, other in pairs)
