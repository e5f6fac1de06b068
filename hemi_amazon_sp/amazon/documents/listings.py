"""JSON_LISTINGS_FEED: stock and prices.

Sources: listings-feed-schema-v2.json, "Merge a listing", "Manage purchasable offer".
"""

import functools
import json
import re
from dataclasses import dataclass
from decimal import Decimal

from ..json_text import storable, to_json
from ..money import CURRENCIES, is_money, round_money
from . import MAX_BYTES, offer_terms
from .batches import batches, check_limits
from .offer_terms import ALL, BUSINESS, Terms, price_of

FEED_TYPE = "JSON_LISTINGS_FEED"
CONTENT_TYPE = "application/json; charset=UTF-8"
MAX_MESSAGES = 25_000  # maxItems of the schema
MAX_MESSAGE_ID = 2**31 - 1
MAX_SKU = 40
INVALID = "INVALID"  # of the status of an answer to patchListingsItem
# Works for changes of the offer, whatever the product is.
ANY_PRODUCT_TYPE = "PRODUCT"
_FOOT = b"]}"
# Amazon's names of product types and marketplaces; none is longer than about 50.
_WORD = re.compile(r"\w{1,100}", re.ASCII)
# Half of a UTF-16 pair: Python holds it, UTF-8 cannot.
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Price:
    """What a buyer pays for one unit in one marketplace, tax included.

    :param Decimal amount: rounded half up to the digits of the currency
    """

    marketplace_id: str
    currency: str
    amount: Decimal


@dataclass(frozen=True)
class ListingPatch:
    """New values for one SKU. What is None stays as it is at Amazon.

    :param int message_id: 1 to 2147483647, unique in the feed; the report names it
    :param str product_type: Amazon's, or ``ANY_PRODUCT_TYPE``
    :param int quantity: units a buyer can order, fulfilled by the merchant; None leaves the stock alone
    :param int lead_time: days until a unit leaves the house; only with a quantity
    :param Price price: None leaves the price alone
    :param Terms terms: sale price and business price; None leaves both alone
    """

    message_id: int
    sku: str
    product_type: str
    quantity: int | None = None
    lead_time: int | None = None
    price: Price | None = None
    terms: Terms | None = None

    @functools.cached_property
    def message(self):
        """The message of a feed, as bytes; written once, for its size is asked first."""
        if self.terms:  # few have any
            return to_json(
                _message(self.message_id, self.sku, self.product_type, json_patches(self))
            ).encode()
        price = self.price
        shape = _shape(
            self.quantity is not None,
            self.lead_time is not None,
            price and price.marketplace_id,
            price and price.currency,
        )
        return (
            shape
            % {
                "message_id": self.message_id,
                "sku": to_json(self.sku),
                "product_type": to_json(self.product_type),
                "quantity": self.quantity,
                "lead_time": self.lead_time,
                "amount": price and format(round_money(price.amount, price.currency), "f"),
            }
        ).encode()


def problems(patch):
    """Return what Amazon would refuse about a patch, in sentences; none when it is fine."""
    found = []
    if not 1 <= patch.message_id <= MAX_MESSAGE_ID:
        found.append(f"The message number {patch.message_id} is not between 1 and {MAX_MESSAGE_ID}.")
    if not 1 <= len(patch.sku) <= MAX_SKU:
        found.append(f"The SKU {patch.sku!r} does not have 1 to {MAX_SKU} characters.")
    if _HALF_CHARACTER.search(patch.sku):
        found.append(f"The SKU {patch.sku!r} holds half a character, which cannot be written.")
    if not _WORD.fullmatch(patch.product_type):
        found.append(f"{patch.product_type[:100]!r} is not an Amazon product type such as PRODUCT or LAMP.")
    if patch.quantity is None and patch.price is None and patch.terms is None:
        found.append(f"Nothing is to be changed for the SKU {patch.sku!r}.")
    if patch.quantity is not None and patch.quantity < 0:
        found.append(f"The stock of the SKU {patch.sku!r} is negative.")
    if patch.lead_time is not None and (patch.quantity is None or patch.lead_time < 0):
        found.append(f"The lead time of the SKU {patch.sku!r} needs a quantity and cannot be negative.")
    prices, terms = [patch.price] if patch.price else [], patch.terms
    if terms:
        prices += [Price(terms.marketplace_id, terms.currency, amount) for amount in terms.amounts]
        found += offer_terms.problems(terms, patch.sku)
    return found + [problem for price in prices for problem in _price_problems(patch.sku, price)]


def _price_problems(sku, price):
    if not _WORD.fullmatch(price.marketplace_id):
        return [f"{price.marketplace_id[:100]!r} is not a marketplace of Amazon's."]
    if price.currency not in CURRENCIES:
        return [f"The currency {price.currency!r} is none of Amazon's."]
    if not is_money(price.amount) or round_money(price.amount, price.currency) <= 0:
        return [f"The price of the SKU {sku!r} is not above zero, or not a price."]
    return []


