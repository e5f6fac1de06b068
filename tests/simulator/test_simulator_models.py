"""A broad run judged by Amazon's models, and the judge judged."""

import json

import requests

from amazon_simulator import Simulator
from amazon_simulator.lwa_scopes import NOTIFICATIONS, ROTATION
from tests.simulator.helpers import (
    DE,
    FBA_RETURNS,
    FR,
    PDF,
    REPORTS,
    RETURNS,
    SELLER,
    START,
    US,
    Client,
    envelope,
    message,
    pdf,
    populate,
    price,
    short_order,
    stock,
    token,
)
from tests.simulator.model_check import ModelBook, check_documents, check_traffic

ALL_DATA = ",".join(
    ("BUYER", "RECIPIENT", "PROCEEDS", "EXPENSE", "PROMOTION", "CANCELLATION", "FULFILLMENT", "PACKAGES")
    + ("TAX", "PAYMENT", "FULFILLMENT_ORDERS")
)


def broad_run(amazon):
    """Call every operation, well and badly."""
    world, client = amazon.world, Client(amazon)
    taxed = [
        {
            "sku": "NEW",
            "quantity": 2,
            "unitPrice": "3.00",
            "tax": "0.50",
            "shipping": "1",
            "shippingTax": "0.1",
        }
    ]
    orders = [
        world.place_order(SELLER, short_order()),
        world.place_order(SELLER, short_order(marketplaceId=FR, fulfillmentStatus="PENDING")),
        world.place_order(SELLER, short_order(items=[{"sku": "BULB", "quantity": 1, "unitPrice": "4.99"}])),
        world.place_order(SELLER, short_order(items=taxed, programs=["AMAZON_BUSINESS"])),
    ]
    item_id = next(iter(world.books(SELLER)["orders"][orders[0]]["items"]))
    world.request_cancellation(SELLER, orders[3], "no reason")
    world.advance(130)
    client.get("/sellers/v1/marketplaceParticipations")
    client.search(createdAfter="2026-01-01T00:00:00Z", includedData=ALL_DATA, maxResultsPerPage=3)
    package = {
        "packageReferenceId": "1",
        "carrierCode": "Other",
        "carrierName": "Bote",
        "trackingNumber": "1",
        "shippingMethod": "x",
        "shipDate": world.now(),
        "orderItems": [{"orderItemId": item_id, "quantity": 2}],
    }
    client.confirm(orders[0], package)
    client.confirm(orders[0], package)
    cancel = f"<AmazonOrderID>{orders[3]}</AmazonOrderID><StatusCode>Failure</StatusCode>"
    client.submit("POST_ORDER_ACKNOWLEDGEMENT_DATA", envelope("OrderAcknowledgement", cancel).encode())
    for order_id in orders:
        client.order(order_id, *ALL_DATA.split(","))
        client.get(f"/orders/v0/orders/{order_id}/orderItems")
    client.get("/orders/v0/orders", MarketplaceIds=DE, CreatedAfter=START, MaxResultsPerPage=2)
    client.submit_listings([message(1, stock(2)), message(2, price(8)), message(3, stock(-1))])
    client.submit("POST_PRODUCT_DATA", b"<x/>")
    options = {
        "metadata:OrderId": orders[0],
        "metadata:InvoiceNumber": "1",
        "metadata:TotalAmount": "1",
        "metadata:TotalVATAmount": "0",
    }
    client.submit("UPLOAD_VAT_INVOICE", pdf(), PDF, feedOptions=options)
    feed_id = client.create_feed("POST_PRODUCT_DATA", client.upload(b"<x/>")).json()["feedId"]
    client.call("DELETE", f"/feeds/2021-06-30/feeds/{feed_id}")
    client.call("DELETE", f"/feeds/2021-06-30/feeds/{feed_id}")
    first = client.get(
        "/feeds/2021-06-30/feeds", feedTypes="JSON_LISTINGS_FEED,POST_PRODUCT_DATA", pageSize=1
    )
    client.get("/feeds/2021-06-30/feeds", nextToken=first.json()["nextToken"])
    sections = (
        "summaries,attributes,issues,offers,fulfillmentAvailability,procurement,relationships,productTypes"
    )
    client.listing("MUG/1", includedData=sections, marketplaceIds=f"{DE},{FR}")
    client.get(f"/listings/2021-08-01/items/{SELLER}", marketplaceIds=DE, includedData=sections, pageSize=1)
    client.patch("MUG/1", [stock(1)])
    client.patch("MUG/1", [stock(-1)], mode="VALIDATION_PREVIEW", includedData="issues,identifiers")
    reports(world, client, orders[2])
    notifications(world, client)
    bad_calls(world, client)


def reports(world, client, order_id):
    """Call every operation of the Reports API."""
    world.receive_fba_return(SELLER, order_id, [{"sku": "BULB", "quantity": 1, "reason": "DEFECTIVE"}])
    assert client.read_report(FBA_RETURNS, dataStartTime=START, marketplaceIds=[DE, FR])
    assert client.read_report(RETURNS, dataStartTime=START, dataEndTime=world.now()) is None
    report_id = client.create_report(RETURNS).json()["reportId"]
    client.call("DELETE", f"{REPORTS}/reports/{report_id}")
    client.call("DELETE", f"{REPORTS}/reports/{report_id}")
    client.create_report("GET_NONSENSE")
    first = client.get(f"{REPORTS}/reports", reportTypes=f"{RETURNS},{FBA_RETURNS}", pageSize=1)
    client.get(f"{REPORTS}/reports", nextToken=first.json()["nextToken"])
    client.get(f"{REPORTS}/reports/none")
    client.get(f"{REPORTS}/documents/none", enableContentEncodingUrlHeader="true")


