"""Completes the short description of an order into one as Amazon shows it (Orders API 2026-01-01)."""

import re
from datetime import timedelta
from decimal import Decimal

from .clock import iso, parse
from .marketplaces import MARKETPLACES, WHOLE_CURRENCIES

_ORDER_ID = re.compile(r"\w{3}-\w{7}-\w{7}", re.ASCII)
_BUYERS = {
    "DE": ("Katharina Vogel", "Lindenstra\u00dfe 14", "M\u00fcnchen", "80331", None),
    "FR": ("Camille Lef\u00e8vre", "27 rue des Capucins", "Lyon", "69001", None),
    "US": ("Emily Carter", "1482 Maple Avenue", "Portland", "97205", "OR"),
    "GB": ("Oliver Bennett", "8 Station Road", "Leeds", "LS1 4DY", None),
    "JP": ("\u5c71\u7530 \u592a\u90ce", "1-2-3 Marunouchi", "Chiyoda-ku", "100-0005", "\u6771\u4eac\u90fd"),
}


def complete(short, seller, identifiers, now):
    """Return a whole Order for a short description.

    :param dict short: ``marketplaceId``, ``items`` [{sku, quantity, unitPrice, and optional: tax, shipping,
        shippingTax (amounts of the whole line, tax on top of the prices), title, asin, orderItemId}], and
        optional: ``orderId``, ``buyer`` (a name or Amazon's Buyer), ``address`` (Amazon's CustomerAddress),
        ``fulfilledBy``, ``fulfillmentStatus``, ``programs``, ``createdHoursAgo``
    :param datetime now: when it was last updated
    """
    if short["marketplaceId"] not in seller.marketplaces:
        raise ValueError(f"{seller.id} does not sell in the marketplace {short['marketplaceId']}.")
    marketplace = MARKETPLACES[short["marketplaceId"]]
    created = now - timedelta(hours=short.get("createdHoursAgo", 0))
    items = [_item(item, seller, marketplace, identifiers) for item in short["items"]]
    fulfilled_by = short.get("fulfilledBy") or _fulfilled_by(short, seller)
    return {
        "orderId": short.get("orderId") or identifiers.order_id(),
        "createdTime": iso(created),
        "lastUpdatedTime": iso(now),
        "programs": short.get("programs", []),
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": marketplace.id,
            "marketplaceName": marketplace.name,
        },
        "buyer": _buyer(short, marketplace, fulfilled_by),
        "recipient": {"deliveryAddress": _address(short, marketplace, fulfilled_by)},
        "proceeds": {"grandTotal": _money(_sum(items), marketplace.currency)},
        "fulfillment": _fulfillment(short, fulfilled_by, created),
        "orderItems": items,
        "packages": [],
    }


def check(order, seller):
    """Check what the simulator relies on in a whole Order.

    :raise ValueError: with what is wrong
    """
    if order["salesChannel"].get("marketplaceId") not in seller.marketplaces:
        raise ValueError(f"{seller.id} does not sell in {order['salesChannel'].get('marketplaceId')}.")
    if not _ORDER_ID.fullmatch(order["orderId"]):
        raise ValueError(f"The order id {order['orderId']} is not in 3-7-7 format.")
    if parse(order["lastUpdatedTime"]) < parse(order["createdTime"]):
        raise ValueError("An order cannot be updated before it is created.")
    item_ids = [item["orderItemId"] for item in order["orderItems"]]
    if not item_ids or len(set(item_ids)) < len(item_ids):
        raise ValueError("An order has at least one item, and each an id of its own.")


def _fulfilled_by(short, seller):
    """Amazon fulfils an order if it keeps the goods."""
    listings = [seller.listings.get(item["sku"]) for item in short["items"]]
    return "AMAZON" if listings and all(listing and listing.by_amazon for listing in listings) else "MERCHANT"


