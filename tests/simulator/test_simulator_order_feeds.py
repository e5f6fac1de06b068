"""The XML feeds for orders: what is shipped, cancelled and refunded, and what is refused."""

from decimal import Decimal

import pytest

from tests.simulator.helpers import FR, SELLER, envelope
from tests.simulator.order_feeds import (
    CANCEL,
    REFUND,
    SHIP,
    cancellation,
    item_of,
    place,
    read,
    refund,
    send,
    shipment,
)


def test_ship_in_two_packages(world, client, order):
    assert send(client, SHIP, shipment(order)) == (1, 1, [])
    shown = client.order(order[0], "FULFILLMENT", "PACKAGES")
    assert shown["fulfillment"]["fulfillmentStatus"] == "PARTIALLY_SHIPPED"
    assert send(client, SHIP, shipment(order, fulfillment_id=2)) == (1, 1, [])
    shown = client.order(order[0], "FULFILLMENT", "PACKAGES")
    assert shown["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert shown["orderItems"][0]["fulfillment"] == {"quantityFulfilled": 2, "quantityUnfulfilled": 0}
    assert [package["packageReferenceId"] for package in shown["packages"]] == ["1", "2"]
    assert shown["packages"][0]["packageItems"] == [{"orderItemId": order[1], "quantity": 1}]
    assert shown["lastUpdatedTime"] == "2026-03-02T08:00:05Z"
    assert len(world.books(SELLER)["shipments"]) == 2


def test_shipping_without_items_ships_the_whole_order(world, client, order):
    body = shipment(order).split("<Item>")[0]
    assert send(client, SHIP, body) == (1, 1, [])
    assert item_of(world, order)["shipped"] == 2


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (lambda order: shipment(order, 3), "more than the 2 that are open"),
        (lambda order: shipment(("111-1111111-1111111", order[1])), "does not exist"),
        (lambda order: shipment((order[0], "99999999999999")), "has no item"),
        (lambda order: shipment(order, date="2026-03-02T09:00:00Z"), "in the future"),
        (lambda order: shipment(order, date="2026-03-01T08:00:00Z"), "before the order date"),
        (lambda order: shipment(order, carrier=""), "CarrierCode is required"),
        (
            lambda order: shipment(order, carrier="<CarrierCode>Other</CarrierCode>"),
            "CarrierName is required",
        ),
    ],
)
def test_shipments_that_are_refused(world, client, order, body, text):
    processed, successful, results = send(client, SHIP, body(order))
    assert (processed, successful) == (1, 0) and text in results[0][2]
    assert item_of(world, order)["shipped"] == 0 and not world.books(SELLER)["shipments"]


def test_the_same_shipment_twice(world, client, order):
    processed, successful, results = send(
        client, SHIP, shipment(order, 2), shipment(order, 2, 2), shipment(order, 2)
    )
    assert (processed, successful) == (3, 1) and [result[0] for result in results] == ["2", "3"]
    assert item_of(world, order)["shipped"] == 2


def test_carrier_by_name(world, client, order):
    carrier = "<CarrierCode>Other</CarrierCode><CarrierName>Bote</CarrierName>"
    assert send(client, SHIP, shipment(order, carrier=carrier))[1] == 1
    assert world.books(SELLER)["shipments"][0]["carrier"] == "Bote"


@pytest.mark.parametrize("status", ["PENDING", "CANCELLED"])
def test_orders_that_cannot_be_shipped(world, client, status):
    order = place(world, fulfillmentStatus=status)
    assert send(client, SHIP, shipment(order))[1] == 0


def test_orders_of_amazon_are_amazons(world, client):
    items = [{"sku": "BULB", "quantity": 1, "unitPrice": "4.99"}]
    order = place(world, items=items, fulfillmentStatus="UNSHIPPED")
    assert send(client, SHIP, shipment(order))[1] == 0
    assert send(client, CANCEL, cancellation(order))[1] == 0


