"""Which groups, roles and policies make an account an administrator.

Windows groups by security identifier (Microsoft, "Well-known SIDs" and "Active Directory security groups"), which holds
in every language; names only where no identifier is logged. What one would get wrong: 544 is a whole SID
(``S-1-5-32-544``), while 512, 518 and 519 are only the last part of a domain's SID.
"""

import re

_DOMAIN_RIDS = frozenset({"512", "516", "518", "519", "520", "526", "527"})
_BUILTIN = frozenset(f"s-1-5-32-{rid}" for rid in (544, 548, 549, 550, 551))
_NAMES = frozenset({
    "administrators", "domain admins", "enterprise admins", "schema admins", "group policy creator owners",
    "key admins", "enterprise key admins", "account operators", "server operators", "print operators",
    "backup operators", "dnsadmins", "administratoren", "domänen-admins", "administrateurs", "admins du domaine",
    "administradores", "amministratori", "sudo", "wheel", "root", "admin", "docker", "adm", "lxd",
    "global administrator", "company administrator", "privileged role administrator", "security administrator",
    "super admin", "super administrator", "cluster-admin",
})  # fmt: skip
_POLICY = re.compile(r"AdministratorAccess|IAMFullAccess|PowerUserAccess|roles/owner|roles/iam\.", re.IGNORECASE)
GRANTING_CALLS = frozenset({
    "AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy", "PutUserPolicy", "PutRolePolicy", "AddUserToGroup",
})  # fmt: skip
"""AWS IAM calls that can grant administrator rights (MITRE T1098.003)."""


def is_privileged_group(name: str, uid: str) -> bool:
    """True for a group that administers machines, a domain or a tenant."""
    sid = uid.lower()
    if sid in _BUILTIN:
        return True
    if sid.startswith("s-1-5-21-"):
        return sid.rpartition("-")[2] in _DOMAIN_RIDS
    return name.lower().rpartition("\\")[2] in _NAMES


def is_domain_wide_group(name: str, uid: str) -> bool:
    """True for Domain, Schema and Enterprise Admins (Microsoft, "Events to Monitor": a change there is worth a
    look)."""
    if uid.lower().startswith("s-1-5-21-"):
        return uid.rpartition("-")[2] in ("512", "518", "519")
    return name.lower().rpartition("\\")[2] in ("domain admins", "schema admins", "enterprise admins")


def is_privileged_policy(text: str) -> bool:
    """True for the name or ARN of a policy or role that administers an account."""
    return bool(_POLICY.search(text))


def is_builtin_administrator(uid: str) -> bool:
    """True for RID 500, the built-in administrator, whatever its name is."""
    return uid.upper().startswith("S-1-5-21-") and uid.endswith("-500")
