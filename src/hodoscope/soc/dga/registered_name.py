"""The part of a domain name that its registrant chose: what a generation algorithm can vary.

A host name says nothing about generation (``d1inq1x5xtur5k.cloudfront.net`` is random, and Amazon made it so), the
name registered below a public suffix does. Below providers where anyone registers a host name for free, the label
above the provider's domain is the chosen one, and malware uses them so (kraken, corebot, symmi).
"""

_SECOND_LEVEL = frozenset(
    {"ac", "co", "com", "edu", "gob", "go", "gouv", "gov", "gv", "mil", "ne", "net", "nom", "or", "org", "sch"}
)
"""Labels that registries of country codes put between name and code (``co.uk``, ``com.br``, ``or.jp``)."""
_ANYONE_REGISTERS = frozenset(
    {
        "blogspot.com",
        "changeip.com",
        "ddns.net",
        "dnsalias.com",
        "duckdns.org",
        "dyndns.org",
        "dynserv.com",
        "freedns.org",
        "github.io",
        "gitlab.io",
        "herokuapp.com",
        "hopto.org",
        "mooo.com",
        "netlify.app",
        "no-ip.biz",
        "no-ip.com",
        "no-ip.org",
        "pages.dev",
        "servebeer.com",
        "servehttp.com",
        "sytes.net",
        "vercel.app",
        "workers.dev",
        "yi.org",
        "zapto.org",
    }
)
"""Domains whose owner hands out host names to anyone; content-delivery networks choose the names themselves."""
_NOT_REGISTERED = frozenset(
    {"arpa", "local", "localdomain", "lan", "home", "internal", "corp", "test", "invalid", "localhost", "onion"}
)


def registered_name(domain: str) -> str:
    """The registrant's label in lower case, without public suffix; empty when nobody registered the name.

    Reverse look-ups, service names (``_ipp._tcp.local``), single labels and addresses give the empty text; so do
    internationalised labels (``xn--``), whose letters the encoding hides and which no known generator makes.
    """
    labels = domain.strip().rstrip(".").lower().split(".")
    if len(labels) < 2 or labels[-1] in _NOT_REGISTERED or labels[-1].isdigit() or not all(labels):
        return ""
    suffix = 1
    if len(labels) > 2 and (
        ".".join(labels[-2:]) in _ANYONE_REGISTERS or (len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL)
    ):
        suffix = 2
    name = labels[-1 - suffix]
    return "" if name.startswith("xn--") else name
