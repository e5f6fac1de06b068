"""POST_ORDER_FULFILLMENT_DATA: parcels that left the house. Facts of OrderFulfillment.xsd (2021)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..dates import to_amazon, to_utc
from .carriers import OTHER
from .xml import (
    CONTENT_TYPE,  # noqa: F401
    MAX_MESSAGES,  # noqa: F401
    add,
    common_problems,
    is_number,
    is_string,
    item_problems,
    split_envelope,
    string,
    write_envelope,
)

FEED_TYPE = "POST_ORDER_FULFILLMENT_DATA"
# Clocks differ a little; Amazon refuses shipments from the future.
_CLOCK_SLACK = timedelta(minutes=2)


@dataclass(frozen=True)
class Shipment:
    """One parcel of one order.

    :param int message_id: 1 to 20 digits, unique for ever; the report names it
    :param int fulfillment_id: our number of the parcel
    :param datetime shipped_at: UTC, not in the future
    :param str carrier_code: one of Amazon's, see ``carriers``; ``Other`` needs ``carrier_name``
    :param str shipping_method: free text, cut at 50 characters
    :param list items: (order_item_id, quantity)
    :param bool cod_collection: the carrier collects the money (Japan)
    """

    message_id: int
    order_id: str
    fulfillment_id: int
    shipped_at: datetime
    carrier_code: str
    carrier_name: str | None
    shipping_method: str | None
    tracking_number: str | None
    items: list
    cod_collection: bool = False


def problems(shipment):
    """Return what Amazon would refuse about a shipment, in sentences; none when it is fine."""
    found = common_problems(shipment)
    if not is_number(shipment.fulfillment_id):
        found.append(f"The parcel number {shipment.fulfillment_id!r} does not have 1 to 20 digits.")
    if not shipment.shipped_at:
        found.append("The shipping date is missing.")
    elif to_utc(shipment.shipped_at) > datetime.now(UTC).replace(tzinfo=None) + _CLOCK_SLACK:
        found.append("The shipping date is in the future.")
    for order_item_id, quantity in shipment.items:
        found += item_problems(order_item_id, quantity)
        if quantity is None:
            found.append(f"The quantity of the order item {order_item_id} is missing.")
    return found + _carrier_problems(shipment)


def _carrier_problems(shipment):
    found = []
    if not is_string(shipment.carrier_code):
        found.append("The carrier code is missing or not one of Amazon's.")
    if shipment.carrier_code == OTHER and not string(shipment.carrier_name or ""):
        found.append("The carrier code Other needs the name of the carrier.")
    if shipment.tracking_number and not is_string(shipment.tracking_number):
        found.append(
            "The tracking number is longer than 50 characters or has characters that Amazon refuses."
        )
    return found


def write(seller_id, shipments):
    """Write one feed.

    :param str seller_id: Merchant ID
    :param shipments: ``Shipment``, 1 to ``MAX_MESSAGES``
    :rtype: bytes
    :raise AmazonError: ``BadDocument``
    """
    return write_envelope(seller_id, "OrderFulfillment", shipments, _build, problems)


def split(seller_id, shipments):
    """Cut into feeds for :func:`write`, in order, each as large as Amazon's two limits allow.

    :param str seller_id: Merchant ID
    :param shipments: iterable of ``Shipment`` without ``problems``
    :return: iterator of lists
    """
    return split_envelope(seller_id, "OrderFulfillment", shipments, _build)


def _build(body, shipment):
    add(body, "AmazonOrderID", shipment.order_id)
    add(body, "MerchantFulfillmentID", shipment.fulfillment_id)
    add(body, "FulfillmentDate", to_amazon(shipment.shipped_at))
    data = add(body, "FulfillmentData", "")
    add(data, "CarrierCode", shipment.carrier_code)
    # Older schemas take either the code or the name.
    add(data, "CarrierName", string(shipment.carrier_name) if shipment.carrier_code == OTHER else None)
    add(data, "ShippingMethod", string(shipment.shipping_method or "") or None)
    add(data, "ShipperTrackingNumber", shipment.tracking_number or None)
    add(body, "CODCollectionMethod", "DirectPayment" if shipment.cod_collection else None)
    for order_item_id, quantity in shipment.items:
        item = add(body, "Item", "")
        add(item, "AmazonOrderItemCode", order_item_id)
        add(item, "Quantity", int(quantity))
