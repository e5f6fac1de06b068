"""POST_PAYMENT_ADJUSTMENT_DATA: refunds."""

from decimal import Decimal

from ..ledger import NOT_REFUNDABLE, Refused
from ..marketplaces import MARKETPLACES
from . import order_xml
from .report import too_large
from .xml_structure import (
    AMOUNT,
    CURRENCIES,
    ORDER_ID,
    ORDER_ITEM_CODE,
    POSITIVE_INTEGER,
    STRING,
    Choice,
    Field,
    one_of,
    optional,
)

REASONS = frozenset(
    [
        "NoInventory",
        "CustomerReturn",
        "GeneralAdjustment",
        "CouldNotShip",
        "DifferentItem",
        "Abandoned",
        "CustomerCancel",
        "PriceError",
        "ProductOutofStock",
        "CustomerAddressIncorrect",
        "Exchange",
        "Other",
        "CarrierCreditDecision",
        "RiskAssessmentInformationNotValid",
        "CarrierCoverageFailure",
        "TransactionRecord",
        "Undeliverable",
        "RefusedDelivery",
    ]
)
COMPONENTS = frozenset(
    [
        "Principal",
        "Shipping",
        "Tax",
        "ShippingTax",
        "RestockingFee",
        "RestockingFeeTax",
        "GiftWrap",
        "GiftWrapTax",
        "Surcharge",
        "ReturnShipping",
        "Goodwill",
        "ExportCharge",
        "COD",
        "CODTax",
        "Other",
        "FreeReplacementReturnShipping",
    ]
)


def _component(types):
    amount = Field("Amount", AMOUNT, attributes=(("currency", CURRENCIES),))
    return Field("Component", children=(Field("Type", one_of(types)), amount), most=None)


_PROMOTION = (
    optional("PromotionClaimCode", STRING),
    optional("MerchantPromotionID", STRING),
    _component({"Principal", "Shipping"}),
)
_ITEM = (
    Choice((Field("AmazonOrderItemCode", ORDER_ITEM_CODE), Field("MerchantOrderItemID", STRING))),
    optional("MerchantAdjustmentItemID", STRING),
    Field("AdjustmentReason", one_of(REASONS)),
    optional("ItemPriceAdjustments", children=(_component(COMPONENTS),)),
    optional("PromotionAdjustments", children=_PROMOTION, most=None),
    optional("DirectPaymentAdjustments", children=(_component(COMPONENTS),)),
    optional("QuantityCancelled", POSITIVE_INTEGER),
    optional("Quantity", POSITIVE_INTEGER),
)
_BODY = (
    Choice((Field("AmazonOrderID", ORDER_ID), Field("MerchantOrderID", STRING))),
    optional("ActionType", one_of({"Refund", "Cancel"})),
    optional("CODCollectionMethod", one_of({"DirectPayment"})),
    Field("AdjustedItem", children=_ITEM, most=None),
)


def process(work):
    """Refund what the document says."""
    return order_xml.process(work, _FORM)


refuse = too_large


def _apply(work, body):
    order = order_xml.find_order(work, body)
    if body.findtext("ActionType") == "Cancel":
        raise Refused(NOT_REFUNDABLE, "The simulated Amazon does not process ActionType Cancel.")
    work.world.ledger.refund(order, _refunds(order, body), work.now)


def _refunds(order, body):
    """Return (order item id, component -> amount) once per item."""
    refunds = {}
    for item in body.findall("AdjustedItem"):
        components = refunds.setdefault(order_xml.item_id(item), {})
        for kind, amount in _amounts(order, item):
            components[kind] = components.get(kind, Decimal()) + amount
    return list(refunds.items())


def _amounts(order, item):
    found = False
    for component in item.iterfind("ItemPriceAdjustments/Component"):
        found = True
        yield component.findtext("Type"), _amount(order, component.find("Amount"))
    for component in item.iterfind("PromotionAdjustments/Component"):
        yield component.findtext("Type"), -_amount(order, component.find("Amount"))
    if not found:
        raise Refused(
            NOT_REFUNDABLE, "ItemPriceAdjustments is required for a refund.", order_xml.item_id(item)
        )


def _amount(order, element):
    """Return a positive amount in the order's currency.

    :raise Refused: any other
    """
    currency, amount = MARKETPLACES[order.marketplace_id].currency, Decimal(element.text)
    if element.get("currency") != currency:
        raise Refused(NOT_REFUNDABLE, f"The order is in {currency}, the refund in {element.get('currency')}.")
    if amount <= 0:
        raise Refused(NOT_REFUNDABLE, f"The amount of a refund must be above zero, not {amount}.")
    return amount


_FORM = order_xml.Form("OrderAdjustment", _BODY, _apply)
