"""What holds for all operations: headers, tokens, parameters, bodies, limits."""

import re

import pytest

from amazon_simulator.operations import OPERATIONS
from tests.simulator.helpers import APPLICATION, DE, FR, US, Client, error, short_order, stock
from tests.simulator.model_check import ModelBook

PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"
ORDERS = "/orders/2026-01-01/orders"
FEEDS = "/feeds/2021-06-30/feeds"


@pytest.mark.parametrize("value", [None, "", "Atza|wrong"])
def test_access_token_is_required(client, value):
    answer = client.call("GET", PARTICIPATIONS, headers={"x-amz-access-token": value})
    assert error(answer) == (403, "Unauthorized")
    assert answer.headers["x-amzn-RequestId"]
    assert "x-amzn-RateLimit-Limit" not in answer.headers


@pytest.mark.parametrize("agent", ["", "x" * 501])
def test_user_agent_is_required(client, agent):
    answer = client.call("GET", PARTICIPATIONS, headers={"user-agent": agent})
    assert error(answer) == (400, "InvalidInput")


def test_headers_of_a_good_answer(client):
    answer = client.get(PARTICIPATIONS)
    assert answer.headers["x-amzn-RateLimit-Limit"] == "0.016"
    first, second = answer.headers["x-amzn-RequestId"], client.get(PARTICIPATIONS).headers["x-amzn-RequestId"]
    assert first != second


def test_unknown_path_and_method(client):
    assert error(client.get("/orders/2030-01-01/orders")) == (404, "NotFound")
    assert error(client.call("DELETE", ORDERS)) == (404, "NotFound")


def test_unknown_repeated_and_missing_parameters(client):
    assert error(client.get(ORDERS, createdAfter="2026-01-01T00:00:00Z", CreatedAfter="x")) == (
        400,
        "InvalidInput",
    )
    repeated = client.call(
        "GET", ORDERS + f"?createdAfter=2026-01-01T00:00:00Z&marketplaceIds={DE}&marketplaceIds={FR}"
    )
    assert error(repeated) == (400, "InvalidInput")
    assert error(client.get(client.item_path("MUG/1"))) == (400, "InvalidInput")


@pytest.mark.parametrize(
    "query",
    [
        {"maxResultsPerPage": "0"},
        {"maxResultsPerPage": "101"},
        {"maxResultsPerPage": "ten"},
        {"fulfillmentStatuses": "UNSHIPPED,OPEN"},
        {"fulfilledBy": "merchant"},
        {"includedData": ""},
        {"marketplaceIds": ",".join([DE] * 51)},
        {"createdAfter": "2026-01-01"},
        {"createdAfter": "2026-01-01T00:00:00"},
    ],
)
def test_values_of_parameters(client, query):
    assert error(client.search(**{"createdAfter": "2026-01-01T00:00:00Z", **query})) == (400, "InvalidInput")


def test_marketplaces(client):
    after = "2026-01-01T00:00:00Z"
    assert client.search(createdAfter=after, marketplaceIds=f"{DE},{FR}").status_code == 200
    assert error(client.search(createdAfter=after, marketplaceIds="A0NONE")) == (400, "InvalidInput")
    assert error(client.search(createdAfter=after, marketplaceIds=US)) == (403, "Unauthorized")
    assert error(client.search(createdAfter=after, marketplaceIds="A1F83G8C2ARO7P")) == (403, "Unauthorized")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"data": "{}", "headers": {"Content-Type": "text/plain"}}, (415, "UnsupportedMediaType")),
        ({"data": "{", "headers": {"Content-Type": "application/json"}}, (400, "InvalidInput")),
        ({"data": "", "headers": {"Content-Type": "application/json"}}, (400, "InvalidInput")),
        (
            {"data": b'{"contentType": "\xff"}', "headers": {"Content-Type": "application/json"}},
            (400, "InvalidInput"),
        ),
        ({"json": {}}, (400, "InvalidInput")),
        ({"json": []}, (400, "InvalidInput")),
        ({"json": {"contentType": 5}}, (400, "InvalidInput")),
        ({"json": {"contentType": ""}}, (400, "InvalidInput")),
        ({"json": {"contentType": "text/xml", "path": "/x"}}, (400, "InvalidInput")),
    ],
)
def test_bodies(client, options, expected):
    assert error(client.call("POST", "/feeds/2021-06-30/documents", **options)) == expected


