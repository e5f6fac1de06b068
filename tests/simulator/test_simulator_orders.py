"""Orders API: searching by time, sections on demand, confirming shipments."""

from datetime import timedelta

import pytest

from amazon_simulator.clock import iso, parse
from tests.simulator.helpers import DE, FR, SELLER, Client, error, short_order

LONG_AGO = "2026-01-01T00:00:00Z"


def place(world, count=1, **changes):
    """Place orders, a minute apart, and wait until searchOrders shows them; return their ids."""
    ids = []
    for _number in range(count):
        ids.append(world.place_order(SELLER, short_order(**changes)))
        world.advance(60)
    world.advance(120)
    return ids


def ids_of(answer):
    return [order["orderId"] for order in answer.json()["orders"]]


def test_changes_of_the_last_two_minutes_are_not_shown(world, client):
    order_id = world.place_order(SELLER, short_order())
    assert ids_of(client.search(lastUpdatedAfter=LONG_AGO)) == []
    world.advance(120)
    answer = client.search(lastUpdatedAfter=LONG_AGO)
    assert ids_of(answer) == [order_id]
    assert answer.json()["lastUpdatedBefore"] == iso(world.clock.now() - timedelta(minutes=2))


def test_times_include_their_ends(world, client):
    order_id = place(world)[0]
    moment = client.order(order_id)["lastUpdatedTime"]
    after = iso(parse(moment) + timedelta(milliseconds=1))
    assert ids_of(client.search(lastUpdatedAfter=moment)) == [order_id]
    assert ids_of(client.search(lastUpdatedAfter=after)) == []
    assert ids_of(client.search(createdAfter=LONG_AGO, createdBefore=moment)) == [order_id]
    before = iso(parse(moment) - timedelta(milliseconds=1))
    assert ids_of(client.search(createdAfter=LONG_AGO, createdBefore=before)) == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"createdAfter": LONG_AGO, "lastUpdatedAfter": LONG_AGO},
        {"createdAfter": LONG_AGO, "lastUpdatedBefore": LONG_AGO},
        {"lastUpdatedAfter": LONG_AGO, "createdBefore": LONG_AGO},
        {"createdBefore": LONG_AGO},
        {"createdAfter": LONG_AGO, "createdBefore": "2025-12-31T00:00:00Z"},
        {"createdAfter": LONG_AGO, "createdBefore": "2026-03-02T07:58:01Z"},
        {"lastUpdatedAfter": "yesterday"},
    ],
)
def test_times_that_are_refused(client, query):
    assert error(client.search(**query)) == (400, "InvalidInput")


def test_a_time_two_minutes_ago_is_taken(client):
    assert client.search(createdAfter=LONG_AGO, createdBefore="2026-03-02T07:58:00Z").status_code == 200


def test_every_change_brings_an_order_back(world, client):
    order_id = place(world)[0]
    watermark = client.search(lastUpdatedAfter=LONG_AGO).json()["lastUpdatedBefore"]
    world.request_cancellation(SELLER, order_id, "changed my mind")
    world.advance(120)
    answer = client.search(lastUpdatedAfter=watermark, includedData="CANCELLATION")
    assert ids_of(answer) == [order_id]
    request = answer.json()["orders"][0]["orderItems"][0]["cancellation"]["cancellationRequest"]
    assert request == {"requester": "BUYER", "cancelReason": "changed my mind"}
    assert ids_of(client.search(createdAfter=watermark)) == []


def test_pages(world, client):
    ids = place(world, 5)
    query = {"createdAfter": LONG_AGO, "maxResultsPerPage": 2}
    first = client.search(**query)
    assert ids_of(first) == ids[:2]
    second = client.search(**query, paginationToken=first.json()["pagination"]["nextToken"])
    assert ids_of(second) == ids[2:4] and second.json()["createdBefore"] == first.json()["createdBefore"]
    third = client.search(**query, paginationToken=second.json()["pagination"]["nextToken"])
    assert ids_of(third) == ids[4:] and "pagination" not in third.json()


