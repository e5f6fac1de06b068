"""The Reports API: what createReport takes, the way through the queue, and who sees what."""

import pytest
import requests

from tests.simulator.helpers import (
    DE,
    FBA_RETURNS,
    FR,
    REPORTS,
    RETURNS,
    SELLER,
    START,
    US,
    VIDR,
    Client,
    envelope,
    error,
    short_order,
)
from tests.simulator.order_feeds import BODIES, REFUND, refund

PENDING = {"ReportOption=pendingInvoices": "true"}
ALL = {"ReportOption=all": "true"}


@pytest.fixture
def returned(world):
    """A return of one mug, so that there is something to report: the RMA id."""
    order_id = world.place_order(SELLER, short_order(fulfillmentStatus="SHIPPED"))
    return world.request_return(SELLER, order_id, [{"sku": "MUG/1", "quantity": 1, "reason": "CR-DEFECTIVE"}])


def create(client, **values):
    """Create a report of the returns of the last hours; return its id."""
    answer = client.create_report(RETURNS, dataStartTime="2026-03-01T00:00:00Z", **values)
    assert answer.status_code == 202, answer.text
    return answer.json()["reportId"]


def test_way_through_the_queue(world, client, returned):
    report_id = create(client)
    assert client.report(report_id) == {
        "reportId": report_id,
        "reportType": RETURNS,
        "marketplaceIds": [DE],
        "processingStatus": "IN_QUEUE",
        "createdTime": "2026-03-02T08:00:00+00:00",
        "dataStartTime": "2026-03-01T00:00:00+00:00",
        "dataEndTime": "2026-03-02T08:00:00+00:00",
    }
    world.advance(1)
    report = client.report(report_id)
    assert report["processingStatus"] == "IN_PROGRESS" and "reportDocumentId" not in report
    world.advance(1)
    report = client.report(report_id)
    assert (report["processingStatus"], report["processingEndTime"]) == ("DONE", "2026-03-02T08:00:02+00:00")
    assert returned.encode() in client.download(report["reportDocumentId"], REPORTS)
    assert world.books(SELLER)["reports"][0]["processingStatus"] == "DONE"


def test_a_report_without_data_is_cancelled(world, client):
    assert client.read_report(RETURNS, dataStartTime=START) is None
    report = client.get(f"{REPORTS}/reports", reportTypes=RETURNS).json()["reports"][0]
    assert report["processingStatus"] == "CANCELLED"
    assert "processingEndTime" in report and "reportDocumentId" not in report


def test_feeds_and_reports_are_done_in_the_order_in_which_they_are_due(world, client, returned):
    """A report shows what feeds did that were due before it, and nothing of later ones."""
    [order_id] = world.books(SELLER)["orders"]
    item_id = next(iter(world.books(SELLER)["orders"][order_id]["items"]))
    document = envelope(BODIES[REFUND], refund((order_id, item_id), "1.00")).encode()
    ids = [create(client)]
    for _number in range(2):
        world.advance(0.1)
        client.create_feed(REFUND, client.upload(document))
        world.advance(0.1)
        ids.append(create(client))
    world.advance(10)
    documents = [client.download(client.report(number)["reportDocumentId"], REPORTS) for number in ids]
    assert [document.decode().splitlines()[1].split("\t")[-1] for document in documents] == [
        "",
        "1.00",
        "2.00",
    ]


def test_cancel_in_the_queue_only(world, client, returned):
    first, second = create(client), create(client)
    answer = client.call("DELETE", f"{REPORTS}/reports/{first}")
    assert (answer.status_code, answer.content) == (200, b"")
    world.advance(1)
    assert error(client.call("DELETE", f"{REPORTS}/reports/{second}")) == (400, "InvalidInput")
    world.advance(1)
    assert client.report(first)["processingStatus"] == "CANCELLED"
    assert client.report(second)["processingStatus"] == "DONE"


def test_faults(world, client, returned):
    world.add_fault("createReport", "fatal")
    world.add_fault("createReport", "stuck", seconds=100)
    fatal, stuck, good = create(client), create(client), create(client)
    world.advance(60)
    assert client.report(fatal)["processingStatus"] == "FATAL"
    assert "reportDocumentId" not in client.report(fatal)
    assert client.report(stuck)["processingStatus"] == "IN_PROGRESS"
    assert client.report(good)["processingStatus"] == "DONE"
    world.advance(60)
    assert client.report(stuck)["processingStatus"] == "DONE"
    with pytest.raises(ValueError, match="is one of createFeed, not of createReport"):
        world.add_fault("createReport", "partial_errors")
    with pytest.raises(ValueError, match="is one of createFeed and createReport"):
        world.add_fault("getReport", "fatal")