def notifications(world, client):
    """Call every operation of the Notifications API."""
    grantless = token(client.url, grant_type="client_credentials", scope=NOTIFICATIONS).json()
    ours = {"x-amz-access-token": grantless["access_token"]}
    path, kind = "/notifications/v1", "subscriptions/ORDER_CHANGE"
    destination = {"name": "x", "resourceSpecification": {"sqs": {"arn": "arn:aws:sqs:eu-west-1:1:x"}}}
    made = client.call("POST", f"{path}/destinations", ours, json=destination).json()["payload"]
    client.call("POST", f"{path}/destinations", ours, json=destination)
    client.call("GET", f"{path}/destinations", ours)
    one = f"{path}/destinations/{made['destinationId']}"
    body = {"destinationId": made["destinationId"], "payloadVersion": "1.0"}
    client.get(f"{path}/{kind}")
    subscription = client.call("POST", f"{path}/{kind}", json=body).json()["payload"]
    client.call("POST", f"{path}/{kind}", json=body)
    client.call("POST", f"{path}/{kind}", json={})
    client.get(f"{path}/{kind}", payloadVersion="1.0")
    client.call("DELETE", one, ours)
    world.advance(5)
    for method in ("GET", "DELETE", "GET"):
        client.call(method, f"{path}/{kind}/{subscription['subscriptionId']}", ours)
    for method in ("GET", "DELETE", "DELETE"):
        client.call(method, one, ours)


def bad_calls(world, client):
    """Provoke every kind of refusal."""
    client.search()
    client.order_path = "/orders/2026-01-01/orders/111-1111111-1111111"
    client.get(client.order_path)
    client.search(createdAfter="2026-01-01T00:00:00Z", marketplaceIds=US)
    client.listing("NONE")
    client.call("POST", "/feeds/2021-06-30/documents", data="x")
    client.call("GET", "/sellers/v1/marketplaceParticipations", headers={"x-amz-access-token": "wrong"})
    world.add_fault("*", "throttle", count=4)
    client.get(client.order_path)
    client.listing("MUG/1")
    client.get("/sellers/v1/marketplaceParticipations")
    client.confirm("111-1111111-1111111", {})
    requests.post(f"{client.url}/auth/o2/token", data={"grant_type": "x"}, timeout=10)
    grantless = token(client.url, grant_type="client_credentials", scope=ROTATION).json()["access_token"]
    path = "/applications/2023-11-30/clientSecret"
    client.call("POST", path, headers={"x-amz-access-token": grantless})


def test_a_broad_run_follows_the_models(tmp_path, reference):
    with Simulator(clock="virtual", start=START, record=tmp_path, smtp=False) as amazon:
        populate(amazon.world)
        broad_run(amazon)
    assert check_traffic(tmp_path / "traffic.jsonl", reference / "models") == []
    uploads = [p for p in check_documents(tmp_path, reference / "schemas") if "_written_" in p]
    assert uploads == []
    lines = [json.loads(line) for line in (tmp_path / "traffic.jsonl").read_text().splitlines()]
    assert {200, 201, 202, 204, 400, 401, 403, 404, 409, 415, 429} - {line["status"] for line in lines} <= {
        401
    }


def test_the_check_finds_faults(reference):
    """The judge is not blind: every one of these exchanges is wrong in one place."""
    book = ModelBook(reference / "models")
    order = "/orders/2026-01-01/orders/111-1111111-1111111"
    good = {
        "method": "GET",
        "path": order,
        "query": {},
        "request": None,
        "status": 404,
        "response": {"errors": [{"code": "a", "message": "b"}]},
    }
    create = {
        "method": "POST",
        "path": "/feeds/2021-06-30/feeds",
        "query": {},
        "status": 202,
        "response": {"feedId": "1"},
    }
    feed = {"feedType": "x", "marketplaceIds": [DE], "inputFeedDocumentId": "1"}
    assert book.problems(good) == [] == book.problems({**create, "request": feed})
    wrong = [
        {**good, "path": "/orders/2026-01-01/order"},
        {**good, "method": "PUT"},
        {**good, "status": 402},
        {**good, "response": {"errors": [{"code": "a"}]}},
        {**good, "response": {"errors": [{"code": 1, "message": "b"}]}},
        {**good, "response": {"errors": [], "more": 1}},
        {**good, "status": 200, "response": {"order": {"orderId": "1"}}},
        {**good, "status": None, "query": {"includedData": ["BUYER,SELLER"]}},
        {**good, "status": None, "query": {"included": ["BUYER"]}},
        {**good, "status": None, "query": {"includedData": ["BUYER", "TAX"]}},
        {**create, "request": None},
        {**create, "request": {**feed, "path": "x"}},
        {**create, "request": {**feed, "marketplaceIds": []}},
        {**create, "request": {"feedType": "x"}},
        {**good, "path": f"/listings/2021-08-01/items/{SELLER}/A", "status": None},
        {**good, "path": "/orders/2026-01-01/orders", "status": None, "query": {"createdAfter": ["today"]}},
        {**good, "path": "/orders/2026-01-01/orders", "status": None, "query": {"maxResultsPerPage": ["x"]}},
    ]
    for exchange in wrong:
        assert len(book.problems(exchange)) >= 1, exchange
