"""Microsoft Entra sign-in logs in the shape that Azure Monitor diagnostic settings export."""

from typing import NamedTuple

from hodoscope.soc.simulate import clock
from hodoscope.soc.simulate.company import TENANT, Person
from hodoscope.soc.simulate.dice import Dice

SUCCESS, WRONG_PASSWORD, LOCKED, MFA_NEEDED = 0, 50126, 50053, 50074
_REASONS = {
    SUCCESS: "",
    WRONG_PASSWORD: "Error validating credentials due to invalid username or password.",
    LOCKED: "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
    MFA_NEEDED: "Strong Authentication is required.",
}
APPLICATIONS = {
    "Office 365 Exchange Online": "00000002-0000-0ff1-ce00-000000000000",
    "Office 365 SharePoint Online": "00000003-0000-0ff1-ce00-000000000000",
    "Microsoft Teams": "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
    "Azure Portal": "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
    "AWS Single-Account Access": "7d2f1a36-20b9-4c65-9a1e-3e1f5c0d8a42",
}


class Place(NamedTuple):
    """Where an address is, as Entra's lookup reports it."""

    ip: str
    city: str
    state: str
    country: str


def _device(person: Person, agent: str, known: bool) -> dict[str, object]:
    return {
        "deviceId": person.ja3[:8] if known else "",
        "displayName": person.workstation.name if known else "",
        "operatingSystem": "Windows10" if "Windows" in agent else "",
        "browser": "Chrome 133.0.0" if "Chrome" in agent else "",
        "trustType": "Hybrid Azure AD joined" if known else "",
    }


def _password_step(time_us: int, result: int) -> dict[str, object]:
    return {
        "authenticationStepDateTime": clock.iso(time_us, "+00:00"),
        "authenticationMethod": "Password",
        "authenticationMethodDetail": "Password Hash Sync",
        "succeeded": result in (SUCCESS, MFA_NEEDED),
        "authenticationStepRequirement": "Primary authentication",
    }


def sign_in(
    time_us: int,
    dice: Dice,
    person: Person,
    place: Place,
    *,
    application: str,
    agent: str,
    result: int = SUCCESS,
    second_factor: bool = False,
    client: str = "Browser",
) -> dict[str, object]:
    """One interactive sign-in; `result` is Entra's error code (0 is success)."""
    # Drawn in this order: same seed, same bytes.
    correlation, identity = dice.guid(), dice.guid()
    second = second_factor or result == MFA_NEEDED
    properties = {
        "id": identity,
        "correlationId": correlation,
        "clientAppUsed": client,
        "userAgent": agent,
        "deviceDetail": _device(person, agent, client == "Browser" and second_factor),
        "authenticationRequirement": "multiFactorAuthentication" if second else "singleFactorAuthentication",
        **_properties(time_us, person, place, application, result),
    }
    return {
        "time": clock.iso(time_us),
        "resourceId": f"/tenants/{TENANT}/providers/Microsoft.aadiam",
        "operationName": "Sign-in activity",
        "operationVersion": "1.0",
        "category": "SignInLogs",
        "tenantId": TENANT,
        "resultType": str(result),
        "resultSignature": "None",
        "resultDescription": _REASONS[result],
        "durationMs": 0,
        "callerIpAddress": place.ip,
        "correlationId": correlation,
        "identity": person.display_name,
        "Level": 4,
        "location": place.country,
        "properties": properties,
    }


def _properties(time_us: int, person: Person, place: Place, application: str, result: int) -> dict[str, object]:
    return {
        "createdDateTime": clock.iso(time_us, "+00:00"),
        "userDisplayName": person.display_name,
        "userPrincipalName": person.upn,
        "userId": person.entra_id,
        "appId": APPLICATIONS[application],
        "appDisplayName": application,
        "ipAddress": place.ip,
        "status": {"errorCode": result, "failureReason": _REASONS[result]} if result else {"errorCode": 0},
        "location": {"city": place.city, "state": place.state, "countryOrRegion": place.country},
        "conditionalAccessStatus": "success" if result == SUCCESS else "notApplied",
        "isInteractive": True,
        "tokenIssuerType": "AzureAD",
        "riskDetail": "none",
        "riskLevelAggregated": "none",
        "riskLevelDuringSignIn": "none",
        "riskState": "none",
        "resourceDisplayName": application,
        "resourceTenantId": TENANT,
        "homeTenantId": TENANT,
        "authenticationDetails": [_password_step(time_us, result)],
        "userType": "Member",
    }