def test_pages_do_not_shift_when_orders_change(world, client):
    ids = place(world, 4)
    query = {"lastUpdatedAfter": LONG_AGO, "maxResultsPerPage": 2}
    token = client.search(**query).json()["pagination"]["nextToken"]
    world.change_order(SELLER, ids[0], {"programs": ["PREMIUM"]})
    place(world)
    assert ids_of(client.search(**query, paginationToken=token)) == ids[2:]


def test_page_token_needs_the_same_parameters_and_a_day(world, client):
    place(world, 2)
    query = {"createdAfter": LONG_AGO, "maxResultsPerPage": 1}
    token = client.search(**query).json()["pagination"]["nextToken"]
    assert error(client.search(**{**query, "marketplaceIds": DE}, paginationToken=token)) == (
        400,
        "InvalidInput",
    )
    assert error(client.search(paginationToken=token)) == (400, "InvalidInput")
    assert error(client.search(**query, paginationToken=token[:-4])) == (400, "InvalidInput")
    world.advance(86400)
    client.renew()
    assert client.search(**query, paginationToken=token).status_code == 200
    world.advance(1)
    assert error(client.search(**query, paginationToken=token)) == (400, "InvalidInput")


def test_filters(world, client):
    german, french = place(world)[0], place(world, marketplaceId=FR)[0]
    pending = place(world, fulfillmentStatus="PENDING")[0]
    amazon = place(world, items=[{"sku": "BULB", "quantity": 1, "unitPrice": "4.99"}])[0]

    def found(**query):
        return set(ids_of(client.search(createdAfter=LONG_AGO, **query)))

    assert found() == {german, french, pending, amazon}
    assert found(marketplaceIds=FR) == {french}
    assert found(fulfillmentStatuses="PENDING,SHIPPED") == {pending, amazon}
    assert found(fulfilledBy="AMAZON") == {amazon}
    assert found(fulfilledBy="MERCHANT", marketplaceIds=DE) == {german, pending}


def test_sections_on_demand(world, client):
    order_id = place(world)[0]
    assert set(client.order(order_id)) == {
        "orderId",
        "createdTime",
        "lastUpdatedTime",
        "programs",
        "salesChannel",
        "orderItems",
    }
    assert set(client.order(order_id)["orderItems"][0]) == {"orderItemId", "quantityOrdered", "product"}
    shown = client.order(order_id, "BUYER", "RECIPIENT", "PROCEEDS", "FULFILLMENT", "PACKAGES")
    assert {"buyer", "recipient", "proceeds", "fulfillment", "packages"} <= set(shown)
    assert shown["proceeds"]["grandTotal"] == {"amount": "24.48", "currencyCode": "EUR"}
    assert shown["orderItems"][0]["proceeds"]["breakdowns"] == [
        {"type": "ITEM", "subtotal": {"amount": "19.98", "currencyCode": "EUR"}},
        {"type": "SHIPPING", "subtotal": {"amount": "4.50", "currencyCode": "EUR"}},
    ]


def test_pending_orders_show_nobody(world, client):
    order_id = place(world, fulfillmentStatus="PENDING")[0]
    assert not {"buyer", "recipient"} & set(client.order(order_id, "BUYER", "RECIPIENT"))
    world.change_order(SELLER, order_id, {"fulfillment": {"fulfillmentStatus": "UNSHIPPED"}})
    assert {"buyer", "recipient"} <= set(client.order(order_id, "BUYER", "RECIPIENT"))


def test_orders_of_amazon_show_the_place_only(world, client):
    order_id = place(world, items=[{"sku": "BULB", "quantity": 1, "unitPrice": "4.99"}])[0]
    shown = client.order(order_id, "BUYER", "RECIPIENT")
    assert "buyerEmail" not in shown["buyer"]
    assert set(shown["recipient"]["deliveryAddress"]) == {"city", "postalCode", "countryCode"}