def write_listings_feed(seller_id, patches, issue_locale=None):
    """Write one feed.

    :param str seller_id: Merchant ID
    :param list patches: ``ListingPatch``, as ``split`` cut them
    :param str issue_locale: language of Amazon's messages in the report, such as ``de_DE``
    :rtype: bytes
    :raise AmazonError: ``BadDocument``: empty, or above one of the two limits
    """
    messages = [patch.message for patch in patches]
    content = _head(seller_id, issue_locale) + b",".join(messages) + _FOOT
    check_limits(content, [patch.message_id for patch in patches], MAX_MESSAGES, MAX_BYTES)
    return content


def split(patches, seller_id, issue_locale=None):
    """Cut patches into feeds, in order, each as large as Amazon's two limits allow.

    :param patches: iterable of ``ListingPatch``; read as far as needed
    :return: iterator of lists for ``write_listings_feed`` with the same seller and locale
    """
    frame = len(_head(seller_id, issue_locale)) + len(_FOOT)
    return batches(
        patches, lambda patch: len(patch.message), frame, MAX_MESSAGES, separator=1, max_bytes=MAX_BYTES
    )


def _head(seller_id, issue_locale):
    header = {"sellerId": seller_id, "version": "2.0"}
    if issue_locale:
        header["issueLocale"] = issue_locale
    return f'{{"header":{json.dumps(header)},"messages":['.encode()


@functools.cache
def _shape(with_quantity, with_lead_time, marketplace_id, currency):
    """Return the JSON of all messages that differ only in their values, with %-places for these.

    Feeds have 25,000 messages: walking through the objects of each took a seventh of the time of a sweep.
    """
    places = {name: f"%({name})s" for name in ("message_id", "quantity", "lead_time", "amount")}
    price = marketplace_id and _offer(Price(marketplace_id, currency, None), places["amount"])
    patch = ListingPatch(
        message_id=0,
        sku="",
        product_type="",
        quantity=places["quantity"] if with_quantity else None,
        lead_time=places["lead_time"] if with_lead_time else None,
    )
    operations = json_patches(patch) + ([_merge("purchasable_offer", price)] if price else [])
    message = _message(places["message_id"], "%(sku)s", "%(product_type)s", operations)
    return re.sub(r'"(%\(\w+\)s)"', r"\1", to_json(message))


def _message(message_id, sku, product_type, operations):
    return {
        "messageId": message_id,
        "sku": sku,
        "operationType": "PATCH",
        "productType": product_type,
        "patches": operations,
    }


def json_patches(patch):
    """Return the JSON Patch operations of a patch, for the feed and for ``patchListingsItem`` alike.

    ``merge``, because ``replace`` drops what is not sent, such as lead time and sale price.

    :rtype: list[dict]
    """
    operations = []
    if patch.quantity is not None:
        operations.append(_merge("fulfillment_availability", _availability(patch)))
    offers = list(_offers(patch))
    if offers:
        operations.append(_merge("purchasable_offer", *offers))
    if patch.terms and "business" in patch.terms.ends:
        operations.append(_operation("delete", "purchasable_offer", patch.terms.offer_of(BUSINESS)))
    return operations


def _offers(patch):
    """Give what is to be merged into the offers of a SKU: that for everybody, and that for companies."""
    price, terms, everybody = patch.price, patch.terms, {}
    if price:
        everybody |= _offer(price, round_money(price.amount, price.currency))
    if terms and (sale := terms.sale_of_offer()):
        everybody |= terms.offer_of(ALL) | sale
    if everybody:
        yield everybody
    if terms and (business := terms.business_offer()):
        yield business


def refusal(answer):
    """Return why Amazon refused a patch, or None if it took it.

    :param dict answer: ``ListingsItemSubmissionResponse`` of ``patchListingsItem``
    :return: code and reason; the code is that of the first error
    :rtype: tuple[str, str] | None
    """
    if answer["status"] != INVALID:
        return None
    issues = [issue for issue in answer.get("issues") or [] if issue.get("severity") == "ERROR"]
    code = next((issue.get("code") for issue in issues), None) or INVALID
    text = " ".join(str(issue.get("message") or "") for issue in issues)
    return storable(code), storable(text) or "Amazon refused it without a reason."


def _merge(attribute, *values):
    return _operation("merge", attribute, *values)


def _operation(operation, attribute, *values):
    return {"op": operation, "path": f"/attributes/{attribute}", "value": list(values)}


def _availability(patch):
    value = {"fulfillment_channel_code": "DEFAULT", "quantity": patch.quantity}
    return value if patch.lead_time is None else value | {"lead_time_to_ship_max_days": patch.lead_time}


def _offer(price, amount):
    return {
        "marketplace_id": price.marketplace_id,
        "currency": price.currency,
        "audience": ALL,
        "our_price": price_of(amount),
    }