def test_cancel(world, client, order):
    assert send(client, CANCEL, cancellation(order)) == (1, 1, [])
    shown = client.order(order[0], "FULFILLMENT", "CANCELLATION")
    assert shown["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    execution = {"cancelledBy": "MERCHANT", "cancelReason": "NoInventory"}
    assert shown["orderItems"][0]["cancellation"] == {"cancellationExecution": execution}
    assert "already" in send(client, CANCEL, cancellation(order))[2][0][2]
    assert send(client, SHIP, shipment(order))[1] == 0
    assert [entry["quantity"] for entry in world.books(SELLER)["cancellations"]] == [2]


def test_cancel_what_the_buyer_asked_for(world, client, order):
    world.request_cancellation(SELLER, order[0], "Ordered by mistake")
    send(client, CANCEL, cancellation(order, "BuyerCanceled"))
    shown = client.order(order[0], "CANCELLATION")["orderItems"][0]["cancellation"]
    assert shown["cancellationRequest"] == {"requester": "BUYER", "cancelReason": "Ordered by mistake"}
    assert shown["cancellationExecution"]["cancelReason"] == "BuyerCanceled"


def test_cancel_after_shipping(world, client, order):
    send(client, SHIP, shipment(order, 1))
    assert send(client, CANCEL, cancellation(order))[1] == 1
    assert client.order(order[0], "FULFILLMENT")["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert item_of(world, order)["cancelled"] == 1
    assert "shipped already" in send(client, CANCEL, cancellation(order))[2][0][2]


def test_cancel_more_than_is_open(world, client, order):
    assert send(client, CANCEL, cancellation(order, quantity=3))[1] == 0
    assert send(client, CANCEL, cancellation(order, quantity=1))[1] == 1
    assert client.order(order[0], "FULFILLMENT")["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"


def test_cancel_without_items_cancels_the_whole_order(world, client, order):
    body = cancellation(order).split("<Item>")[0]
    assert send(client, CANCEL, body)[1] == 1
    assert item_of(world, order)["cancelled"] == 2


def test_cancel_needs_a_reason(world, client, order):
    body = cancellation(order).replace("<CancelReason>NoInventory</CancelReason>", "")
    assert "CancelReason is required" in send(client, CANCEL, body)[2][0][2]


def test_success_notes_the_merchants_order_id(client, order):
    body = (
        f"<AmazonOrderID>{order[0]}</AmazonOrderID><MerchantOrderID>S00042</MerchantOrderID>"
        "<StatusCode>Success</StatusCode>"
    )
    assert send(client, CANCEL, body)[1] == 1
    assert client.order(order[0])["orderAliases"] == [{"aliasId": "S00042", "aliasType": "SELLER_ORDER_ID"}]


def test_refund_twice_shows_as_money(world, client, order):
    send(client, SHIP, shipment(order, 2))
    assert send(client, REFUND, refund(order), refund(order)) == (2, 2, [])
    assert item_of(world, order)["refunded"] == {"Principal": Decimal("10.00")}
    assert item_of(world, order)["refunds"] == 2


def test_refund_above_what_was_paid(world, client, order):
    send(client, SHIP, shipment(order, 2))
    processed, successful, results = send(client, REFUND, refund(order, "19.98"), refund(order, "0.01"))
    assert (processed, successful) == (2, 1) and "more than was paid" in results[0][2]
    assert item_of(world, order)["refunded"] == {"Principal": Decimal("19.98")}


def test_components_are_limited_each(world, client, order):
    send(client, SHIP, shipment(order, 2))
    assert send(client, REFUND, refund(order, "4.50", "Shipping"))[1] == 1
    assert send(client, REFUND, refund(order, "0.01", "Shipping"))[1] == 0
    assert send(client, REFUND, refund(order, "0.01", "Tax"))[1] == 0
    assert send(client, REFUND, refund(order, "3.00", "Goodwill"))[1] == 1


def test_tax_on_top_can_be_refunded(world, client):
    items = [
        {
            "sku": "MUG/1",
            "quantity": 1,
            "unitPrice": "10.00",
            "tax": "0.80",
            "shipping": "5",
            "shippingTax": "0.40",
        }
    ]
    order = place(world, items=items)
    send(client, SHIP, shipment(order))
    assert item_of(world, order)["paid"] == {
        "Principal": Decimal("10.00"),
        "Shipping": Decimal("5.00"),
        "Tax": Decimal("0.80"),
        "ShippingTax": Decimal("0.40"),
    }
    assert send(client, REFUND, refund(order, "0.80", "Tax"), refund(order, "0.40", "ShippingTax"))[1] == 2


@pytest.mark.parametrize("changes", [{"amount": "0"}, {"amount": "-1.00"}, {"currency": "USD"}])
def test_amounts_that_are_refused(world, client, order, changes):
    send(client, SHIP, shipment(order, 2))
    assert send(client, REFUND, refund(order, **changes))[1] == 0
    assert not world.books(SELLER)["refunds"]


def test_refund_of_what_is_not_shipped(world, client, order):
    assert "not shipped" in send(client, REFUND, refund(order))[2][0][2]


def test_message_ids_are_unique(world, client, order):
    content = envelope("OrderAcknowledgement", cancellation(order), cancellation(order)).replace(
        "<MessageID>2<", "<MessageID>1<"
    )
    processed, successful, results = read(client.submit(CANCEL, content.encode())[1])
    assert processed == 2 and "more than once" in results[0][2]


def test_one_bad_message_does_not_hurt_the_others(world, client, order):
    second = place(world, marketplaceId=FR)
    processed, successful, results = send(client, SHIP, shipment(order, 5), shipment(second))
    assert (processed, successful) == (2, 1) and results[0][0] == "1"
    assert item_of(world, second)["shipped"] == 1