def test_order_that_amazon_cancelled(world, client):
    order_id = place(world)[0]
    world.change_order(SELLER, order_id, {"fulfillment": {"fulfillmentStatus": "CANCELLED"}})
    item = client.order(order_id, "FULFILLMENT")["orderItems"][0]
    assert item["fulfillment"] == {"quantityFulfilled": 0, "quantityUnfulfilled": 0}


def test_unknown_orders(amazon, world, client):
    order_id = place(world)[0]
    path = "/orders/2026-01-01/orders"
    assert error(client.get(f"{path}/111-1111111-1111111")) == (404, "NotFound")
    assert error(client.get(f"{path}/12345")) == (400, "InvalidInput")
    assert error(Client(amazon, "A2OTHER", None).get(f"{path}/{order_id}")) == (404, "NotFound")


def package(item_id, quantity=1, **changes):
    detail = {
        "packageReferenceId": "1",
        "carrierCode": "DHL",
        "trackingNumber": "JJD01",
        "shippingMethod": "Paket",
        "shipDate": "2026-03-02T08:00:00Z",
        "orderItems": [{"orderItemId": item_id, "quantity": quantity}],
    }
    return {name: value for name, value in {**detail, **changes}.items() if value is not None}


def test_confirm_shipment(client, order):
    answer = client.confirm(order[0], package(order[1]))
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["x-amzn-RateLimit-Limit"] == "2"
    shown = client.order(order[0], "FULFILLMENT", "PACKAGES")
    assert shown["fulfillment"]["fulfillmentStatus"] == "PARTIALLY_SHIPPED"
    assert shown["packages"][0]["trackingNumber"] == "JJD01"
    assert shown["packages"][0]["shippingService"] == "Paket"


@pytest.mark.parametrize(
    "changes",
    [
        {"packageReferenceId": None},
        {"packageReferenceId": "0"},
        {"packageReferenceId": "WH/OUT/1"},
        {"packageReferenceId": 1},
        {"carrierCode": None},
        {"carrierCode": "Other"},
        {"trackingNumber": None},
        {"shipDate": None},
        {"shipDate": "02/03/2026"},
        {"shipDate": "2026-03-02T08:00:01Z"},
        {"shipDate": "2026-03-01T08:00:00Z"},
        {"orderItems": []},
        {"orderItems": [{"orderItemId": "99999999999999", "quantity": 1}]},
        {"quantity": 0},
        {"quantity": 3},
        {"trackingId": "x"},
    ],
)
def test_confirmations_that_are_refused(world, client, order, changes):
    assert error(client.confirm(order[0], package(order[1], **changes))) == (400, "InvalidInput")
    assert not world.books(SELLER)["shipments"]


def test_confirm_the_same_package_twice(world, client, order):
    assert client.confirm(order[0], package(order[1])).status_code == 204
    assert error(client.confirm(order[0], package(order[1]))) == (400, "InvalidInput")
    assert client.confirm(order[0], package(order[1], packageReferenceId="2")).status_code == 204
    assert error(client.confirm(order[0], package(order[1], packageReferenceId="3"))) == (400, "InvalidInput")
    assert len(world.books(SELLER)["shipments"]) == 2


def test_confirm_in_the_wrong_marketplace(client, order):
    assert error(client.confirm(order[0], package(order[1]), FR)) == (400, "InvalidInput")
    assert error(client.confirm("111-1111111-1111111", package(order[1]))) == (404, "NotFound")


def test_a_garbled_order_is_shown_as_it_is_until_it_is_changed(world, client):
    order_id, other_id = place(world, 2)
    garbled = {"orderId": order_id, "orderItems": [{"quantityOrdered": -1}]}
    world.garble_order(SELLER, order_id, garbled)
    world.advance(120)
    assert client.search(lastUpdatedAfter=LONG_AGO).json()["orders"][-1] == garbled
    assert client.order(order_id) == garbled
    assert client.order(other_id)["orderId"] == other_id
    world.change_order(SELLER, order_id, {"programs": ["PRIME"]})
    assert client.order(order_id)["programs"] == ["PRIME"]