@pytest.mark.parametrize(
    ("report_type", "values", "expected"),
    [
        ("GET_NONSENSE", {}, (400, "InvalidInput")),
        (RETURNS, {"marketplaceIds": []}, (400, "InvalidInput")),
        (RETURNS, {"marketplaceIds": [DE] * 26}, (400, "InvalidInput")),
        (RETURNS, {"marketplaceIds": ["A0NONE"]}, (400, "InvalidInput")),
        (RETURNS, {"marketplaceIds": [US]}, (403, "Unauthorized")),
        (RETURNS, {"reportOptions": {"a": "b"}}, (400, "InvalidInput")),
        (RETURNS, {"dataStartTime": "yesterday"}, (400, "InvalidInput")),
        (RETURNS, {"dataStartTime": "2026-03-02T08:00:01Z"}, (400, "InvalidInput")),
        (RETURNS, {"dataEndTime": "2026-03-01T08:00:00Z"}, (400, "InvalidInput")),
        (RETURNS, {"dataStartTime": "2025-12-31T07:59:59Z"}, (400, "InvalidInput")),
        (RETURNS, {"more": 1}, (400, "InvalidInput")),
        (FBA_RETURNS, {"reportOptions": {"a": "b"}}, (400, "InvalidInput")),
        (VIDR, {"reportOptions": {"pendingInvoices": "true"}}, (400, "InvalidInput")),
        (VIDR, {"reportOptions": {"ReportOption=all": "yes"}}, (400, "InvalidInput")),
        (VIDR, {"reportOptions": ALL, "dataStartTime": "2026-01-31T07:59:59Z"}, (400, "InvalidInput")),
    ],
)
def test_create_report_refuses(client, report_type, values, expected):
    assert error(client.create_report(report_type, **values)) == expected


@pytest.mark.parametrize(
    ("report_type", "values"),
    [
        (RETURNS, {"dataStartTime": "2026-01-01T08:00:00Z"}),
        (FBA_RETURNS, {"dataStartTime": "2025-01-01T08:00:00Z"}),
        (VIDR, {"reportOptions": ALL, "dataStartTime": "2026-01-31T08:00:00Z"}),
        (VIDR, {"reportOptions": PENDING, "dataStartTime": "2025-01-31T08:00:00Z"}),
        (VIDR, {}),
    ],
)
def test_create_report_takes(client, report_type, values):
    assert client.create_report(report_type, **values).status_code == 202


def test_invoice_data_exists_in_some_marketplaces_only(amazon, world):
    turkey = "A33AVAJ2PDY3EV"
    world.register_seller("A3TR", "Seller", "eu", [turkey])
    client = Client(amazon, "A3TR", None)
    assert error(client.create_report(VIDR, [turkey])) == (400, "InvalidInput")
    assert client.create_report(RETURNS, [turkey]).status_code == 202


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("Tax Invoicing", {VIDR}),
        ("Inventory and Order Tracking", {RETURNS, FBA_RETURNS}),
        ("Direct-to-Consumer Delivery", {RETURNS}),
        ("Product Listing", set()),
    ],
)
def test_roles(world, client, role, allowed):
    next(iter(world.applications.values())).roles = frozenset({role})
    for report_type in (VIDR, RETURNS, FBA_RETURNS):
        status = client.create_report(report_type).status_code
        assert status == (202 if report_type in allowed else 403), report_type


def test_other_sellers_have_no_access(amazon, world, client, returned):
    report_id = create(client)
    world.advance(2)
    document_id = client.report(report_id)["reportDocumentId"]
    other = Client(amazon, "A2OTHER", None)
    assert error(other.get(f"{REPORTS}/reports/{report_id}")) == (404, "NotFound")
    assert error(other.get(f"{REPORTS}/documents/{document_id}")) == (404, "NotFound")


