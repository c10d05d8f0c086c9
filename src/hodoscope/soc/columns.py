"""The one table of event columns: OCSF 1.8.0 path, storage type and ECS name.

From here come the ClickHouse tables, the Arrow schema, the ECS export, the schema page and (with the mapping files) the
Sigma aliases. A column is named by its OCSF path with ``_`` for ``.``; where the two differ the row gives the path.
Columns that OCSF does not have are ours and say why.

Kinds:
``lc``    low-cardinality text, dictionary-encoded in Arrow;  ``text`` free text;  ``int`` signed 64 bit, nullable;
``enum``  OCSF enum value, UInt32 (Windows classes are 201xxx), 0 is "unknown";  ``port`` UInt16, nullable;
``bool``  nullable;
``list``  array of low-cardinality text;  ``time`` microseconds UTC, nullable;  ``float`` nullable.
Text is never null: an absent value is the empty string, so that no query needs to tell the two apart.
"""

from typing import Literal, NamedTuple

Kind = Literal["lc", "text", "int", "enum", "port", "bool", "list", "time", "float"]


class Column(NamedTuple):
    """One typed attribute of an event."""

    name: str
    kind: Kind
    ocsf: str
    ecs: str
    note: str = ""


def _c(path: str, kind: Kind, ecs: str = "", note: str = "", ocsf: str = "") -> Column:
    """``ocsf`` only where the OCSF path differs from the name; ``[]`` in it marks an array of objects."""
    return Column(path.replace(".", "_"), kind, ocsf or path, ecs, note)


