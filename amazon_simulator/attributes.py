"""Listings attributes: the patch operations, and Amazon's rules for stock and price.

Sources: "Merge a listing", "Manage purchasable offers", schemas/listings-feed-schema-v2.json. Other
attributes are kept as they come, without rules.
"""

from datetime import date
from decimal import Decimal, InvalidOperation

from .entities import MERCHANT_CHANNEL
from .marketplaces import MARKETPLACES, WHOLE_CURRENCIES

STOCK, OFFER = "fulfillment_availability", "purchasable_offer"
# What tells the entries of an attribute apart; other attributes have one entry per marketplace and language.
_SELECTORS = {STOCK: ("fulfillment_channel_code",), OFFER: ("marketplace_id", "currency", "audience")}
_GENERAL_SELECTORS = ("marketplace_id", "language_tag")
_STOCK_FIELDS = frozenset(
    {
        "fulfillment_channel_code",
        "quantity",
        "lead_time_to_ship_max_days",
        "restock_date",
        "is_inventory_available",
    }
)
_OFFER_FIELDS = frozenset(
    {
        "marketplace_id",
        "currency",
        "audience",
        "our_price",
        "discounted_price",
        "minimum_seller_allowed_price",
        "maximum_seller_allowed_price",
        "start_at",
        "end_at",
        "quantity_discount_plan",
        "automated_pricing_merchandising_rule_plan",
    }
)
AMAZON_CHANNELS = {"na": "AMAZON_NA", "eu": "AMAZON_EU", "fe": "AMAZON_JP"}
ANY_PRODUCT_TYPE = "PRODUCT"
_PREFIX = "/attributes/"

# Amazon's own numbers where the schemas' examples or its answers show them; the rest is ours.
UNKNOWN_SKU, INVALID_VALUE, MISSING_VALUE, BY_AMAZON, INVALID_PATCH = (
    "13013",
    "99022",
    "90220",
    "8541",
    "4000003",
)


class Issue(Exception):
    """Something that keeps Amazon from taking a listings submission."""

    def __init__(self, code, message, attribute=None):
        super().__init__(message)
        self.code, self.message, self.attribute = code, message, attribute


def patched(listing, patches, product_type, marketplace_ids):
    """Return a listing's attributes after patches, without changing the listing.

    :param marketplace_ids: those of the submission
    :raise Issue: Amazon would not take it
    """
    if product_type not in (ANY_PRODUCT_TYPE, listing.product_type):
        raise Issue(
            INVALID_VALUE, f"The product type {product_type} is not that of the listing.", "product_type"
        )
    attributes = dict(listing.attributes)
    for patch in patches:
        name = _attribute_name(patch["path"])
        values = _checked_values(listing, name, patch, marketplace_ids)
        entries = _OPERATIONS[patch["op"]](attributes.get(name, []), values, name, marketplace_ids)
        attributes[name] = entries
        if not entries:
            del attributes[name]
    for offer in attributes.get(OFFER, []):
        _check_sale(offer)
    return attributes


def _attribute_name(path):
    name = path.removeprefix(_PREFIX)
    if not path.startswith(_PREFIX) or not name or "/" in name:
        raise Issue(INVALID_PATCH, f"The path {path} is not supported: only whole attributes can be patched.")
    return name


def _checked_values(listing, name, patch, marketplace_ids):
    values = patch.get("value")
    if not values and patch["op"] != "delete":
        raise Issue(INVALID_PATCH, f"The operation {patch['op']} needs a value.", name)
    for value in values or []:
        if name == STOCK:
            _check_stock(listing, value, patch["op"])
        elif name == OFFER:
            _check_offer(value, patch["op"], marketplace_ids)
        elif "marketplace_id" in value:
            _check_marketplace(name, value, marketplace_ids)
    return values or []


def _check_marketplace(name, value, marketplace_ids):
    if value["marketplace_id"] not in marketplace_ids:
        allowed = " or ".join(marketplace_ids)
        raise Issue(INVALID_VALUE, f"marketplace_id must be {allowed}, as in the submission.", name)


def _check_stock(listing, value, operation):
    """The channel is the selector; Amazon's channels take no quantity from a merchant."""
    _check_fields(STOCK, value, _STOCK_FIELDS)
    channel = value.get("fulfillment_channel_code")
    if not channel:
        raise Issue(MISSING_VALUE, "'fulfillment_channel_code' is required but not supplied.", STOCK)
    if channel != MERCHANT_CHANNEL and channel not in AMAZON_CHANNELS.values():
        raise Issue(INVALID_VALUE, f"The fulfillment channel {channel} does not exist.", STOCK)
    if operation == "delete":
        return
    if listing.by_amazon or channel != MERCHANT_CHANNEL:
        if "quantity" in value:
            raise Issue(
                BY_AMAZON, f"The quantity of {listing.sku} is managed by Amazon and cannot be set.", STOCK
            )
        return
    _check_integer(value, "quantity", required=operation != "merge")
    _check_integer(value, "lead_time_to_ship_max_days")


def _check_integer(value, field, required=False):
    number = value.get(field)
    if number is None and not required:
        return
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 99_999_999:
        raise Issue(
            INVALID_VALUE, f"The field '{field}' must be an integer from 0 to 99999999.", f"{STOCK}.{field}"
        )


