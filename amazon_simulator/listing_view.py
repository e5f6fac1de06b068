"""A listing as the Listings Items API shows it."""

from decimal import Decimal

from .clock import iso


def item_view(listing, marketplace_ids, included):
    """Return Amazon's Item with the sections that were asked for."""
    view = {"sku": listing.sku}
    for section in included:
        view[section] = _SECTIONS[section](listing, marketplace_ids)
    return view


def buyable(listing, marketplace_id):
    """Whether a buyer can buy it: there are a price and goods (those of Amazon are taken for granted)."""
    return bool(list(listing.offers(marketplace_id))) and (listing.by_amazon or bool(listing.quantity))


def statuses(listing, marketplace_id):
    """Return Amazon's status list."""
    return ["BUYABLE", "DISCOVERABLE"] if buyable(listing, marketplace_id) else ["DISCOVERABLE"]


def _summaries(listing, marketplace_ids):
    return [
        {
            "marketplaceId": marketplace_id,
            "asin": listing.asin,
            "productType": listing.product_type,
            "conditionType": "new_new",
            "status": statuses(listing, marketplace_id),
            "itemName": listing.title,
            "createdDate": iso(listing.created),
            "lastUpdatedDate": iso(listing.updated),
        }
        for marketplace_id in marketplace_ids
    ]


def _attributes(listing, marketplace_ids):
    return {
        name: [
            _plain(entry)
            for entry in entries
            if entry.get("marketplace_id", marketplace_ids[0]) in marketplace_ids
        ]
        for name, entries in listing.attributes.items()
    }


def _plain(value):
    """Return JSON without ``Decimal``."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, list) else value


def _issues(listing, marketplace_ids):
    return listing.issues


def _offers(listing, marketplace_ids):
    return [
        {
            "marketplaceId": marketplace_id,
            "offerType": "B2B" if audience == "B2B" else "B2C",
            "price": {"currencyCode": currency, "amount": str(price)},
            "audience": {"value": audience, "displayName": "Sell on Amazon"},
        }
        for marketplace_id, currency, audience, price in listing.offers()
        if marketplace_id in marketplace_ids
    ]


def _availability(listing, marketplace_ids):
    return [
        {
            "fulfillmentChannelCode": entry["fulfillment_channel_code"],
            **({"quantity": entry["quantity"]} if "quantity" in entry else {}),
        }
        for entry in listing.attributes.get("fulfillment_availability", [])
    ]


def _product_types(listing, marketplace_ids):
    return [
        {"marketplaceId": identifier, "productType": listing.product_type} for identifier in marketplace_ids
    ]


def _nothing(listing, marketplace_ids):
    return []


_SECTIONS = {
    "summaries": _summaries,
    "attributes": _attributes,
    "issues": _issues,
    "offers": _offers,
    "fulfillmentAvailability": _availability,
    "procurement": _nothing,
    "relationships": _nothing,
    "productTypes": _product_types,
}
SECTIONS = frozenset(_SECTIONS)