COLUMNS: tuple[Column, ...] = (
    # -- classification
    _c("category_uid", "enum"),
    _c("class_uid", "enum"),
    _c("activity_id", "enum"),
    _c("activity_name", "lc", "", "the vendor's own word for what happened, verbatim"),
    _c("severity_id", "enum"),
    _c("status_id", "enum"),
    _c("status_code", "lc", "", "the vendor's status or error code, verbatim"),
    _c("status_detail", "text", "event.reason"),
    _c("message", "text", "", "short text only; a vendor's rendered message stays in the raw event"),
    _c("timezone_offset", "int", "", "minutes; the offset written in the event, null when none was written"),
    _c("start_time", "time", "event.start"),
    _c("end_time", "time", "event.end"),
    _c("duration", "int", "", "milliseconds (OCSF)"),
    # -- metadata
    _c("metadata.product.vendor_name", "lc", "observer.vendor"),
    _c("metadata.product.name", "lc", "observer.product"),
    _c("metadata.log_provider", "lc", "event.provider"),
    _c("metadata.log_name", "lc", "", "Windows channel, Zeek path, Suricata event_type, CloudTrail eventCategory ..."),
    _c("metadata.event_code", "lc", "event.code"),
    _c("metadata.uid", "text", "event.id"),
    _c("metadata.correlation_uid", "text"),
    # -- the device that reports
    _c("device.hostname", "lc", "host.name"),
    _c("device.ip", "lc", "host.ip"),
    _c("device.mac", "lc", "host.mac"),
    _c("device.uid", "lc", "host.id"),
    _c("device.os.name", "lc", "host.os.name"),
    _c("device.domain", "lc", "host.domain"),
    # -- who acts
    _c("actor.user.name", "lc", "user.name"),
    _c("actor.user.domain", "lc", "user.domain"),
    _c("actor.user.uid", "lc", "user.id"),
    _c("actor.user.email_addr", "lc", "user.email"),
    _c("actor.user.full_name", "lc", "user.full_name"),
    _c("actor.user.type", "lc", "", "the vendor's word (IAMUser, AssumedRole, Regular ...), verbatim"),
    _c("actor.user.credential_uid", "lc", "", "access key or certificate id"),
    _c("actor.session.uid", "lc", "", "logon id or session id, verbatim"),
    _c("actor.session.is_mfa", "bool"),
    _c("actor.idp.name", "lc"),
    _c("actor.app_name", "lc"),
    _c("actor.invoked_by", "lc"),
    # -- who or what is acted on
    _c("user.name", "lc", "user.target.name"),
    _c("user.domain", "lc", "user.target.domain"),
    _c("user.uid", "lc", "user.target.id"),
    _c("user.email_addr", "lc", "user.target.email"),
    _c("group.name", "lc", "group.name"),
    _c("group.domain", "lc", "group.domain"),
    _c("group.uid", "lc", "group.id"),
    _c("privileges", "list"),
    _c("service.name", "lc", "service.name"),
    _c("resource.name", "lc"),
    _c("resource.type", "lc"),
    _c("resource.uid", "lc"),
    # -- the acting process (in a process event: the creator)
    _c("actor.process.name", "lc", "process.parent.name"),
    _c("actor.process.file.path", "lc", "process.parent.executable"),
    _c("actor.process.cmd_line", "text", "process.parent.command_line"),
    _c("actor.process.pid", "int", "process.parent.pid"),
    _c("actor.process.uid", "lc", "process.parent.entity_id"),
    _c("actor.process.user.name", "lc", "process.parent.user.name"),
    _c("actor.process.parent_process.file.path", "lc"),
    # -- the process acted on (in a process event: the created one)
    _c("process.name", "lc", "process.name"),
    _c("process.file.path", "lc", "process.executable"),
    _c("process.file.internal_name", "lc", "process.pe.original_file_name"),
    _c("process.file.company_name", "lc", "process.pe.company"),
    _c("process.file.product", "lc", "process.pe.product", ocsf="process.file.product.name"),
    _c("process.file.desc", "lc", "process.pe.description"),
    _c("process.file.version", "lc", "process.pe.file_version"),
    _c("process.cmd_line", "text", "process.command_line"),
    _c("process.pid", "int", "process.pid"),
    _c("process.tid", "int", "process.thread.id"),
    _c("process.uid", "lc", "process.entity_id"),
    _c("process.integrity", "lc", "", "verbatim: label or SID"),
    _c("process.working_directory", "lc", "process.working_directory"),
    _c("process.session.uid", "lc"),
    _c("process.granted_access", "lc", "", "ours: verbatim access mask (0x1410); OCSF has numbers"),
    # -- files, modules, hashes (of the file, module or created process the event is about)
    _c("file.name", "lc", "file.name"),
    _c("file.path", "text", "file.path"),
    _c("file.parent_folder", "lc", "file.directory"),
    _c("file.ext", "lc", "file.extension"),
    _c("file.size", "int", "file.size"),
    _c("file.mime_type", "lc", "file.mime_type"),
    _c("file.uid", "lc"),
    _c("file.type", "lc", "file.type", "the vendor's word (Regular File, folder, spreadsheet ...), verbatim"),
    _c("file.owner.name", "lc", "file.owner"),
    _c("file.hashes.md5", "lc", "file.hash.md5", "ours: OCSF keeps a list of fingerprints"),
    _c("file.hashes.sha1", "lc", "file.hash.sha1", "ours: see md5"),
    _c("file.hashes.sha256", "lc", "file.hash.sha256", "ours: see md5"),
    _c("file.hashes.imphash", "lc", "file.pe.imphash", "ours: see md5"),
    _c("file.signature.status", "lc", "file.code_signature.status", ocsf="file.signature.state"),
    _c(
        "file.signature.signer",
        "lc",
        "file.code_signature.subject_name",
        ocsf="file.signature.certificate.subject",
    ),
    # -- Windows objects
    _c("reg_key.path", "text", "registry.path"),
    _c("reg_value.name", "lc", "registry.value"),
    _c("reg_value.data", "text", "registry.data.strings"),
    _c("win_service.name", "lc", "", "verbatim service name"),
    _c("win_service.cmd_line", "text", "", "verbatim image path of the service"),
    _c("win_service.run_as", "lc", ocsf="win_service.service_start_name"),
    _c("win_service.start_type", "lc", ocsf="win_service.service_start_type"),
    _c("job.name", "text", "", "scheduled task or cron job"),
    _c("job.cmd_line", "text"),
    _c("script.content", "text", "powershell.file.script_block_text", ocsf="script.script_content.value"),
    _c("pipe.name", "lc", "", "ours: OCSF 1.8 has no hot attribute for a named pipe"),
    # -- endpoints
    _c("src_endpoint.ip", "lc", "source.ip"),
    _c("src_endpoint.port", "port", "source.port"),
    _c("src_endpoint.hostname", "lc", "source.domain"),
    _c("src_endpoint.mac", "lc", "source.mac"),
    _c("src_endpoint.location.country", "lc", "source.geo.country_iso_code"),
    _c("src_endpoint.location.city", "lc", "source.geo.city_name"),
    _c("src_endpoint.autonomous_system.number", "int", "source.as.number"),
    _c("dst_endpoint.ip", "lc", "destination.ip"),
    _c("dst_endpoint.port", "port", "destination.port"),
    _c("dst_endpoint.hostname", "lc", "destination.domain"),
    _c("dst_endpoint.mac", "lc", "destination.mac"),
    # -- connection and traffic
    _c("connection_info.uid", "text", "network.session_id"),
    _c("connection_info.community_uid", "text", "network.community_id"),
    _c("connection_info.protocol_name", "lc", "network.transport"),
    _c("connection_info.direction_id", "enum"),
    _c("connection_info.state", "lc", "", "ours: verbatim connection state (SF, S0, REJ ...)"),
    _c(
        "app_name",
        "lc",
        "network.protocol",
        "application protocol or service as the sensor names it",
        ocsf="app_protocol_name",
    ),
    _c("traffic.bytes_out", "int", "source.bytes", "bytes from source to destination"),
    _c("traffic.bytes_in", "int", "destination.bytes", "bytes from destination to source"),
    _c("traffic.packets_out", "int", "source.packets"),
    _c("traffic.packets_in", "int", "destination.packets"),
    # -- DNS
    _c("query.hostname", "text", "dns.question.name"),
    _c("query.type", "lc", "dns.question.type"),
    _c("query.class", "lc", "dns.question.class"),
    _c("answers", "list", "dns.resolved_ip", ocsf="answers[].rdata"),
    _c("rcode", "lc", "dns.response_code"),
    # -- HTTP
    _c("http_request.http_method", "lc", "http.request.method"),
    _c("http_request.url.url_string", "text", "url.original"),
    _c("http_request.url.hostname", "lc", "url.domain"),
    _c("http_request.url.path", "text", "url.path"),
    _c("http_request.url.query_string", "text", "url.query"),
    _c("http_request.user_agent", "lc", "user_agent.original"),
    _c("http_request.referrer", "lc", "http.request.referrer"),
    _c("http_request.version", "lc", "http.version"),
    _c("http_request.body_length", "int", "http.request.bytes"),
    _c("http_response.code", "int", "http.response.status_code"),
    _c("http_response.body_length", "int", "http.response.bytes"),
    _c("http_response.content_type", "lc", "http.response.mime_type"),
    # -- TLS, certificates
    _c("tls.version", "lc", "tls.version"),
    _c("tls.cipher", "lc", "tls.cipher"),
    _c("tls.sni", "lc", "tls.client.server_name"),
    _c("tls.ja3_hash", "lc", "tls.client.ja3", "ours: OCSF keeps fingerprint objects"),
    _c("tls.ja3s_hash", "lc", "tls.server.ja3s", "ours: see ja3"),
    _c("certificate.subject", "lc", "tls.server.subject"),
    _c("certificate.issuer", "lc", "tls.server.issuer"),
    _c("certificate.serial_number", "lc"),
    # -- authentication
    _c("auth_protocol", "lc", "", "verbatim (NTLM, Kerberos, password, publickey ...)"),
    _c("logon_type_id", "enum"),
    _c("logon_type", "lc", "", "verbatim logon type"),
    _c("logon_process.name", "lc"),
    _c("is_mfa", "bool"),
    _c("is_remote", "bool"),
    # -- API and cloud
    _c("api.operation", "lc", "", "the call or audit operation, verbatim"),
    _c("api.service.name", "lc"),
    _c("api.request.uid", "text"),
    _c("api.response.error", "lc"),
    _c("api.response.message", "text"),
    _c("cloud.provider", "lc", "cloud.provider"),
    _c("cloud.region", "lc", "cloud.region"),
    _c("cloud.account.uid", "lc", "cloud.account.id"),
    # -- findings of other tools
    _c("finding_info.title", "lc", "rule.name"),
    _c("finding_info.uid", "lc", "rule.id"),
    _c("finding_info.types", "list"),
    _c("malware.name", "lc", ocsf="malware[].name"),
)
"""Typed attributes, in storage order."""

ECS_EVENT_COLUMNS: tuple[Column, ...] = (
    Column("ecs_event_category", "list", "", "event.category", "ECS vocabulary has no OCSF counterpart one to one"),
    Column("ecs_event_type", "list", "", "event.type", "see event.category"),
    Column("ecs_event_action", "lc", "", "event.action", "see event.category"),
    Column("ecs_event_outcome", "lc", "", "event.outcome", "see event.category"),
)
"""The four ECS classification fields, set by the mapping files beside the OCSF ones."""

ALL: tuple[Column, ...] = COLUMNS + ECS_EVENT_COLUMNS
BY_NAME: dict[str, Column] = {column.name: column for column in ALL}
