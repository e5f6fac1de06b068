"""Amazon's static sandbox cases, from the models, against the simulator."""

import json
from datetime import timedelta

import pytest

from amazon_simulator.clock import parse
from amazon_simulator.marketplaces import MARKETPLACES
from tests.simulator.helpers import REPORTS, US, Client, error


def sandbox_cases(reference, model, operation_id):
    """Yield (parameters, status, response) of Amazon's static sandbox cases."""
    for methods in json.loads((reference / "models" / f"{model}.json").read_text("utf-8"))["paths"].values():
        for operation in (content for name, content in methods.items() if name != "parameters"):
            if operation["operationId"] == operation_id:
                for status, answer in operation["responses"].items():
                    for case in answer.get("x-amzn-api-sandbox", {}).get("static", []):
                        given = {k: v.get("value") for k, v in case["request"]["parameters"].items()}
                        yield given, int(status), case.get("response")


@pytest.fixture
def worldwide(world):
    """A seller of each region, in all its marketplaces: region -> seller id."""
    for region in ("na", "eu", "fe"):
        own = [marketplace.id for marketplace in MARKETPLACES.values() if marketplace.region == region]
        world.register_seller(f"W{region}", "Worldwide", region, own)
    return {marketplace.id: f"W{marketplace.region}" for marketplace in MARKETPLACES.values()}


def listed(values):
    return ",".join(values)


def test_sandbox_orders_come_back_as_they_are(reference, amazon, world, worldwide):
    """getOrder and searchOrders show Amazon's sample orders exactly as the sandbox does."""
    seen = 0
    for given, status, response in sandbox_cases(reference, "orders_2026-01-01", "getOrder"):
        if status == 200:
            seen += 1
            seller_id = worldwide[response["order"]["salesChannel"]["marketplaceId"]]
            world.place_order(seller_id, response["order"])
            client = Client(amazon, seller_id, None)
            assert client.order(given["orderId"], *given["includedData"]) == response["order"]
    for given, status, response in sandbox_cases(reference, "orders_2026-01-01", "searchOrders"):
        if status == 200:
            seen += 1
            seller_id = worldwide[given["marketplaceIds"][0]]
            world.place_order(seller_id, response["orders"][0])
            answer = Client(amazon, seller_id, None).search(
                createdAfter=given["createdAfter"],
                createdBefore=response["createdBefore"],
                marketplaceIds=listed(given["marketplaceIds"]),
                includedData=listed(given["includedData"]),
            )
            assert answer.json() == {"orders": response["orders"], "createdBefore": response["createdBefore"]}
    assert seen == 6


def test_sandbox_bad_requests_are_refused(reference, client):
    seen = 0
    for given, status, _response in sandbox_cases(reference, "orders_2026-01-01", "searchOrders"):
        if status == 400:
            seen += 1
            assert error(client.search(**given)) == (400, "InvalidInput")
    for given, status, _response in sandbox_cases(reference, "orders_2026-01-01", "getOrder"):
        if status == 400:
            seen += 1
            assert error(client.get(f"/orders/2026-01-01/orders/{given['orderId']}"))[0] == 400
    for name, path in (("createFeed", "feeds"), ("createFeedDocument", "documents")):
        for given, status, _response in sandbox_cases(reference, "feeds_2021-06-30", name):
            if status == 400:
                seen += 1
                assert client.call("POST", f"/feeds/2021-06-30/{path}", json=given["body"]).status_code == 400
    for given, status, _response in sandbox_cases(reference, "feeds_2021-06-30", "getFeeds"):
        if status == 400:
            seen += 1
            query = {name: listed(values) for name, values in given.items()}
            assert client.get("/feeds/2021-06-30/feeds", **query).status_code == 400
    assert seen == 5


def test_sandbox_bad_reports_are_refused(reference, client):
    bad = {
        name: [
            given
            for given, status, _ in sandbox_cases(reference, "reports_2021-06-30", name)
            if status == 400
        ]
        for name in ("createReport", "getReports")
    }
    assert [len(cases) for cases in bad.values()] == [1, 1]
    [create], [search] = bad.values()
    assert error(client.call("POST", f"{REPORTS}/reports", json=create["body"])) == (400, "InvalidInput")
    query = {name: listed(values) for name, values in search.items()}
    assert error(client.get(f"{REPORTS}/reports", **query)) == (400, "InvalidInput")


def test_sandbox_shipment_confirmations(reference, amazon, world, worldwide):
    """The sandbox's order, with the item that its request names: 204 for the good request, else 400."""
    cases = list(sandbox_cases(reference, "ordersV0", "confirmShipment"))
    assert [status for _given, status, _response in cases] == [204, 400]
    for given, status, _response in reversed(cases):
        detail = given["body"]["packageDetail"]
        if status == 400:
            shipped = parse(cases[0][0]["body"]["packageDetail"]["shipDate"])
            item = {
                "sku": "X",
                "quantity": 1,
                "unitPrice": "1",
                "orderItemId": detail["orderItems"][0]["orderItemId"],
            }
            hours = (world.clock.now() - shipped + timedelta(hours=1)).total_seconds() / 3600
            order = {
                "orderId": given["orderId"],
                "marketplaceId": US,
                "items": [item],
                "createdHoursAgo": hours,
            }
            world.place_order(worldwide[US], order)
        client = Client(amazon, worldwide[US], None)
        assert client.confirm(given["orderId"], detail, given["body"]["marketplaceId"]).status_code == status