def test_documents_of_feeds_and_reports_are_apart(world, client, returned):
    report_id, upload = create(client), client.upload(b"<x/>")
    world.advance(2)
    document_id = client.report(report_id)["reportDocumentId"]
    assert error(client.get(f"/feeds/2021-06-30/documents/{document_id}")) == (404, "NotFound")
    assert error(client.get(f"{REPORTS}/documents/{upload}")) == (404, "NotFound")
    assert error(client.get(f"/feeds/2021-06-30/feeds/{report_id}")) == (404, "NotFound")
    answer = client.create_feed("POST_ORDER_ACKNOWLEDGEMENT_DATA", document_id)
    assert error(answer) == (400, "InvalidInput")


def ids_of(answer):
    return [report["reportId"] for report in answer.json()["reports"]]


def test_get_reports_pages_and_filters(world, client, returned):
    ids = []
    for _number in range(3):
        ids.insert(0, create(client))
        world.advance(10)
    other = client.create_report(FBA_RETURNS, [FR]).json()["reportId"]
    first = client.get(f"{REPORTS}/reports", reportTypes=RETURNS, pageSize=2)
    assert ids_of(first) == ids[:2]
    create(client)
    token = first.json()["nextToken"]
    second = client.get(f"{REPORTS}/reports", nextToken=token)
    assert ids_of(second) == ids[2:] and "nextToken" not in second.json()
    assert error(client.get("/feeds/2021-06-30/feeds", nextToken=token)) == (400, "InvalidInput")
    assert error(client.get(f"{REPORTS}/reports", nextToken=token, pageSize=2)) == (400, "InvalidInput")
    assert error(client.get(f"{REPORTS}/reports")) == (400, "InvalidInput")
    both = f"{RETURNS},{FBA_RETURNS}"
    assert ids_of(client.get(f"{REPORTS}/reports", reportTypes=both, marketplaceIds=FR)) == [other]
    done = client.get(f"{REPORTS}/reports", reportTypes=both, processingStatuses="DONE")
    assert ids_of(done) == ids
    until = client.get(f"{REPORTS}/reports", reportTypes=both, createdUntil="2026-03-02T08:00:09Z")
    assert ids_of(until) == ids[2:]


@pytest.mark.parametrize(
    ("method", "path", "burst"),
    [
        ("GET", "reports?reportTypes=X", 10),
        ("DELETE", "reports/1", 10),
        ("GET", "reports/1", 15),
        ("GET", "documents/1", 15),
        ("POST", "reports", 15),
    ],
)
def test_bursts(client, method, path, burst):
    statuses = [client.call(method, f"{REPORTS}/{path}").status_code for _number in range(burst + 1)]
    assert statuses[-1] == 429 and 429 not in statuses[:-1]


def test_the_encoding_is_named_and_compression_is_told(amazon, world, client):
    """Windows-1252 outside of Japan's region, Shift-JIS in it."""
    items = [{"sku": "MUG/1", "quantity": 1, "unitPrice": "9.99", "title": "Gr\u00f6\u00dfe \u20ac"}]
    order_id = world.place_order(SELLER, short_order(items=items, fulfillmentStatus="SHIPPED"))
    world.request_return(SELLER, order_id, [{"sku": "MUG/1", "quantity": 1, "reason": "X"}])
    [row] = client.read_report(RETURNS, dataStartTime=START)
    assert row["Item Name"] == "Gr\u00f6\u00dfe \u20ac"
    japan = "A1VC38T7YXB528"
    world.register_seller("A3JP", "Seller", "fe", [japan])
    order_id = world.place_order(
        "A3JP",
        {"marketplaceId": japan, "items": [{**items[0], "title": "\u8336\u7897"}], "fulfilledBy": "AMAZON"},
    )
    world.receive_fba_return("A3JP", order_id, [{"sku": "MUG/1", "quantity": 1, "reason": "X"}])
    there = Client(amazon, "A3JP", None)
    [row] = there.read_report(FBA_RETURNS, "shift_jis", marketplace_ids=[japan], dataStartTime=START)
    assert row["product-name"] == "\u8336\u7897"
    report = there.get(f"{REPORTS}/reports", reportTypes=FBA_RETURNS).json()["reports"][0]
    document = there.get(f"{REPORTS}/documents/{report['reportDocumentId']}").json()
    assert document["compressionAlgorithm"] == "GZIP"
    headers = requests.get(document["url"], timeout=10).headers
    assert headers["content-type"] == "text/plain; charset=Shift_JIS"
