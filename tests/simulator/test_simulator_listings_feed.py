"""JSON_LISTINGS_FEED: what its messages do to stock and price, and what its report says."""

import json
from decimal import Decimal
from importlib.resources import files

import pytest
from jsonschema import Draft7Validator

from tests.simulator.helpers import DE, FR, JSON, SELLER, message, price, stock


def issues(report):
    return [(issue.get("messageId"), issue["code"]) for issue in report["issues"]]


def test_stock_and_price(world, client):
    report = client.submit_listings([message(1, stock(7)), message(2, price(12.5))])
    assert report == {
        "header": {"sellerId": SELLER, "version": "2.0", "feedId": report["header"]["feedId"]},
        "issues": [],
        "summary": {
            "errors": 0,
            "warnings": 0,
            "messagesProcessed": 2,
            "messagesAccepted": 2,
            "messagesInvalid": 0,
        },
    }
    books = world.books(SELLER)
    assert books["stock"]["MUG/1"] == {"channel": "DEFAULT", "quantity": 7, "updates": 1}
    assert books["prices"]["MUG/1"][DE] == {"amount": Decimal("12.5"), "currency": "EUR", "updates": 1}
    assert books["prices"]["MUG/1"][FR] == {"amount": Decimal("10.99"), "currency": "EUR", "updates": 0}


def test_stock_is_the_same_in_all_marketplaces(world, client):
    client.submit_listings([message(1, stock(3))], FR)
    assert client.listing("MUG/1", includedData="fulfillmentAvailability").json() == {
        "sku": "MUG/1",
        "fulfillmentAvailability": [{"fulfillmentChannelCode": "DEFAULT", "quantity": 3}],
    }


def attribute(world, name):
    return world.sellers[SELLER].listings["MUG/1"].attributes.get(name)


def test_merge_keeps_and_replace_drops_what_is_not_sent(world, client):
    client.submit_listings([message(1, stock(3, lead_time_to_ship_max_days=4))])
    client.submit_listings([message(1, stock(2))])
    assert attribute(world, "fulfillment_availability")[0]["lead_time_to_ship_max_days"] == 4
    client.submit_listings([message(1, stock(1, op="replace"))])
    assert attribute(world, "fulfillment_availability") == [
        {"fulfillment_channel_code": "DEFAULT", "quantity": 1}
    ]


def test_selectors_keep_offers_apart(world, client):
    client.submit_listings([message(1, price(8, audience="B2B"))])
    assert len(attribute(world, "purchasable_offer")) == 3
    assert world.books(SELLER)["prices"]["MUG/1"][DE]["amount"] == Decimal("9.99")
    client.submit_listings([message(1, price(8.5, op="replace"))])
    left = {(offer["marketplace_id"], offer["audience"]) for offer in attribute(world, "purchasable_offer")}
    assert left == {(DE, "ALL"), (FR, "ALL")}


def test_delete(world, client):
    delete = {"op": "delete", "path": "/attributes/purchasable_offer"}
    client.submit_listings([message(1, delete)])
    assert [offer["marketplace_id"] for offer in attribute(world, "purchasable_offer")] == [FR]


def test_partial_update_update_and_delete(world, client):
    offer = price(20)["value"]
    operation = {"sku": "MUG/1", "productType": "DRINKING_CUP", "attributes": {"purchasable_offer": offer}}
    client.submit_listings([{"messageId": 1, "operationType": "PARTIAL_UPDATE", **operation}])
    assert attribute(world, "fulfillment_availability") and attribute(world, "item_name")
    client.submit_listings([{"messageId": 1, "operationType": "UPDATE", **operation}])
    assert attribute(world, "fulfillment_availability") is None
    client.submit_listings([{"messageId": 1, "operationType": "DELETE", "sku": "MUG/1"}])
    assert "MUG/1" not in world.books(SELLER)["stock"]


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        (stock(-1), "99022"),
        (stock(1.5), "99022"),
        (stock("5"), "99022"),
        (stock(True), "99022"),
        (stock(100_000_000), "99022"),
        (stock(1, lead_time_to_ship_max_days=-1), "99022"),
        (stock(1, handling=2), "99022"),
        (stock(1, "MOON"), "99022"),
        (stock(1, "AMAZON_EU"), "8541"),
        (stock(1, ""), "90220"),
        (stock(None, op="replace"), "99022"),
        (price(0), "99022"),
        (price(-1), "99022"),
        (price(9.999), "99022"),
        (price("9.99"), "99022"),
        (price(9, currency="USD"), "99022"),
        (price(9, currency=""), "90220"),
        (price(9, audience=None), "90220"),
        (price(9, audience="FRIENDS"), "99022"),
        (price(9, FR), "99022"),
        (price(9, our_price=[]), "99022"),
        (price(9, our_price=[{"schedule": []}]), "99022"),
        (price(9, margin=1), "99022"),
        ({"op": "merge", "path": "/attributes/purchasable_offer"}, "4000003"),
        ({**stock(1), "path": "/fulfillment_availability"}, "4000003"),
        ({**stock(1), "path": "/attributes/fulfillment_availability/0/quantity"}, "4000003"),
        ({**stock(1), "op": "move"}, "4000003"),
        ({**stock(1), "value": {}}, "4000003"),
    ],
)
def test_messages_that_are_refused(world, client, patch, code):
    before = world.books(SELLER)
    report = client.submit_listings([message(1, price(5), patch)])
    assert issues(report) == [(1, code)]
    assert report["summary"]["messagesInvalid"] == 1
    after = world.books(SELLER)
    assert (after["stock"], after["prices"]) == (before["stock"], before["prices"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sku": "NONE"}, "13013"),
        ({"productType": "LUGGAGE"}, "99022"),
        ({"sku": ""}, "4000003"),
        ({"messageId": 0}, "4000003"),
        ({"messageId": 2**31}, "4000003"),
        ({"patches": []}, "4000003"),
        ({"attributes": {"a": []}}, "4000003"),
        ({"operationType": "CHANGE"}, "4000003"),
    ],
)
def test_shapes_that_are_refused(client, change, code):
    report = client.submit_listings([{**message(1, stock(1)), **change}, message(7, stock(2))])
    assert [issue["code"] for issue in report["issues"]] == [code]
    assert report["summary"]["messagesAccepted"] == 1


