"""Which parser a mapping file's ``parser`` names. One line per parser."""

from collections.abc import Callable, Mapping

from hodoscope.errors import MappingError
from hodoscope.soc.normalise.auditd_parser import AuditdParser
from hodoscope.soc.normalise.delimited_parser import DelimitedParser
from hodoscope.soc.normalise.ecs_parser import EcsParser
from hodoscope.soc.normalise.interface import Parser
from hodoscope.soc.normalise.journald_parser import JournaldParser
from hodoscope.soc.normalise.json_parser import JsonParser
from hodoscope.soc.normalise.mapping import FormatMapping
from hodoscope.soc.normalise.regex_parser import RegexParser
from hodoscope.soc.normalise.syslog_parser import SyslogParser
from hodoscope.soc.normalise.windows_parser import WindowsParser
from hodoscope.soc.normalise.zeek_parser import ZeekParser

PARSERS: dict[str, Callable[[Mapping[str, object]], Parser]] = {
    "json": JsonParser,
    "regex": RegexParser,
    "windows": lambda options: WindowsParser(),
    "auditd": lambda options: AuditdParser(),
    "ecs": lambda options: EcsParser(),
    "journald": JournaldParser,
    "syslog": SyslogParser,
    "zeek": lambda options: ZeekParser(),
    "delimited": DelimitedParser,
}


def parser_for(mapping: FormatMapping) -> Parser:
    """The parser of a mapping; :class:`MappingError` when it names none."""
    if mapping.parser not in PARSERS:
        raise MappingError(f"{mapping.path}: unknown parser {mapping.parser!r}; known: {', '.join(PARSERS)}")
    return PARSERS[mapping.parser](mapping.parser_options)
