"""Orders API v0, as older clients read orders: the list, and the items of each."""

from datetime import timedelta

from amazon_simulator.clock import iso
from tests.simulator.helpers import DE, FR, SELLER, error, short_order

LONG_AGO = "2026-01-01T00:00:00Z"


def read(client, **query):
    return client.get("/orders/v0/orders", **{"MarketplaceIds": DE, "LastUpdatedAfter": LONG_AGO} | query)


def test_orders_in_pages_and_their_items(world, client):
    orders = [world.place_order(SELLER, short_order()) for _number in range(3)]
    assert read(client).json()["payload"]["Orders"] == []  # not two minutes old
    world.advance(120)
    first = read(client, MaxResultsPerPage=2).json()["payload"]
    assert first["LastUpdatedBefore"] == iso(world.clock.now() - timedelta(minutes=2))
    second = read(client, MaxResultsPerPage=2, NextToken=first["NextToken"]).json()["payload"]
    assert "NextToken" not in second
    found = first["Orders"] + second["Orders"]
    assert sorted(order["AmazonOrderId"] for order in found) == sorted(orders)
    assert {order["OrderStatus"] for order in found} == {"Unshipped"}
    items = client.get(f"/orders/v0/orders/{orders[0]}/orderItems").json()["payload"]
    assert items["AmazonOrderId"] == orders[0]
    held = world.books(SELLER)["orders"][orders[0]]["items"]
    assert [item["OrderItemId"] for item in items["OrderItems"]] == list(held)
    assert [item["QuantityShipped"] for item in items["OrderItems"]] == [0]


def test_filters(world, client):
    shipped = world.place_order(SELLER, short_order(fulfillmentStatus="SHIPPED"))
    world.place_order(SELLER, short_order(marketplaceId=FR))
    world.advance(120)
    assert [order["AmazonOrderId"] for order in read(client).json()["payload"]["Orders"]] == [shipped]
    assert read(client, OrderStatuses="Unshipped").json()["payload"]["Orders"] == []


def test_what_is_refused(world, client):
    assert error(read(client, CreatedAfter=LONG_AGO)) == (400, "InvalidInput")
    assert error(read(client, LastUpdatedBefore=world.now())) == (400, "InvalidInput")
    assert error(read(client, NextToken="x")) == (400, "InvalidInput")
    assert error(client.get("/orders/v0/orders/402-0000000-0000000/orderItems"))[0] == 404


def test_items_of_30_orders_at_once_and_no_more(world, client):
    order_id = world.place_order(SELLER, short_order())
    answers = [client.get(f"/orders/v0/orders/{order_id}/orderItems").status_code for _number in range(31)]
    assert answers == [200] * 30 + [429]
