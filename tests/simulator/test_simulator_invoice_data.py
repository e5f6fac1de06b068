"""The VAT invoice data report: what is due, what was uploaded, and what Amazon decided."""

from decimal import Decimal

import pytest
import requests

from tests.simulator.helpers import (
    DE,
    FR,
    PDF,
    REPORTS,
    SELLER,
    VIDR,
    Client,
    pdf,
    short_order,
)
from tests.simulator.order_feeds import REFUND, refund, send

PENDING = {"ReportOption=pendingInvoices": "true"}
ALL = {"ReportOption=all": "true"}
NUMBERS = {"InvoiceNumber": "RE-1", "TotalAmount": "24.48", "TotalVATAmount": "3.91"}


@pytest.fixture
def seller(world):
    """The seller, enrolled, who uploads own invoices."""
    world.sellers[SELLER].vat_calculation = "seller"


@pytest.fixture
def shipped(world, seller):
    """An order of two mugs that was shipped."""
    return world.place_order(SELLER, short_order(fulfillmentStatus="SHIPPED"))


def begin_upload(client, **options):
    """Upload an invoice; return the id of its feed."""
    options = {f"metadata:{name}": value for name, value in {**NUMBERS, **options}.items()}
    answer = client.create_feed("UPLOAD_VAT_INVOICE", client.upload(pdf(), PDF), feedOptions=options)
    return answer.json()["feedId"]


def upload(world, client, **options):
    """Upload an invoice and wait for its feed; return whether it succeeded. One feed in three seconds."""
    world.advance(3)
    feed_id = begin_upload(client, **options)
    world.advance(2)
    report = client.download(client.feed(feed_id)["resultFeedDocumentId"]).decode()
    return "successful\t\t1" in report


def read(client, options=PENDING, **values):
    return client.read_report(VIDR, "utf-8", reportOptions=options, **values)


def statuses(client, options=ALL):
    """Return (status, number, description) of all rows, of orders of the last month."""
    rows = read(client, options, dataStartTime="2026-02-15T00:00:00Z") or []
    names = ("invoice-status", "invoice-number", "invoice-status-description")
    return [tuple(row[name] for name in names) for row in rows]


def test_a_shipment_is_pending(world, client, shipped):
    [row] = read(client)
    assert (row["order-id"], row["transaction-type"], row["invoice-status"]) == (
        shipped,
        "SHIPMENT",
        "InvoicePending",
    )
    assert (row["marketplace-id"], row["sku"], row["quantity-purchased"]) == (DE, "MUG/1", "2")
    assert row["shipping-id"] and row["is-amazon-invoiced"] == "false" and row["currency"] == "EUR"
    item = [row[f"item-vat-{name}"] for name in ("incl-amount", "amount", "excl-amount")]
    assert item == ["19.98", "3.19", "16.79"] and row["item-vat-rate"] == "0.19"
    assert (row["shipping-vat-incl-amount"], row["shipping-vat-amount"]) == ("4.50", "0.72")


def test_only_shipments_count(world, client, seller):
    world.place_order(SELLER, short_order())
    assert read(client) is None


def test_only_for_sellers_who_are_enrolled(world, client, shipped):
    world.sellers[SELLER].vat_calculation = None
    assert read(client) is None
    with pytest.raises(ValueError, match="vat_calculation is seller, amazon or None"):
        world.register_seller("A9", "Nine", "eu", [DE], vat_calculation="me")


def test_each_package_is_a_shipment(world, client, seller):
    order_id = world.place_order(SELLER, short_order())
    item_id = next(iter(world.books(SELLER)["orders"][order_id]["items"]))
    for reference in "12":
        package = {
            "packageReferenceId": reference,
            "carrierCode": "DHL",
            "trackingNumber": reference,
            "shipDate": world.now(),
            "orderItems": [{"orderItemId": item_id, "quantity": 1}],
        }
        assert client.confirm(order_id, package).status_code == 204
    rows = read(client)
    assert len({row["shipping-id"] for row in rows}) == 2
    assert [row["item-vat-incl-amount"] for row in rows] == ["9.99", "9.99"]
    assert upload(world, client, ShippingId=rows[0]["shipping-id"])
    world.advance(2)
    assert [row["shipping-id"] for row in read(client)] == [rows[1]["shipping-id"]]