def _check_offer(value, operation, marketplace_ids):
    _check_fields(OFFER, value, _OFFER_FIELDS)
    for selector in _SELECTORS[OFFER]:
        if not value.get(selector):
            raise Issue(MISSING_VALUE, f"'{selector}' is required but not supplied.", f"{OFFER}.{selector}")
    _check_marketplace(OFFER, value, marketplace_ids)
    currency = MARKETPLACES[value["marketplace_id"]].currency
    if value["currency"] != currency:
        raise Issue(INVALID_VALUE, f"The currency of {value['marketplace_id']} is {currency}.", OFFER)
    if value["audience"] not in ("ALL", "B2B"):
        raise Issue(INVALID_VALUE, f"The audience {value['audience']} does not exist.", OFFER)
    if operation in ("add", "replace") and "our_price" not in value:
        raise Issue(MISSING_VALUE, "'our_price' is required but not supplied.", f"{OFFER}.our_price")
    for field in ("our_price", "discounted_price"):
        if value.get(field) is not None:
            _check_price(value[field], value["currency"], field)


def _check_sale(offer):
    """A sale has its days, and costs less than the price. Amazon's documents show the shape and no rule."""
    if "discounted_price" not in offer or "our_price" not in offer:
        return
    sale, price = (offer[field][0]["schedule"][0] for field in ("discounted_price", "our_price"))
    try:
        is_ordered = date.fromisoformat(sale["start_at"]) <= date.fromisoformat(sale["end_at"])
    except (KeyError, TypeError, ValueError):
        is_ordered = False
    if not is_ordered or Decimal(str(sale["value_with_tax"])) >= Decimal(str(price["value_with_tax"])):
        text = "A sale needs 'start_at', a later 'end_at', and a price below 'our_price'."
        raise Issue(INVALID_VALUE, text, f"{OFFER}.discounted_price")


def _check_price(price, currency, field):
    """``[{"schedule": [{"value_with_tax": 19.99}]}]``: one price above zero, not finer than a cent."""
    try:
        amount = price[0]["schedule"][0]["value_with_tax"]
        if isinstance(amount, (str, bool)) or len(price) != 1:
            raise TypeError
        amount = Decimal(str(amount))
    except (KeyError, IndexError, TypeError, InvalidOperation):
        text = (
            f"The attribute 'purchasable_offer.{field}' needs one 'schedule' with a number 'value_with_tax'."
        )
        raise Issue(INVALID_VALUE, text, f"{OFFER}.{field}") from None
    digits = 0 if currency in WHOLE_CURRENCIES else 2
    if not amount.is_finite() or amount <= 0 or -amount.normalize().as_tuple().exponent > digits:
        raise Issue(
            INVALID_VALUE,
            f"{amount} is not a price above zero with at most {digits} decimals.",
            f"{OFFER}.{field}",
        )


def _check_fields(attribute, value, known):
    for field in value:
        if field not in known:
            raise Issue(INVALID_VALUE, f"The field '{field}' is not known.", f"{attribute}.{field}")


def _key(entry, name):
    return tuple(entry.get(selector) for selector in _SELECTORS.get(name, _GENERAL_SELECTORS))


def _merge(entries, values, name, marketplace_ids):
    """Change the fields that are sent, keep the others; null removes a field."""
    merged = {_key(entry, name): entry for entry in entries}
    for value in values:
        entry = {**merged.get(_key(value, name), {}), **value}
        merged[_key(value, name)] = {
            field: content for field, content in entry.items() if content is not None
        }
    return list(merged.values())


def _add(entries, values, name, marketplace_ids):
    """Put whole entries in place of those with the same selectors."""
    added = {_key(entry, name): entry for entry in entries}
    added.update((_key(value, name), value) for value in values)
    return list(added.values())


def _replace(entries, values, name, marketplace_ids):
    """Put the entries in place of all entries of these marketplaces: what is not sent again is gone."""
    kept = [
        entry for entry in entries if entry.get("marketplace_id", marketplace_ids[0]) not in marketplace_ids
    ]
    return kept + list(values)


def _delete(entries, values, name, marketplace_ids):
    """Remove the entries with these selectors; without value, all of these marketplaces."""
    if not values:
        return _replace(entries, [], name, marketplace_ids)
    gone = {_key(value, name) for value in values}
    return [entry for entry in entries if _key(entry, name) not in gone]


_OPERATIONS = {"merge": _merge, "add": _add, "replace": _replace, "delete": _delete}


def apply(listing, attributes, patches, now):
    """Let a listing have new attributes, and count what was sent.

    :param dict attributes: as :func:`patched` returned them
    """
    listing.attributes, listing.updated = attributes, now
    sent = {_attribute_name(patch["path"]): patch.get("value", []) for patch in patches}
    if STOCK in sent:
        listing.stock_updates += 1
    for offer in sent.get(OFFER, []):
        if offer["audience"] != "ALL" or not offer.get("our_price"):
            continue
        marketplace_id = offer["marketplace_id"]
        listing.price_updates[marketplace_id] = listing.price_updates.get(marketplace_id, 0) + 1
