"""POST_ORDER_ACKNOWLEDGEMENT_DATA: orders taken (Success), or not to be shipped (Failure)."""

from ..ledger import NOT_CANCELLABLE, Refused
from . import order_xml
from .report import too_large
from .xml_structure import ORDER_ID, ORDER_ITEM_CODE, POSITIVE_INTEGER, STRING, Field, one_of, optional

REASONS = frozenset(
    [
        "NoInventory",
        "ShippingAddressUndeliverable",
        "CustomerExchange",
        "BuyerCanceled",
        "GeneralAdjustment",
        "CarrierCreditDecision",
        "RiskAssessmentInformationNotValid",
        "CarrierCoverageFailure",
        "CustomerReturn",
        "MerchandiseNotReceived",
        "CannotVerifyInformation",
        "PricingError",
        "RejectOrder",
        "WeatherDelay",
    ]
)
FAILURE = "Failure"
_BODY = (
    Field("AmazonOrderID", ORDER_ID),
    optional("MerchantOrderID", STRING),
    Field("StatusCode", one_of({"Success", FAILURE})),
    optional(
        "Item",
        children=(
            Field("AmazonOrderItemCode", ORDER_ITEM_CODE),
            optional("MerchantOrderItemID", STRING),
            optional("CancelReason", one_of(REASONS)),
            optional("Quantity", POSITIVE_INTEGER),
        ),
        most=None,
    ),
)


def process(work):
    """Cancel, or note the merchant's own order ids."""
    return order_xml.process(work, _FORM)


refuse = too_large


def _apply(work, body):
    order = order_xml.find_order(work, body)
    if body.findtext("StatusCode") == FAILURE:
        work.world.ledger.cancel(order, _reasons(order, body), work.now)
    elif merchant_id := body.findtext("MerchantOrderID"):
        order.data["orderAliases"] = [{"aliasId": merchant_id, "aliasType": "SELLER_ORDER_ID"}]
        work.world.orders.touch(order, work.now)


def _reasons(order, body):
    """Return order item id -> (reason, units or None); without items, everything of the order."""
    items = body.findall("Item")
    if not items:
        return {line_id: ("NoInventory", None) for line_id in order.lines}
    return {order_xml.item_id(item): (_reason(item), _quantity(item)) for item in items}


def _reason(item):
    reason = item.findtext("CancelReason")
    if not reason:
        raise Refused(
            NOT_CANCELLABLE, "CancelReason is required when StatusCode is Failure.", order_xml.item_id(item)
        )
    return reason


def _quantity(item):
    quantity = item.findtext("Quantity")
    return int(quantity) if quantity else None


_FORM = order_xml.Form("OrderAcknowledgement", _BODY, _apply)
