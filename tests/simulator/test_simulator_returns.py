"""Returns, and the two reports that tell of them."""

import pytest
import requests

from tests.simulator.helpers import DE, FBA_RETURNS, FR, RETURNS, SELLER, START, short_order

ONE_MUG = [{"sku": "MUG/1", "quantity": 1, "reason": "CR-DEFECTIVE"}]
ONE_BULB = [{"sku": "BULB", "quantity": 1, "reason": "DEFECTIVE"}]


@pytest.fixture
def shipped(world):
    """An order of two mugs that was shipped."""
    return world.place_order(SELLER, short_order(fulfillmentStatus="SHIPPED", createdHoursAgo=72))


@pytest.fixture
def by_amazon(world):
    """An order of two bulbs that Amazon shipped."""
    items = [{"sku": "BULB", "quantity": 2, "unitPrice": "4.99"}]
    return world.place_order(SELLER, short_order(items=items))


def test_returns_to_the_seller(world, client, shipped):
    rma_id = world.request_return(SELLER, shipped, ONE_MUG, {"Return carrier": "DHL", "Tracking ID": "JJD1"})
    [row] = client.read_report(RETURNS, dataStartTime=START)
    assert (row["Order ID"], row["Amazon RMA ID"], row["Order date"]) == (shipped, rma_id, "27-Feb-2026")
    assert (row["Return request date"], row["Merchant SKU"], row["ASIN"]) == ("02-Mar-2026", "MUG/1", "B0MUG")
    assert (row["Return quantity"], row["Return Reason"]) == ("1", "CR-DEFECTIVE")
    assert (row["Order Amount"], row["Order quantity"], row["Currency code"]) == ("24.48", "2", "EUR")
    assert (row["Return carrier"], row["Tracking ID"], row["Refunded Amount"]) == ("DHL", "JJD1", "")
    assert len(row) == 32
    assert world.books(SELLER)["returns"][0]["rmaId"] == rma_id


def test_returns_to_amazon(world, client, by_amazon):
    world.receive_fba_return(SELLER, by_amazon, ONE_BULB, {"detailed-disposition": "CUSTOMER_DAMAGED"})
    [row] = client.read_report(FBA_RETURNS, dataStartTime=START)
    assert (row["order-id"], row["sku"], row["quantity"]) == (by_amazon, "BULB", "1")
    assert (row["return-date"], row["reason"]) == ("2026-03-02T08:00:00+00:00", "DEFECTIVE")
    assert row["detailed-disposition"] == "CUSTOMER_DAMAGED"
    assert len(row) == 13
    assert client.read_report(RETURNS, dataStartTime=START) is None


def test_only_what_was_returned_in_time_and_place(world, client, shipped, by_amazon):
    world.request_return(SELLER, shipped, ONE_MUG)
    world.receive_fba_return(SELLER, by_amazon, ONE_BULB)
    world.advance(100)
    for report_type in (RETURNS, FBA_RETURNS):
        late = {"dataStartTime": "2026-03-02T08:00:01Z"}
        assert client.read_report(report_type, **late) is None
        early = {"dataStartTime": "2026-03-02T07:00:00Z", "dataEndTime": "2026-03-02T07:59:59Z"}
        assert client.read_report(report_type, **early) is None
        assert client.read_report(report_type, marketplace_ids=[FR], dataStartTime=START) is None
        assert len(client.read_report(report_type, marketplace_ids=[DE, FR], dataStartTime=START)) == 1


def test_what_cannot_come_back(world, shipped, by_amazon):
    world.request_return(SELLER, shipped, ONE_MUG)
    new = world.place_order(SELLER, short_order())
    wrong = [
        (shipped, [{**ONE_MUG[0], "quantity": 2}], "1 are left"),
        (shipped, [ONE_MUG[0], ONE_MUG[0]], "0 are left"),
        (shipped, [{**ONE_MUG[0], "quantity": 0}], "1 are left"),
        (shipped, ONE_BULB, "no item BULB"),
        (new, ONE_MUG, "0 are left"),
        (by_amazon, ONE_BULB, "fulfilled by AMAZON"),
    ]
    for order_id, items, message in wrong:
        with pytest.raises(ValueError, match=message):
            world.request_return(SELLER, order_id, items)
    with pytest.raises(ValueError, match="fulfilled by MERCHANT"):
        world.receive_fba_return(SELLER, shipped, ONE_MUG)
    with pytest.raises(ValueError, match="no columns Colour"):
        world.request_return(SELLER, shipped, ONE_MUG, {"Colour": "red"})
    assert len(world.books(SELLER)["returns"]) == 1


def test_returns_by_http(amazon, world, client, shipped, by_amazon):
    body = {"seller_id": SELLER, "order_id": shipped, "items": ONE_MUG}
    rma_id = requests.post(f"{amazon.url}/_sim/returns", json=body, timeout=10).json()
    body = {"seller_id": SELLER, "order_id": by_amazon, "items": ONE_BULB}
    assert requests.post(f"{amazon.url}/_sim/fba-returns", json=body, timeout=10).status_code == 200
    assert [known["orderId"] for known in world.books(SELLER)["returns"]] == [shipped, by_amazon]
    assert world.books(SELLER)["returns"][0]["rmaId"] == rma_id
    page = requests.get(f"{amazon.url}/_sim/", headers={"Accept": "text/html"}, timeout=10).text
    assert rma_id in page
