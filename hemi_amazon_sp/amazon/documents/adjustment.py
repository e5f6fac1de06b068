"""POST_PAYMENT_ADJUSTMENT_DATA: refunds. Facts of OrderAdjustment.xsd (2021).

A refund is not idempotent: the same document sent twice can pay twice.
"""

from dataclasses import dataclass

from ..money import CURRENCIES, is_exact, round_money
from .xml import (
    CONTENT_TYPE,  # noqa: F401
    MAX_MESSAGES,  # noqa: F401
    add,
    common_problems,
    is_string,
    item_problems,
    split_envelope,
    write_envelope,
)

FEED_TYPE = "POST_PAYMENT_ADJUSTMENT_DATA"
# AdjustmentReason. Last seen: 2026-11-23
REASONS = {
    "NoInventory": "Out of stock",
    "CustomerReturn": "Customer return",
    "GeneralAdjustment": "General adjustment",
    "CouldNotShip": "Could not ship",
    "DifferentItem": "Different item",
    "Abandoned": "Abandoned",
    "CustomerCancel": "Customer cancelled",
    "PriceError": "Price error",
    "ProductOutofStock": "Product out of stock",
    "CustomerAddressIncorrect": "Customer address incorrect",
    "Exchange": "Exchange",
    "Other": "Other",
    "CarrierCreditDecision": "Carrier credit decision",
    "RiskAssessmentInformationNotValid": "Risk assessment information not valid",
    "CarrierCoverageFailure": "Carrier does not cover the address",
    "TransactionRecord": "Transaction record",
    "Undeliverable": "Undeliverable",
    "RefusedDelivery": "Delivery refused",
}
# Component Type. Last seen: 2026-11-23
COMPONENTS = {
    "Principal": "Goods",
    "Shipping": "Shipping",
    "Tax": "Tax on goods",
    "ShippingTax": "Tax on shipping",
    "RestockingFee": "Restocking fee",
    "RestockingFeeTax": "Tax on restocking fee",
    "GiftWrap": "Gift wrap",
    "GiftWrapTax": "Tax on gift wrap",
    "Surcharge": "Surcharge",
    "ReturnShipping": "Return shipping",
    "Goodwill": "Goodwill",
    "ExportCharge": "Export charge",
    "COD": "Cash on delivery fee",
    "CODTax": "Tax on cash on delivery fee",
    "Other": "Other",
    "FreeReplacementReturnShipping": "Return shipping of a free replacement",
}
# What the seller keeps; the only components that may be below zero.
_KEPT = {"RestockingFee", "RestockingFeeTax"}


@dataclass(frozen=True)
class RefundItem:
    """What the buyer gets back for one order item.

    :param str reason: one of ``REASONS``
    :param int quantity: units it is for; None when it is about money only
    :param list components: (type of ``COMPONENTS``, Decimal amount in the currency of the refund)
    :param str adjustment_id: our number of this adjustment, up to 50 characters
    """

    order_item_id: str
    reason: str
    quantity: int | None
    components: list
    adjustment_id: str


@dataclass(frozen=True)
class Refund:
    """What the buyer of one order gets back.

    :param int message_id: 1 to 20 digits, unique for ever; the report names it
    :param str currency: of the order, ISO 4217
    """

    message_id: int
    order_id: str
    items: list
    currency: str


def problems(refund):
    """Return what Amazon would refuse about a refund, in sentences; none when it is fine."""
    found = common_problems(refund)
    if refund.currency not in CURRENCIES:
        return [*found, f"The currency {refund.currency!r} is none of Amazon's."]
    for item in refund.items:
        found += item_problems(item.order_item_id, item.quantity) + _item_problems(item, refund.currency)
    return found


def _item_problems(item, currency):
    name, found = f"The order item {item.order_item_id}", []
    if item.reason not in REASONS:
        found.append(f"{name}: {item.reason!r} is not one of Amazon's reasons to refund.")
    if not is_string(item.adjustment_id):
        found.append(f"{name}: the adjustment number does not have 1 to 50 plain characters.")
    if len({kind for kind, _amount in item.components}) != len(item.components):
        found.append(f"{name}: a component is named twice.")
    wrong = [
        sentence for kind, amount in item.components for sentence in _amount_problems(kind, amount, currency)
    ]
    found += [f"{name}: {sentence}" for sentence in wrong]
    if not wrong and sum(amount for _kind, amount in item.components) <= 0:
        found.append(f"{name}: nothing is refunded.")
    return found


def _amount_problems(kind, amount, currency):
    if kind not in COMPONENTS:
        return [f"{kind!r} is not one of Amazon's components."]
    if not is_exact(amount, currency):
        return [f"{kind} of {amount} has more digits than {currency}."]
    if not amount or (amount < 0 and kind not in _KEPT):
        return [f"{kind} of {amount} is not above zero."]
    return []


def write(seller_id, refunds):
    """Write one feed.

    :param str seller_id: Merchant ID
    :param refunds: ``Refund``, 1 to ``MAX_MESSAGES``
    :rtype: bytes
    :raise AmazonError: ``BadDocument``
    """
    return write_envelope(seller_id, "OrderAdjustment", refunds, _build, problems)


def split(seller_id, refunds):
    """Cut into feeds for :func:`write`, in order, each as large as Amazon's two limits allow.

    :param str seller_id: Merchant ID
    :param refunds: iterable of ``Refund`` without ``problems``
    :return: iterator of lists
    """
    return split_envelope(seller_id, "OrderAdjustment", refunds, _build)


def _build(body, refund):
    add(body, "AmazonOrderID", refund.order_id)
    for item in refund.items:
        _build_item(add(body, "AdjustedItem", ""), item, refund.currency)


def _build_item(element, item, currency):
    add(element, "AmazonOrderItemCode", item.order_item_id)
    add(element, "MerchantAdjustmentItemID", item.adjustment_id)
    add(element, "AdjustmentReason", item.reason)
    adjustments = add(element, "ItemPriceAdjustments", "")
    for kind, amount in item.components:
        component = add(adjustments, "Component", "")
        add(component, "Type", kind)
        add(component, "Amount", format(round_money(amount, currency), "f"), currency=currency)
    add(element, "Quantity", None if item.quantity is None else int(item.quantity))
