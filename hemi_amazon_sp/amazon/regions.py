"""Where Amazon is: the three regions of the Selling Partner API, and Login with Amazon (LWA)."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from .errors import BAD_ADDRESS, AmazonError

# "Connecting to the Selling Partner API". Last seen: 2026-11-23
LWA_URL = "https://api.amazon.com/auth/o2/token"
LWA_PATH = "/auth/o2/token"

PRODUCTION, SANDBOX, CUSTOM = "production", "sandbox", "custom"


@dataclass(frozen=True)
class Region:
    """One selling region. An authorisation is valid in one region only."""

    code: str
    name: str
    production: str
    sandbox: str


def _region(code, name):
    host = f"sellingpartnerapi-{code}.amazon.com"
    return Region(code, name, f"https://{host}", f"https://sandbox.{host}")


# "SP-API Endpoints", "The Selling Partner API sandbox". Last seen: 2026-11-23
REGIONS = {
    region.code: region
    for region in (_region("na", "North America"), _region("eu", "Europe"), _region("fe", "Far East"))
}


@dataclass(frozen=True)
class Endpoints:
    """The addresses of one authorisation: ``api`` (no trailing slash) and ``lwa`` (where tokens are)."""

    api: str
    lwa: str


def endpoints(region_code, environment, base_url=None):
    """Return the addresses of a region.

    :param str region_code: ``na``, ``eu`` or ``fe``
    :param str environment: ``production``, ``sandbox`` (same LWA as production) or ``custom``
    :param str base_url: for ``custom``, the address that stands in for Amazon, both the API and LWA
    :rtype: Endpoints
    :raise AmazonError: ``BadAddress``, with a sentence for the user
    """
    if region_code not in REGIONS:
        raise AmazonError(BAD_ADDRESS, f"There is no Amazon region {region_code!r}: choose na, eu or fe.")
    region = REGIONS[region_code]
    if environment == PRODUCTION:
        return Endpoints(region.production, LWA_URL)
    if environment == SANDBOX:
        return Endpoints(region.sandbox, LWA_URL)
    if environment == CUSTOM:
        base = _clean_base(base_url)
        return Endpoints(base, base + LWA_PATH)
    raise AmazonError(
        BAD_ADDRESS, f"There is no environment {environment!r}: choose production, sandbox or custom."
    )


def _clean_base(base_url):
    if not base_url:
        raise AmazonError(
            BAD_ADDRESS, "The custom environment needs a base URL, such as https://amazon.test."
        )
    parts = check_secure(base_url)
    if parts.query or parts.fragment or parts.username or parts.password:
        raise AmazonError(BAD_ADDRESS, "The base URL may hold a host, a port and a path, nothing else.")
    return base_url.strip().rstrip("/")


def check_secure(url):
    """Return the parts of an address that is safe to talk to: https, or http on this very machine.

    :param str url: the address
    :rtype: urllib.parse.SplitResult
    :raise AmazonError: ``BadAddress``
    """
    try:
        parts = urlsplit(url.strip())
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise AmazonError(BAD_ADDRESS, "The address cannot be read: check host and port.") from error
    if parts.scheme not in ("http", "https") or not host:
        raise AmazonError(BAD_ADDRESS, "The address must start with https:// and name a host.")
    if parts.scheme == "http" and not is_loopback(host):
        raise AmazonError(
            BAD_ADDRESS, f"Plain http is only allowed on this machine (127.0.0.1), not to {host}: use https."
        )
    return parts


def is_loopback(host):
    """Tell whether ``host`` (a name or an address, without port) is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
