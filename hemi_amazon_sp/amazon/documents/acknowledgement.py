"""POST_ORDER_ACKNOWLEDGEMENT_DATA: orders not to be shipped. Facts of OrderAcknowledgement.xsd (2021)."""

from dataclasses import dataclass

from .xml import (
    CONTENT_TYPE,  # noqa: F401
    MAX_MESSAGES,  # noqa: F401
    add,
    common_problems,
    item_problems,
    split_envelope,
    write_envelope,
)

FEED_TYPE = "POST_ORDER_ACKNOWLEDGEMENT_DATA"
# CancelReason. Last seen: 2026-11-23
REASONS = {
    "NoInventory": "Out of stock",
    "ShippingAddressUndeliverable": "Address cannot be delivered to",
    "CustomerExchange": "Customer exchange",
    "BuyerCanceled": "Buyer asked to cancel",
    "PricingError": "Pricing error",
    "GeneralAdjustment": "General adjustment",
    "CarrierCreditDecision": "Carrier credit decision",
    "RiskAssessmentInformationNotValid": "Risk assessment information not valid",
    "CarrierCoverageFailure": "Carrier does not cover the address",
    "CustomerReturn": "Customer return",
    "MerchandiseNotReceived": "Merchandise not received",
    "CannotVerifyInformation": "Information cannot be verified",
    "RejectOrder": "Order rejected",
    "WeatherDelay": "Weather delay",
}


@dataclass(frozen=True)
class Cancellation:
    """Items of one order that will not be shipped. Amazon refunds the buyer.

    :param int message_id: 1 to 20 digits, unique for ever; the report names it
    :param list items: (order_item_id, quantity); the quantity None cancels all of the item
    :param str reason: one of ``REASONS``
    """

    message_id: int
    order_id: str
    items: list
    reason: str


def problems(cancellation):
    """Return what Amazon would refuse about a cancellation, in sentences; none when it is fine."""
    found = common_problems(cancellation)
    if cancellation.reason not in REASONS:
        found.append(f"{cancellation.reason!r} is not one of Amazon's reasons to cancel.")
    for order_item_id, quantity in cancellation.items:
        found += item_problems(order_item_id, quantity)
    return found


def write(seller_id, cancellations):
    """Write one feed.

    :param str seller_id: Merchant ID
    :param cancellations: ``Cancellation``, 1 to ``MAX_MESSAGES``
    :rtype: bytes
    :raise AmazonError: ``BadDocument``
    """
    return write_envelope(seller_id, "OrderAcknowledgement", cancellations, _build, problems)


def split(seller_id, cancellations):
    """Cut into feeds for :func:`write`, in order, each as large as Amazon's two limits allow.

    :param str seller_id: Merchant ID
    :param cancellations: iterable of ``Cancellation`` without ``problems``
    :return: iterator of lists
    """
    return split_envelope(seller_id, "OrderAcknowledgement", cancellations, _build)


def _build(body, cancellation):
    add(body, "AmazonOrderID", cancellation.order_id)
    add(body, "StatusCode", "Failure")
    for order_item_id, quantity in cancellation.items:
        item = add(body, "Item", "")
        add(item, "AmazonOrderItemCode", order_item_id)
        add(item, "CancelReason", cancellation.reason)
        add(item, "Quantity", None if quantity is None else int(quantity))