def test_the_way_of_an_invoice(world, client, shipped):
    """A feed, a report and the check of an invoice take two seconds each."""
    begin_upload(client, OrderId=shipped)
    world.advance(1)
    early = client.create_report(VIDR, reportOptions=ALL, dataStartTime="2026-03-01T00:00:00Z").json()[
        "reportId"
    ]
    world.advance(2)
    assert world.books(SELLER)["invoices"][0]["status"] == "InvoiceProcessing"
    content = client.download(client.report(early)["reportDocumentId"], REPORTS).decode()
    assert "\tRE-1\tInvoiceProcessing\t" in content
    assert statuses(client) == [("InvoiceUploaded", "RE-1", "")]
    assert world.books(SELLER)["invoices"][0]["status"] == "InvoiceUploaded"
    assert statuses(client, PENDING) == []


def test_a_refused_invoice_is_pending_again_with_its_reason(world, client, shipped):
    world.refuse_invoice(SELLER, shipped, "The total does not match.")
    assert upload(world, client, OrderId=shipped)
    world.advance(2)
    assert statuses(client, PENDING) == [("InvoicePending", "", "The total does not match.")]
    [entry] = world.books(SELLER)["invoices"]
    assert (entry["status"], entry["statusDescription"]) == ("InvoicePending", "The total does not match.")
    assert upload(world, client, OrderId=shipped, InvoiceNumber="RE-2")
    world.advance(2)
    assert statuses(client) == [("InvoiceUploaded", "RE-2", "")]


def test_a_refund_is_due_a_credit_note(world, client, shipped):
    item_id = next(iter(world.books(SELLER)["orders"][shipped]["items"]))
    send(client, REFUND, refund((shipped, item_id), "9.99"))
    sale, given_back = read(client)
    assert (given_back["transaction-type"], given_back["invoice-status"]) == ("REFUND", "CreditNotePending")
    assert (given_back["item-vat-incl-amount"], given_back["shipping-id"]) == ("-9.99", sale["shipping-id"])
    transaction = {"DocumentType": "CreditNote", "TransactionId": given_back["transaction-id"]}
    assert upload(world, client, OrderId=shipped, **transaction)
    world.advance(2)
    assert {status for status, *_rest in statuses(client)} == {"InvoicePending", "CreditNoteUploaded"}


def test_amazon_writes_the_invoices(world, client, shipped):
    world.sellers[SELLER].vat_calculation = "amazon"
    assert not upload(world, client, OrderId=shipped)
    assert world.books(SELLER)["invoices"] == []
    assert read(client) is None
    [row] = read(client, ALL, dataStartTime="2026-03-01T00:00:00Z")
    assert (row["is-amazon-invoiced"], row["invoice-status"]) == ("true", "InvoiceUploaded")


def test_which_orders(world, client, seller):
    """Pending: those of 90 days; all: those placed in the time; both: of the marketplaces."""
    ages = (0, 29, 31, 89, 91)
    orders = {
        age: world.place_order(SELLER, short_order(fulfillmentStatus="SHIPPED", createdHoursAgo=age * 24))
        for age in ages
    }
    found = {row["order-id"] for row in read(client)}
    assert found == {orders[age] for age in ages if age < 90}
    assert {row["order-id"] for row in client.read_report(VIDR, "utf-8")} == found
    month = {"dataStartTime": "2026-02-01T00:00:00Z", "dataEndTime": "2026-03-02T07:00:00Z"}
    assert {row["order-id"] for row in read(client, ALL, **month)} == {orders[29]}
    assert read(client, marketplace_ids=[FR]) is None


def test_an_order_that_amazon_ships_is_one_shipment(world, client, seller):
    items = [{"sku": "BULB", "quantity": 1, "unitPrice": "4.99"}]
    order_id = world.place_order(SELLER, short_order(items=items))
    [row] = read(client)
    assert (row["order-id"], Decimal(row["item-vat-incl-amount"])) == (order_id, Decimal("4.99"))


def test_refusals_by_http(amazon, world, client, shipped):
    body = {"seller_id": SELLER, "order_id": shipped, "reason": "no"}
    assert requests.post(f"{amazon.url}/_sim/invoice-refusals", json=body, timeout=10).status_code == 200
    upload(world, Client(amazon), OrderId=shipped)
    world.advance(2)
    assert statuses(client, PENDING) == [("InvoicePending", "", "no")]
