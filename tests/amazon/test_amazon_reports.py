"""The way of a report: asked for, waited for, fetched and read, from a simulated Amazon."""

from datetime import datetime
from decimal import Decimal

import pytest
from amazon.client import Door
from amazon.invoice_report import INVOICE_DATA, PENDING, read_invoice_report
from amazon.lwa import LwaClient
from amazon.regions import endpoints
from amazon.returns import FBA_RETURNS, MERCHANT_RETURNS, read_fba_returns, read_merchant_returns
from amazon.selling_partner import SellingPartner
from amazon.transport import new_session

from amazon_simulator import Simulator
from tests.simulator.helpers import CLIENT_ID, DE, REFRESH_TOKEN, SECRET, SELLER, START, populate, short_order

NOW = datetime(2026, 3, 2, 8)


@pytest.fixture(scope="module")
def simulator():
    with Simulator(clock="virtual", start=START, smtp=False) as simulator:
        yield simulator


@pytest.fixture
def world(simulator):
    simulator.world.reset()
    populate(simulator.world)
    return simulator.world


@pytest.fixture
def door(simulator, world, limiter):
    addresses = endpoints("eu", "custom", simulator.url)
    token = LwaClient(addresses.lwa, CLIENT_ID, SECRET).refresh(REFRESH_TOKEN).access_token
    return Door(addresses, token, limiter, session=new_session())


def fetch(world, door, *values):
    """Return the content of a report, None if Amazon cancelled it for want of data."""
    seller = SellingPartner(door, SELLER)
    report_id = seller.create_report(values[0], [DE], *values[1:])["reportId"]
    assert seller.get_report(report_id)["processingStatus"] == "IN_QUEUE"
    world.advance(3)
    report = seller.get_report(report_id)
    if report["processingStatus"] == "CANCELLED":
        return None
    document = seller.get_report_document(report["reportDocumentId"])
    return door.download(document["url"], document.get("compressionAlgorithm"))


def test_invoice_data(world, door):
    world.sellers[SELLER].vat_calculation = "seller"
    assert fetch(world, door, INVOICE_DATA, None, None, PENDING) is None
    order_id = world.place_order(SELLER, short_order(fulfillmentStatus="SHIPPED"))
    [row] = read_invoice_report(fetch(world, door, INVOICE_DATA, None, None, PENDING))
    assert (row.order_id, row.sku, row.quantity, row.marketplace_id) == (order_id, "MUG/1", 2, DE)
    assert row.is_pending and row.by_amazon is False and row.order_date >= NOW
    assert (row.amount, row.shipping_amount, row.tax_rate) == (
        Decimal("19.98"),
        Decimal("4.50"),
        Decimal("0.19"),
    )
    assert row.tax + row.untaxed == row.amount


def test_returns_to_the_seller(world, door):
    items = [{"sku": "MUG/1", "quantity": 2, "unitPrice": "9.99", "title": "Gr\u00f6\u00dfe M \u20ac"}]
    order_id = world.place_order(SELLER, short_order(items=items, fulfillmentStatus="SHIPPED"))
    back = [{"sku": "MUG/1", "quantity": 1, "reason": "CR-DEFECTIVE"}]
    rma_id = world.request_return(SELLER, order_id, back)
    [row] = read_merchant_returns(fetch(world, door, MERCHANT_RETURNS, NOW))
    assert (row.order_id, row.rma_id, row.quantity, row.reason) == (order_id, rma_id, 1, "CR-DEFECTIVE")
    assert (row.title, row.request_date) == ("Gr\u00f6\u00dfe M \u20ac", datetime(2026, 3, 2))
    assert (row.in_policy, row.a_to_z_claim, row.order_amount) == (True, False, Decimal("19.98"))


def test_returns_to_amazon(world, door):
    items = [{"sku": "BULB", "quantity": 1, "unitPrice": "4.99"}]
    order_id = world.place_order(SELLER, short_order(items=items))
    world.receive_fba_return(SELLER, order_id, [{"sku": "BULB", "quantity": 1, "reason": "DEFECTIVE"}])
    [row] = read_fba_returns(fetch(world, door, FBA_RETURNS, NOW))
    assert (row.order_id, row.sku, row.quantity, row.return_date) == (order_id, "BULB", 1, NOW)
    assert (row.disposition, row.reason) == ("SELLABLE", "DEFECTIVE") and row.license_plate
