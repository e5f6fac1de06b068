"""Why Amazon does not serve an account until somebody does something, told by Amazon's errors."""

from .errors import EXPIRED_ADDRESS, AmazonError
from .lwa import EXPIRED_CLIENT_SECRET

ENDED = "ended"  # the authorisation is older than a year
REVOKED = "revoked"  # the seller took the permission back, or gave it anew elsewhere
APP_REFUSED = "app_refused"  # client_id or client_secret is wrong, or Amazon has disabled the app
SECRET_EXPIRED = "secret_expired"
ROLE_MISSING = "role_missing"
WRONG_REGION = "wrong_region"

ROLE_FREE = "getMarketplaceParticipations"

# Not causes yet: the next token request, or one more operation, tells.
STALE_KEY = "stale_key"
DENIED = "denied"

_CODES = {
    "invalid_grant": REVOKED,
    "invalid_client": APP_REFUSED,
    "unauthorized_client": APP_REFUSED,
    EXPIRED_CLIENT_SECRET: SECRET_EXPIRED,
}

# "Role mappings for SP-API operations". createFeed needs that of the feed type. Last seen: 2026-11-23
ROLES = {
    "searchOrders": "Inventory and Order Tracking",
    "getOrder": "Inventory and Order Tracking",
    "searchListingsItems": "Product Listing",
    "getListingsItem": "Product Listing",
}


def cause_of(error):
    """Tell what an error says about the account.

    :param AmazonError error: of LWA or of an operation
    :return: one of the causes above, ``STALE_KEY``, ``DENIED``, or None if it is about something else
    """
    if error.code in _CODES:
        return _CODES[error.code]
    if error.status not in (401, 403) or error.code == EXPIRED_ADDRESS:
        return None
    text = error.message.lower()
    if "secret" in text and "expired" in text:
        return SECRET_EXPIRED
    if "access token" in text:
        return STALE_KEY
    return WRONG_REGION if error.operation == ROLE_FREE else DENIED


def tell_apart(seller, marketplace_ids):
    """Find out why Amazon denied an operation to an access key that is good.

    Amazon answers the same for a role that is missing and for keys of another region ("Access to requested
    resource is denied", amzn/selling-partner-api-models issue 4825). getMarketplaceParticipations needs no
    role, so it tells them apart.

    :param SellingPartner seller: with the key that was denied
    :param set marketplace_ids: Amazon's ids of all marketplaces of the account's region
    :return: ``ROLE_MISSING``, ``WRONG_REGION``, ``STALE_KEY``, or None if Amazon does not say now
    """
    try:
        participations = seller.get_marketplace_participations()
    except AmazonError as error:
        return cause_of(error)
    found = {entry["marketplace"]["id"] for entry in participations}
    return ROLE_MISSING if found & set(marketplace_ids) else WRONG_REGION
