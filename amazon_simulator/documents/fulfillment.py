"""POST_ORDER_FULFILLMENT_DATA: orders that were shipped."""

from ..clock import parse
from ..ledger import NOT_SHIPPABLE, Refused
from . import order_xml
from .carriers import CARRIERS, OTHER
from .report import too_large
from .xml_structure import (
    ID_NUMBER,
    ORDER_ID,
    ORDER_ITEM_CODE,
    POSITIVE_INTEGER,
    STRING,
    Choice,
    Field,
    date_time,
    one_of,
    optional,
    text_of,
)

_ITEM = (
    Choice((Field("AmazonOrderItemCode", ORDER_ITEM_CODE), Field("MerchantOrderItemID", STRING))),
    optional("MerchantFulfillmentItemID", ID_NUMBER),
    optional("Quantity", POSITIVE_INTEGER),
    optional("TransparencyCode", text_of(100), most=10),
)
_ADDRESS = (
    Field("Name", STRING),
    optional("FormalTitle", text_of(10)),
    optional("GivenName", STRING),
    optional("FamilyName", STRING),
    Field("AddressFieldOne", text_of(180)),
    optional("AddressFieldTwo", text_of(60)),
    optional("AddressFieldThree", text_of(60)),
    optional("City", STRING),
    optional("County", STRING),
    optional("StateOrRegion", STRING),
    optional("PostalCode", STRING),
    Field("CountryCode", text_of(2, 2)),
)
_BODY = (
    Choice((Field("AmazonOrderID", ORDER_ID), Field("MerchantOrderID", STRING))),
    optional("MerchantFulfillmentID", ID_NUMBER),
    Field("FulfillmentDate", date_time),
    optional(
        "FulfillmentData",
        children=(
            optional("CarrierCode", one_of(CARRIERS)),
            optional("CarrierName", STRING),
            optional("ShippingMethod", STRING),
            optional("ShipperTrackingNumber", STRING),
        ),
    ),
    optional("CODCollectionMethod", one_of({"DirectPayment"})),
    optional("Item", children=_ITEM, most=None),
    optional("ShipFromAddress", children=_ADDRESS),
)


def process(work):
    """Ship what the document says."""
    return order_xml.process(work, _FORM)


refuse = too_large


def _apply(work, body):
    order = order_xml.find_order(work, body)
    package = _package(body, order)
    quantities = {}
    for item in body.findall("Item"):
        identifier = order_xml.item_id(item)
        default = order.lines[identifier].open if identifier in order.lines else 1
        quantities[identifier] = quantities.get(identifier, 0) + int(item.findtext("Quantity") or default)
    work.world.ledger.ship(order, package, quantities, work.now)


def _package(body, order):
    carrier, name = body.findtext("FulfillmentData/CarrierCode"), body.findtext("FulfillmentData/CarrierName")
    check_carrier(carrier, name)
    reference = body.findtext("MerchantFulfillmentID") or str(len(order.data.get("packages", [])) + 1)
    package = {
        "packageReferenceId": reference,
        "carrier": name if carrier == OTHER else carrier,
        "shippingService": body.findtext("FulfillmentData/ShippingMethod"),
        "trackingNumber": body.findtext("FulfillmentData/ShipperTrackingNumber"),
        "shipTime": parse(body.findtext("FulfillmentDate")),
    }
    return {key: value for key, value in package.items() if value is not None}


def check_carrier(code, name):
    """Refuse a shipment without carrier ("CarrierCode value required in shipment confirmations").

    :raise Refused: no code, or ``Other`` without name
    """
    if not code:
        raise Refused(NOT_SHIPPABLE, "CarrierCode is required.")
    if code == OTHER and not name:
        raise Refused(NOT_SHIPPABLE, f"CarrierName is required when CarrierCode is {OTHER}.")


_FORM = order_xml.Form("OrderFulfillment", _BODY, _apply)
