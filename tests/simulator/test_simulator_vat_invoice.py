"""UPLOAD_VAT_INVOICE: what Amazon keeps, and what it says to everything else."""

from decimal import Decimal

import pytest

from tests.simulator.helpers import DE, FR, PDF, SELLER, US, Client, pdf, short_order

GOOD = {"InvoiceNumber": "RE/2026-0001", "TotalAmount": "24.48", "TotalVATAmount": "3.91"}


@pytest.fixture
def order_id(world):
    return world.place_order(SELLER, short_order())


def send(
    client, order_id, content=None, content_type=PDF, marketplace_ids=(DE,), prefix="metadata:", **changes
):
    """Submit an invoice; return the report's lines."""
    options = {**GOOD, "OrderId": order_id, **changes}
    options = {f"{prefix}{name}": value for name, value in options.items() if value is not None}
    content = pdf() if content is None else content
    _feed, report = client.submit(
        "UPLOAD_VAT_INVOICE", content, content_type, marketplace_ids=marketplace_ids, feedOptions=options
    )
    return report.decode("iso-8859-1").splitlines()


def code(lines):
    """Return the error code of a report, None if the invoice was accepted."""
    assert lines[:2] == ["Feed Processing Summary:", "\tNumber of records processed\t\t1"]
    if lines[2] == "\tNumber of records successful\t\t1":
        return None
    assert lines[4] == "original-record-number\tsku\terror-code\terror-type\terror-message"
    return lines[5].split("\t")[2]


def test_invoice(world, client, order_id):
    assert code(send(client, order_id, pdf(2), DocumentType="Invoice")) is None
    invoice = world.books(SELLER)["invoices"][0]
    assert (invoice["orderId"], invoice["invoiceNumber"], invoice["documentType"]) == (
        order_id,
        "RE/2026-0001",
        "Invoice",
    )
    assert (invoice["totalAmount"], invoice["totalVATAmount"]) == (Decimal("24.48"), Decimal("3.91"))
    assert invoice["pages"] == 2


def test_credit_note(world, client, order_id):
    assert code(send(client, order_id, DocumentType="CreditNote")) == "79513"
    assert code(send(client, order_id, DocumentType="CreditNote", TransactionId="tx;1")) is None
    assert world.books(SELLER)["invoices"][0]["transactionId"] == "tx;1"


def test_names_in_small_letters(client, order_id):
    options = {f"metadata:{name.lower()}": value for name, value in {**GOOD, "OrderId": order_id}.items()}
    _feed, report = client.submit("UPLOAD_VAT_INVOICE", pdf(), PDF, feedOptions=options)
    assert code(report.decode().splitlines()) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"InvoiceNumber": None}, "79513"),
        ({"TotalAmount": None}, "79513"),
        ({"TotalVATAmount": None}, "79513"),
        ({"OrderId": None}, "79513"),
        ({"ShippingId": "1"}, "79513"),
        ({"OrderId": None, "ShippingId": "DsLbTzXX2"}, "79516"),
        ({"OrderId": "111-1111111-1111111"}, "79516"),
        ({"InvoiceNumber": "RE?1"}, "79514"),
        ({"InvoiceNumber": "R\u00c9-1"}, "79514"),
        ({"InvoiceNumber": "RE.1"}, "79514"),
        ({"TotalAmount": "24,48"}, "79514"),
        ({"TotalAmount": "24.480"}, "79514"),
        ({"TotalAmount": "-1"}, "79514"),
        ({"TotalVATAmount": "99.00"}, "79514"),
        ({"DocumentType": "Receipt"}, "79514"),
        ({"Comment": "x"}, "79514"),
        ({"prefix": ""}, "79514"),
        ({"content": b"hello"}, "79515"),
        ({"content": b"%PDF-1.4 hello"}, "79515"),
        ({"content": b""}, "79515"),
        ({"content_type": "text/xml"}, "79515"),
        ({"marketplace_ids": [FR]}, "79517"),
    ],
)
def test_refusals(world, client, order_id, changes, expected):
    changes = {"order_id": changes.pop("OrderId", order_id), **changes}
    assert code(send(client, **changes)) == expected
    assert not world.books(SELLER)["invoices"]


def test_amazon_writes_some_invoices_itself(world, client):
    order_id = world.place_order(SELLER, short_order(programs=["INVOICE_BY_AMAZON"]))
    lines = send(client, order_id)
    assert code(lines) == "79525" and "Amazon will generate invoice" in lines[5]


def test_marketplaces_without_invoices(amazon, world):
    client = Client(amazon, "A2OTHER", None)
    items = [{"sku": "X", "quantity": 1, "unitPrice": "5"}]
    order_id = world.place_order("A2OTHER", {"marketplaceId": US, "items": items})
    assert code(send(client, order_id, marketplace_ids=[US])) == "79517"
