"""Messages of the XML feeds for orders, and their reports read."""

from lxml import etree

from tests.simulator.helpers import SELLER, envelope, short_order

SHIP, CANCEL, REFUND = (
    "POST_ORDER_FULFILLMENT_DATA",
    "POST_ORDER_ACKNOWLEDGEMENT_DATA",
    "POST_PAYMENT_ADJUSTMENT_DATA",
)
BODIES = {SHIP: "OrderFulfillment", CANCEL: "OrderAcknowledgement", REFUND: "OrderAdjustment"}
DATE = "2026-03-02T08:00:00Z"


def place(world, **changes):
    order_id = world.place_order(SELLER, short_order(**changes))
    return order_id, next(iter(world.books(SELLER)["orders"][order_id]["items"]))


def item_of(world, order):
    return world.books(SELLER)["orders"][order[0]]["items"][order[1]]


def send(client, feed_type, *bodies, **options):
    """Submit messages; return (processed, successful, [(message id, code, text)])."""
    return read(client.submit(feed_type, envelope(BODIES[feed_type], *bodies, **options).encode())[1])


def read(report):
    assert report.startswith(b"<?xml version='1.0' encoding='iso-8859-1'?>")
    found = etree.fromstring(report).find("Message/ProcessingReport")
    results = [
        (r.findtext("MessageID"), r.findtext("ResultMessageCode"), r.findtext("ResultDescription"))
        for r in found.iter("Result")
    ]
    summary = found.find("ProcessingSummary")
    return int(summary.findtext("MessagesProcessed")), int(summary.findtext("MessagesSuccessful")), results


def shipment(order, quantity=1, fulfillment_id=1, date=DATE, carrier="<CarrierCode>DHL</CarrierCode>"):
    return (
        f"<AmazonOrderID>{order[0]}</AmazonOrderID><MerchantFulfillmentID>{fulfillment_id}</MerchantFulfillmentID>"
        f"<FulfillmentDate>{date}</FulfillmentDate><FulfillmentData>{carrier}"
        "<ShippingMethod>Paket</ShippingMethod><ShipperTrackingNumber>JJD01</ShipperTrackingNumber>"
        f"</FulfillmentData><Item><AmazonOrderItemCode>{order[1]}</AmazonOrderItemCode>"
        f"<Quantity>{quantity}</Quantity></Item>"
    )


def cancellation(order, reason="NoInventory", quantity=None):
    quantity = f"<Quantity>{quantity}</Quantity>" if quantity else ""
    return (
        f"<AmazonOrderID>{order[0]}</AmazonOrderID><StatusCode>Failure</StatusCode><Item>"
        f"<AmazonOrderItemCode>{order[1]}</AmazonOrderItemCode><CancelReason>{reason}</CancelReason>{quantity}</Item>"
    )


def refund(order, amount="5.00", component="Principal", currency="EUR", reason="CustomerReturn"):
    return (
        f"<AmazonOrderID>{order[0]}</AmazonOrderID><ActionType>Refund</ActionType><AdjustedItem>"
        f"<AmazonOrderItemCode>{order[1]}</AmazonOrderItemCode><AdjustmentReason>{reason}</AdjustmentReason>"
        f"<ItemPriceAdjustments><Component><Type>{component}</Type>"
        f'<Amount currency="{currency}">{amount}</Amount></Component></ItemPriceAdjustments></AdjustedItem>'
    )