def test_goods_of_amazon_take_no_quantity(client):
    assert issues(client.submit_listings([message(1, stock(1), sku="BULB")])) == [(1, "8541")]
    assert issues(client.submit_listings([message(1, price(6), sku="BULB")])) == []


def test_message_ids_are_unique(client):
    report = client.submit_listings([message(1, stock(1)), message(1, stock(2))])
    assert issues(report) == [(1, "4000002")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        json.dumps({"header": {"sellerId": SELLER, "version": "2.0"}, "messages": []}),
        json.dumps({"header": {"sellerId": SELLER, "version": "1.0"}, "messages": [message(1, stock(1))]}),
        json.dumps({"header": {"sellerId": "A2OTHER", "version": "2.0"}, "messages": [message(1, stock(1))]}),
        json.dumps({"messages": [message(1, stock(1))]}),
    ],
)
def test_documents_that_are_refused(world, client, content):
    feed, report = client.submit("JSON_LISTINGS_FEED", content, JSON)
    assert feed["processingStatus"] == "FATAL"
    assert issues(json.loads(report)) == [(None, "4000001")]
    assert world.books(SELLER)["stock"]["MUG/1"]["updates"] == 0


def test_report_shows_what_was_asked_for(client):
    wanted = {"includedData": ["summaries", "offers"], "apiVersion": "2021-08-01"}
    report = client.submit_listings([message(1, price(11))], report=wanted)
    assert report["header"]["report"] == wanted
    assert report["items"][0]["offers"][0]["price"] == {"currencyCode": "EUR", "amount": "11"}
    assert report["summary"]["itemSummary"]["items"] == 1


def test_reports_follow_amazons_schema(client, reference):
    schema = json.loads(
        (reference / "schemas" / "listings-feed-processing-report-schema-v2.json").read_text("utf-8")
    )
    validator = Draft7Validator(schema)
    wanted = {"includedData": ["summaries", "attributes"], "apiVersion": "2021-08-01"}
    validator.validate(client.submit_listings([message(1, stock(1))], report=wanted))
    validator.validate(client.submit_listings([message(1, stock(-1)), {"operationType": "PATCH"}]))
    validator.validate(json.loads(client.submit("JSON_LISTINGS_FEED", b"{}", JSON)[1]))


def test_shipped_schemas_are_amazons(reference):
    for name in ("listings-feed-schema-v2.json", "listings-feed-processing-report-schema-v2.json"):
        shipped = (files("amazon_simulator") / "schemas" / name).read_bytes()
        assert shipped == (reference / "schemas" / name).read_bytes()


def test_a_feed_of_25000_messages(world, client):
    """Amazon's most: the document is taken, one message more is not."""
    messages = [message(number, stock(number % 50)) for number in range(1, 25_001)]
    report = client.submit_listings(messages)
    assert report["summary"]["messagesAccepted"] == 25_000
    content = json.dumps(
        {"header": {"sellerId": SELLER, "version": "2.0"}, "messages": [*messages, message(25_001)]}
    )
    assert client.submit("JSON_LISTINGS_FEED", content, JSON)[0]["processingStatus"] == "FATAL"