def test_roles(amazon, world, client):
    world.applications[APPLICATION].roles = frozenset({"Product Listing"})
    assert error(client.search(createdAfter="2026-01-01T00:00:00Z")) == (403, "Unauthorized")
    assert client.listing("MUG/1").status_code == 200


def test_personal_data_needs_its_role(amazon, world, client):
    order_id = world.place_order(client.seller_id, short_order())
    assert "recipient" in client.order(order_id, "RECIPIENT")
    world.applications[APPLICATION].roles = frozenset({"Inventory and Order Tracking"})
    assert "recipient" not in client.order(order_id, "RECIPIENT")


def test_bucket_empties_and_fills(world, client):
    answers = [client.get(PARTICIPATIONS) for _number in range(16)]
    assert [answer.status_code for answer in answers] == [200] * 15 + [429]
    assert answers[-1].json() == {
        "errors": [
            {
                "code": "QuotaExceeded",
                "message": "You exceeded your quota for the requested resource.",
                "details": "",
            }
        ]
    }
    assert "x-amzn-RateLimit-Limit" not in answers[-1].headers
    world.advance(62)
    assert client.get(PARTICIPATIONS).status_code == 429
    world.advance(1)
    assert client.get(PARTICIPATIONS).status_code == 200
    assert client.get(PARTICIPATIONS).status_code == 429


def test_buckets_are_apart(amazon, world, client):
    for _number in range(16):
        client.get(PARTICIPATIONS)
    other = Client(amazon, "A2OTHER", None)
    assert other.get(PARTICIPATIONS).status_code == 200
    assert client.search(createdAfter="2026-01-01T00:00:00Z").status_code == 200


def test_refused_parameters_use_the_bucket_too(client):
    for _number in range(20):
        client.search()
    assert client.search().status_code == 429


def test_limit_of_a_seller_can_change(amazon, world, client):
    world.set_limit("getMarketplaceParticipations", 1, 1, client.seller_id)
    answer = client.get(PARTICIPATIONS)
    assert answer.headers["x-amzn-RateLimit-Limit"] == "1"
    assert client.get(PARTICIPATIONS).status_code == 429
    assert Client(amazon, "A2OTHER", None).get(PARTICIPATIONS).headers["x-amzn-RateLimit-Limit"] == "0.016"


def test_listings_feeds_are_five_in_any_five_minutes(world, client):
    document = client.upload("{}", "application/json")
    assert [client.create_feed("JSON_LISTINGS_FEED", document).status_code for _number in range(6)] == [
        202
    ] * 5 + [429]
    assert client.create_feed("POST_PAYMENT_ADJUSTMENT_DATA", document).status_code == 202
    world.advance(299)
    assert client.create_feed("JSON_LISTINGS_FEED", document).status_code == 429
    world.advance(1)
    assert client.create_feed("JSON_LISTINGS_FEED", document).status_code == 202


def test_invoices_are_one_in_three_seconds(world, client):
    document = client.upload(b"x", "application/pdf")
    assert client.create_feed("UPLOAD_VAT_INVOICE", document).status_code == 202
    assert client.create_feed("UPLOAD_VAT_INVOICE", document).status_code == 429
    world.advance(3)
    assert client.create_feed("UPLOAD_VAT_INVOICE", document).status_code == 202


def test_previews_are_one_a_second(world, client):
    answers = [
        client.patch("MUG/1", [stock(1)], mode="VALIDATION_PREVIEW").status_code for _number in range(2)
    ]
    assert answers == [200, 429]
    assert client.patch("MUG/1", [stock(1)]).status_code == 200


def test_rates_and_bursts_are_those_of_the_models(reference):
    """The usage plan of each operation, as its description in Amazon's models states it."""
    book = ModelBook(reference / "models")
    for operation in OPERATIONS:
        found, _path = book.find(operation.method, operation.path.replace("{", "").replace("}", ""))
        assert found.content["operationId"] == operation.name
        rate, burst = re.search(r"\| ([\d.]+) \| (\d+) \|", found.content["description"]).groups()
        assert (operation.rate, operation.burst) == (float(rate), int(burst)), operation.name
