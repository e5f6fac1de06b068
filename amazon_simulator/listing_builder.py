"""A listing as Amazon keeps it, from a short description."""

from decimal import Decimal

from .entities import MERCHANT_CHANNEL, Listing
from .marketplaces import MARKETPLACES


def new_listing(
    seller,
    now,
    sku,
    asin,
    title,
    product_type="PRODUCT",
    channel=MERCHANT_CHANNEL,
    quantity=None,
    prices=None,
):
    """Return a listing that is offered in all marketplaces of the seller.

    :param str channel: ``DEFAULT``, or Amazon's network of a region such as ``AMAZON_EU``
    :param int quantity: units; of goods that Amazon keeps, the seller states none
    :param dict prices: marketplace id -> price with tax, as text
    """
    stock = {"fulfillment_channel_code": channel}
    if channel == MERCHANT_CHANNEL:
        stock["quantity"] = quantity or 0
    attributes = {
        "item_name": [{"value": title, "marketplace_id": identifier} for identifier in seller.marketplaces],
        "fulfillment_availability": [stock],
        "purchasable_offer": [_offer(identifier, price) for identifier, price in (prices or {}).items()],
    }
    return Listing(sku, asin, product_type, title, channel, now, now, attributes)


def _offer(marketplace_id, price):
    schedule = [{"value_with_tax": Decimal(str(price))}]
    return {
        "marketplace_id": marketplace_id,
        "currency": MARKETPLACES[marketplace_id].currency,
        "audience": "ALL",
        "our_price": [{"schedule": schedule}],
    }
