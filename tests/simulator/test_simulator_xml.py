"""The XML of the feeds for orders: its structure, and what is unsafe in it."""

import pytest

from tests.simulator.helpers import SELLER, envelope
from tests.simulator.order_feeds import (
    CANCEL,
    DATE,
    REFUND,
    SHIP,
    cancellation,
    item_of,
    read,
    refund,
    send,
    shipment,
)


def broken(order):
    """Documents that break the structure, each in one place."""
    ship, cancel, money = shipment(order), cancellation(order), refund(order)
    return [
        (SHIP, ship.replace("<FulfillmentDate>", "<X>").replace("</FulfillmentDate>", "</X>")),
        (SHIP, ship.replace(DATE, "2026-03-02")),
        (SHIP, ship.replace(DATE, "2026-03-02T08:00:00")),
        (SHIP, ship.replace("<CarrierCode>DHL", "<CarrierCode>dhl")),
        (SHIP, ship.replace("<MerchantFulfillmentID>1<", "<MerchantFulfillmentID>WH/OUT/0001<")),
        (SHIP, ship.replace("JJD01", "J" * 51)),
        (SHIP, ship.replace("<Quantity>1<", "<Quantity>0<")),
        (SHIP, ship.replace("<Quantity>1<", "<Quantity>1.0<")),
        (SHIP, ship + "<FulfillmentDate>" + DATE + "</FulfillmentDate>"),
        (SHIP, ship.replace(order[0], "12345")),
        (SHIP, ship.replace(order[1], "12345")),
        (SHIP, ship.replace("<Item>", "text<Item>")),
        (CANCEL, cancel.replace("NoInventory", "NoStock")),
        (CANCEL, cancel.replace("Failure", "failure")),
        (CANCEL, cancel.replace("<StatusCode>Failure</StatusCode>", "")),
        (REFUND, money.replace("CustomerReturn", "customer return")),
        (REFUND, money.replace("Principal", "Price")),
        (REFUND, money.replace("5.00", "5.001")),
        (REFUND, money.replace("5.00", "5,00")),
        (REFUND, money.replace(' currency="EUR"', "")),
        (REFUND, money.replace('"EUR"', '"ZAR"')),
        (REFUND, money.replace("<AdjustmentReason>CustomerReturn</AdjustmentReason>", "")),
        (REFUND, money.split("<AdjustedItem>")[0]),
    ]


def test_broken_structure_refuses_the_whole_document(world, client, order):
    world.set_limit("createFeed", 100, 100)
    world.set_limit("createFeedDocument", 100, 100)
    world.set_limit("getFeedDocument", 100, 100)
    good = {SHIP: shipment(order), CANCEL: cancellation(order), REFUND: refund(order)}
    for feed_type, body in broken(order):
        processed, successful, results = send(client, feed_type, good[feed_type], body)
        assert (processed, successful) == (0, 0), body
        assert (results[0][0], results[0][1]) == ("0", "5001"), body
    assert item_of(world, order)["shipped"] == item_of(world, order)["cancelled"] == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text.replace("</AmazonEnvelope>", ""), "5000"),
        (lambda text: "", "5000"),
        (
            lambda text: text.replace("?>", '?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', 1),
            "5000",
        ),
        (lambda text: text.replace("<MessageType>OrderA", "<MessageType>OrderF"), "5001"),
        (lambda text: text.replace("<MessageID>1<", "<MessageID>one<"), "5001"),
        (lambda text: text.replace("<DocumentVersion>1.01</DocumentVersion>", ""), "5001"),
        (lambda text: text.replace("<AmazonEnvelope>", '<AmazonEnvelope xmlns="urn:x">'), "5001"),
        (lambda text: text.replace(SELLER, "A2OTHER"), "5002"),
    ],
)
def test_envelope(world, client, order, change, code):
    content = change(envelope("OrderAcknowledgement", cancellation(order)))
    _processed, successful, results = read(client.submit(CANCEL, content.encode())[1])
    assert successful == 0 and results[0][1] == code
    assert item_of(world, order)["cancelled"] == 0


def test_text_outside_ascii_survives_in_the_report(world, client, order):
    _processed, _successful, results = send(
        client, SHIP, shipment(order, carrier="<CarrierCode>\u00fc\u20ac</CarrierCode>")
    )
    assert "'\u00fc\u20ac'" in results[0][2]
