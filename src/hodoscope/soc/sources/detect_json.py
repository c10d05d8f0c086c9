"""Which product wrote a JSON record: by the keys that only its format has, most telling format first."""

from collections.abc import Callable, Mapping

Record = Mapping[str, object]
Test = Callable[[Record], bool]

# Labels that packers and forwarders add; nested objects some shippers flatten into dotted keys.
_ENTRA_CATEGORIES = (
    "SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs", "ManagedIdentitySignInLogs",
    "AuditLogs", "RiskyUsers", "UserRiskEvents", "ProvisioningLogs", "ADFSSignInLogs", "MicrosoftGraphActivityLogs",
    "RiskyServicePrincipals", "ServicePrincipalRiskEvents",
)  # fmt: skip


def _has(*keys: str) -> Test:
    return lambda record: all(key in record for key in keys)


def _some(count: int, *keys: str) -> Test:
    return lambda record: sum(key in record for key in keys) >= count


def _any(*tests: Test) -> Test:
    return lambda record: any(test(record) for test in tests)


def _inner(record: Record, key: str) -> Record:
    value = record.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(record: Record, key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""


def _event_system(record: Record) -> bool:
    event = record.get("Event")
    if isinstance(event, Mapping):
        return "System" in event or "EventData" in event
    return "System" in record and ("EventData" in record or "EventID" in _inner(record, "System"))


def _entra_diagnostic(record: Record) -> bool:
    resource = (_text(record, "resourceId") + _text(record, "ResourceId")).lower()
    if "microsoft.aadiam" in resource or _text(record, "SourceSystem") == "Azure AD":
        return True
    category = _text(record, "category") + _text(record, "Category")
    return category in _ENTRA_CATEGORIES and ("operationName" in record or "OperationName" in record)


def _office(record: Record) -> bool:
    """Management activity API; some pipelines lower-case every key, Log Analytics renames some."""
    keys = {key.lower() for key in record}
    if {"operation", "officeworkload"} <= keys:
        return True
    return {"operation", "creationtime"} <= keys and len(keys & {"recordtype", "workload", "organizationid"}) >= 2


def _zeek(record: Record) -> bool:
    if "@stream" in record and "ts" in record:
        return True
    if "ts" not in record:
        return False
    flow = {"id.orig_h", "id_orig_h", "id"} & record.keys()
    return ("uid" in record and bool(flow)) or "_path" in record or "_write_ts" in record or _zeek_file(record)


def _zeek_file(record: Record) -> bool:
    """files, x509, notice, pe and the like: a time stamp and a name that nobody else uses."""
    marks = {
        "fuid", "fuids", "certificate.version", "certificate.serial", "note", "peer", "id.orig_h", "host", "ts_delta",
        "version.major", "port_num", "san.dns", "tx_hosts", "actions", "suppress_for",
    }  # fmt: skip
    found = marks & record.keys()
    return bool(found - {"host", "note", "peer"}) or len(found) >= 2


def _google_workspace(record: Record) -> bool:
    kind = _text(record, "kind")
    return kind.startswith(("admin#reports#activit", "reports#activit")) or (
        "applicationName" in _inner(record, "id") and ("events" in record or "name" in record)
    )


def _kubernetes(record: Record) -> bool:
    return "auditID" in record and ("verb" in record or "stage" in record or "requestURI" in record)


def _azure_activity(record: Record) -> bool:
    return "resourceId" in record and "operationName" in record and ("time" in record or "category" in record)


def _winlog(record: Record) -> bool:
    return "winlog" in record or any(key.startswith("winlog.") for key in record)


def _azure_windows(record: Record) -> bool:
    """Windows events of Azure diagnostics: the event as XML text beside its columns."""
    return "RawXml" in _inner(record, "properties")


def _linux_sysmon(record: Record) -> bool:
    """Sysmon for Linux in Log Analytics: the event as XML in a syslog message."""
    return _text(record, "SyslogMessage").lstrip().startswith("<Event>")


_windows_origin = _some(
    1, "SourceName", "ProviderGuid", "EventSourceName", "Computer", "Hostname", "Provider_Name", "EventData"
)
# Log Analytics, NXLog, Log Insight and logstash flatten the event; which names they keep differs.
_windows_flat = _any(
    _has("EventID", "Channel"),
    lambda record: (
        "EventID" in record
        and _some(
            1, "SourceName", "ProviderGuid", "EventSourceName", "Computer", "Hostname", "Provider_Name", "EventData"
        )(record)
    ),
    _has("event_id", "log_name", "computer_name"),
    _has("EventCode", "ComputerName", "LogName"),
)

_ocsf = _any(_has("class_uid", "metadata"), _has("class_uid", "category_uid"), _has("class_uid", "activity_id"))
_cloudtrail = _any(
    _some(4, "eventVersion", "eventSource", "eventName", "awsRegion", "userIdentity", "eventID"),
    _has("eventVersion", "recipientAccountId", "eventType"),
)
_suricata = _any(
    _has("event_type", "flow_id"),
    _has("event_type", "src_ip", "dest_ip", "proto"),
    _has("event_type", "stats", "timestamp"),
    _has("alert", "flow_id", "src_ip"),
)
_okta_keys = ("legacyEventType", "displayMessage", "debugContext", "securityContext", "authenticationContext", "uuid")
_okta = _any(_some(3, "eventType", "published", *_okta_keys), _has("eventType", "published", "actor"))
_google_cloud = _any(
    _has("logName", "insertId"),
    _has("protoPayload", "resource"),
    _has("protoPayload", "logName"),
    _has("logName", "jsonPayload"),
)
_entra = _any(
    _entra_diagnostic,
    _has("activityDateTime", "activityDisplayName"),
    _has("createdDateTime", "appDisplayName"),
    _has("userPrincipalName", "riskEventType"),
)
_nginx_request = ("remote_addr", "request", "status", "request_method", "request_time", "request_uri", "time_local")
_nginx = _some(3, *_nginx_request, "http_user_agent", "http_referer", "body_bytes_sent", "upstream_addr")

JSON_FORMATS: tuple[tuple[str, Test], ...] = (
    ("ocsf", _ocsf),
    ("windows_json", _any(_event_system, _winlog, _azure_windows)),
    ("cloudtrail", _cloudtrail),
    ("kubernetes_audit", _kubernetes),
    ("suricata", _suricata),
    ("zeek_json", _zeek),
    ("journald", _any(_has("__REALTIME_TIMESTAMP"), _has("__CURSOR"), _has("_BOOT_ID", "MESSAGE"))),
    ("okta", _okta),
    ("gworkspace", _google_workspace),
    ("gcp_audit", _google_cloud),
    ("m365", _office),
    ("entra", _entra),
    ("azure_activity", _azure_activity),
    ("windows_json", _linux_sysmon),
    ("log_analytics_syslog", _any(_has("SyslogMessage", "Facility"), _has("SyslogMessage", "SeverityLevel"))),
    ("windows_json", _windows_flat),
    ("nginx_json", _nginx),
    (
        "ecs_json",
        _any(_has("@timestamp", "ecs"), _has("@timestamp", "ecs.version"), _has("@timestamp", "agent", "event")),
    ),
)


def json_format(record: Record) -> str:
    """Format name of a parsed record; ``json`` when no product is recognised."""
    return next((name for name, test in JSON_FORMATS if test(record)), "json")
