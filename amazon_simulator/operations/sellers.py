"""Sellers API v1."""

from ..marketplaces import MARKETPLACES
from .operation import Operation


def get_marketplace_participations(call):
    """Return the marketplaces that the seller sells in."""
    return 200, {
        "payload": [_participation(call.seller, identifier) for identifier in call.seller.marketplaces]
    }


def _participation(seller, marketplace_id):
    marketplace = MARKETPLACES[marketplace_id]
    return {
        "marketplace": {
            "id": marketplace.id,
            "name": marketplace.name,
            "countryCode": marketplace.country,
            "defaultCurrencyCode": marketplace.currency,
            "defaultLanguageCode": marketplace.language,
            "domainName": marketplace.domain,
        },
        "participation": {"isParticipating": True, "hasSuspendedListings": False},
        "storeName": seller.name,
    }


OPERATIONS = (
    Operation(
        "getMarketplaceParticipations",
        "GET",
        "/sellers/v1/marketplaceParticipations",
        get_marketplace_participations,
        0.016,
        15,
    ),
)