def _fulfillment(short, fulfilled_by, created):
    return {
        "fulfillmentStatus": short.get("fulfillmentStatus")
        or ("SHIPPED" if fulfilled_by == "AMAZON" else "UNSHIPPED"),
        "fulfilledBy": fulfilled_by,
        "fulfillmentServiceLevel": "STANDARD",
        "shipByWindow": {
            "earliestDateTime": iso(created),
            "latestDateTime": iso(created + timedelta(days=2)),
        },
        "deliverByWindow": {
            "earliestDateTime": iso(created + timedelta(days=3)),
            "latestDateTime": iso(created + timedelta(days=6)),
        },
    }


def _buyer(short, marketplace, fulfilled_by):
    buyer = short.get("buyer") or _someone(marketplace)[0]
    if isinstance(buyer, str):
        buyer = {"buyerName": buyer}
    if fulfilled_by == "MERCHANT" and "buyerEmail" not in buyer:
        domain = marketplace.domain.removeprefix("www.")
        local = "".join(
            letter for letter in buyer["buyerName"].lower() if letter.isascii() and letter.isalnum()
        )
        buyer = {**buyer, "buyerEmail": f"{local or 'buyer'}@marketplace.{domain}"}
    return buyer


def _address(short, marketplace, fulfilled_by):
    """Of an order that Amazon ships, the seller sees the place only."""
    name, street, city, postal_code, state = _someone(marketplace)
    address = short.get("address") or {
        "name": name,
        "addressLine1": street,
        "city": city,
        "postalCode": postal_code,
        "addressType": "RESIDENTIAL",
        "countryCode": marketplace.country,
        **({"stateOrRegion": state} if state else {}),
    }
    if fulfilled_by == "MERCHANT":
        return address
    return {
        key: address[key] for key in ("city", "stateOrRegion", "postalCode", "countryCode") if key in address
    }


def _someone(marketplace):
    return _BUYERS.get(marketplace.country, _BUYERS["GB"])


def _item(short, seller, marketplace, identifiers):
    listing = seller.listings.get(short["sku"])
    price, quantity, currency = Decimal(str(short["unitPrice"])), short["quantity"], marketplace.currency
    breakdowns = _breakdowns(short, price * quantity, currency)
    item = {
        "orderItemId": short.get("orderItemId") or identifiers.order_item_id(),
        "quantityOrdered": quantity,
        "product": {
            "asin": short.get("asin") or (listing.asin if listing else "B0UNKNOWN1"),
            "title": short.get("title") or (listing.title if listing else short["sku"]),
            "sellerSku": short["sku"],
            "condition": {"conditionType": "NEW", "conditionSubtype": "NEW"},
            "price": {"unitPrice": _money(price, currency)},
        },
        "proceeds": {"proceedsTotal": _money(_total(breakdowns), currency), "breakdowns": breakdowns},
    }
    if _amount(short, "tax"):
        item["tax"] = {
            "taxCollections": [
                {"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon Services, Inc."}
            ]
        }
    return item


def _breakdowns(short, price, currency):
    """Proceeds by type; the tax is on top and split by what it is on."""
    shipping, tax, shipping_tax = (_amount(short, name) for name in ("shipping", "tax", "shippingTax"))
    found = [{"type": "ITEM", "subtotal": _money(price, currency)}]
    if shipping:
        found.append({"type": "SHIPPING", "subtotal": _money(shipping, currency)})
    details = [
        {"subtype": subtype, "value": _money(amount, currency)}
        for subtype, amount in (("ITEM", tax), ("SHIPPING", shipping_tax))
        if amount
    ]
    if details:
        found.append(
            {"type": "TAX", "subtotal": _money(tax + shipping_tax, currency), "detailedBreakdowns": details}
        )
    return found


def _amount(short, name):
    return Decimal(str(short.get(name, 0)))


def _total(breakdowns):
    return sum(Decimal(breakdown["subtotal"]["amount"]) for breakdown in breakdowns)


def _sum(items):
    return sum(Decimal(item["proceeds"]["proceedsTotal"]["amount"]) for item in items)


def _money(amount, currency):
    digits = Decimal(1) if currency in WHOLE_CURRENCIES else Decimal("0.01")
    return {"amount": str(Decimal(amount).quantize(digits)), "currencyCode": currency}
