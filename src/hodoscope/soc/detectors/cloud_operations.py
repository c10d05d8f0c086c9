"""Cloud operations that weaken protection, open a door or give something away: one table for AWS, Azure, Google and
M365.

Names are compared in lower case, without the API version some services append (``AddPermission20150331v2``).
"""
# ruff: noqa:E501 -- one group of operations per line reads as a table

import re
from typing import NamedTuple

from hodoscope.soc.finding import Severity

_LOW, _MEDIUM, _HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH


class Operation(NamedTuple):
    """What an operation means for the defender. ``others_only``: ordinary when done for oneself."""

    kind: str
    words: str
    severity: Severity
    attack: tuple[str, ...]
    others_only: bool = False


KINDS = {
    "logging": "Cloud logging weakened",
    "sharing": "Cloud data opened to others",
    "credentials": "Cloud credentials or rights planted",
    "door": "Cloud way in or out opened",
}
_LOG, _SHARE, _KEYS = ("T1562.008",), ("T1537",), ("T1098.001",)
_ROWS: tuple[tuple[str, Operation], ...] = (
    # -- logging and detection
    ("stoplogging deletetrail deleteeventdatastore", Operation("logging", "the audit trail was switched off or deleted", _HIGH, _LOG)),
    ("updatetrail puteventselectors putinsightselectors", Operation("logging", "what the audit trail records was changed", _MEDIUM, _LOG)),
    ("putbucketlifecycle putbucketlifecycleconfiguration putlifecycleconfiguration", Operation("logging", "objects of a bucket now expire; of a log bucket, that deletes the trail", _MEDIUM, ("T1562.008", "T1485.001"))),
    ("deleteflowlogs deleteresolverquerylogconfig disassociateresolverquerylogconfig", Operation("logging", "network or name logs were deleted", _HIGH, _LOG)),
    ("deletelogstream deleteloggroup deletemetricfilter deletesubscriptionfilter", Operation("logging", "collected logs or their forwarding were deleted", _MEDIUM, _LOG)),
    ("stopconfigurationrecorder deleteconfigurationrecorder deletedeliverychannel", Operation("logging", "the recording of configuration changes was stopped", _HIGH, _LOG)),
    ("deletedetector stopmonitoringmembers disassociatemembers deletemembers disablesecurityhub deletepublishingdestination", Operation("logging", "threat detection was switched off", _HIGH, ("T1562.001", "T1562.008"))),
    ("updatedetector createfilter createipset deletealarms disablealarmactions", Operation("logging", "threat detection or alarms were narrowed", _MEDIUM, ("T1562.001",))),
    ("deletewebacl disassociatewebacl deleteloggingconfiguration", Operation("logging", "a web firewall or its log was removed", _MEDIUM, ("T1562.007",))),
    ("leaveorganization", Operation("logging", "the account tried to leave the organisation and its controls", _HIGH, _LOG)),
    ("microsoft.insights/diagnosticsettings/delete microsoft.network/networkwatchers/flowlogs/delete microsoft.operationalinsights/workspaces/delete microsoft.insights/logprofiles/delete", Operation("logging", "diagnostic or flow logs were deleted", _HIGH, _LOG)),
    ("microsoft.security/pricings/delete microsoft.insights/activitylogalerts/delete", Operation("logging", "alerts were deleted", _MEDIUM, ("T1562.001",))),
    ("set-adminauditlogconfig set-mailboxauditbypassassociation disable-organizationcustomization remove-unifiedauditlogretentionpolicy", Operation("logging", "mail or unified audit logging was changed", _HIGH, _LOG)),
    ("google.logging.v2.configservicev2.deletesink google.logging.v2.configservicev2.deletebucket google.logging.v2.loggingservicev2.deletelog", Operation("logging", "a log sink, bucket or log was deleted", _HIGH, _LOG)),
    ("google.logging.v2.configservicev2.updatesink google.logging.v2.configservicev2.createexclusion google.logging.v2.configservicev2.updatebucket", Operation("logging", "a log sink or exclusion was changed", _MEDIUM, _LOG)),
    # -- data given away
    ("modifysnapshotattribute modifyimageattribute modifydbsnapshotattribute modifydbclustersnapshotattribute modifyfpgaimageattribute", Operation("sharing", "who may use a snapshot or image was changed; shared, it takes the disk's data along", _HIGH, _SHARE)),
    ("putbucketpolicy putbucketacl putobjectacl setbucketpolicy storage.setiampermissions", Operation("sharing", "who may read a bucket was changed", _LOW, ("T1537", "T1530"))),
    ("deletepublicaccessblock deletebucketpublicaccessblock deleteaccountpublicaccessblock", Operation("sharing", "the block on public access was removed", _MEDIUM, ("T1537", "T1562.007"))),
    ("createresourceshare associateresourceshare createinstanceexporttask startexporttask", Operation("sharing", "a resource was shared or exported", _LOW, _SHARE)),
    # -- credentials and rights
    ("createaccesskey", Operation("credentials", "an access key was made for another user", _HIGH, _KEYS, others_only=True)),
    ("createloginprofile updateloginprofile", Operation("credentials", "a console password was set for another user", _HIGH, _KEYS, others_only=True)),
    ("deactivatemfadevice deletevirtualmfadevice", Operation("credentials", "a second factor was removed", _HIGH, ("T1556.006",))),
    ("attachuserpolicy putuserpolicy attachrolepolicy putrolepolicy attachgrouppolicy putgrouppolicy addusertogroup createpolicyversion setdefaultpolicyversion", Operation("credentials", "rights were added", _LOW, ("T1098.003",))),
    ("updateassumerolepolicy", Operation("credentials", "who may take over a role was changed", _MEDIUM, ("T1098.003",))),
    ("createuser", Operation("credentials", "a user was created", _LOW, ("T1136.003",))),
    ("createsamlprovider updatesamlprovider createopenidconnectprovider createtrustanchor", Operation("credentials", "an outside identity provider is now trusted", _HIGH, ("T1484.002",))),
    ("createprofile", Operation("credentials", "a profile that hands out roles was created", _LOW, ("T1098",))),
    ("getfederationtoken", Operation("credentials", "credentials that outlive their key were drawn", _MEDIUM, ("T1550.001", "T1078.004"))),
    # -- doors
    ("addpermission", Operation("door", "who may call a function or queue was widened", _MEDIUM, ("T1098", "T1648"))),
    ("updatefunctioncode", Operation("door", "the code of a function was replaced", _LOW, ("T1648", "T1525"))),
    ("authorizesecuritygroupingress", Operation("door", "an inbound port was opened", _LOW, ("T1562.007",))),
    ("enableserialconsoleaccess sendserialconsolesshpublickey sendsshpublickey", Operation("door", "a way to log in past the network was opened", _MEDIUM, ("T1021.004", "T1098.004"))),
    ("putfoundationmodelentitlement putusecaseformodelaccess createfoundationmodelagreement", Operation("door", "use of a costly language model was unlocked", _LOW, ("T1496.004",))),
    ("sendcommand startsession", Operation("door", "a command or session was sent to a machine through the cloud", _LOW, ("T1651",))),
)  # fmt: skip
OPERATIONS: dict[str, Operation] = {name: operation for names, operation in _ROWS for name in names.split()}
_VERSION = re.compile(r"\d{8}(?:v\d+)?$")


def plain_name(operation: str) -> str:
    """Lower case, without an appended API version."""
    return _VERSION.sub("", operation.lower())
