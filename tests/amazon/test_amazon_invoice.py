from dataclasses import replace
from decimal import Decimal

import pytest
from amazon.documents import MAX_BYTES, invoice
from amazon.documents.invoice import CREDIT_NOTE, MARKETPLACES, Invoice, feed_options, problems

D = Decimal
GERMANY, USA = "A1PA6795UKMFR9", "ATVPDKIKX0DER"
PDF = b"%PDF-1.7\n..."
GOOD = Invoice("INV/2026/00007", D("119"), D("19"), "EUR", order_id="123-1234567-1234567")


def test_the_options_of_an_invoice():
    assert feed_options(GOOD) == {
        "metadata:OrderId": "123-1234567-1234567",
        "metadata:InvoiceNumber": "INV/2026/00007",
        "metadata:TotalAmount": "119.00",
        "metadata:TotalVATAmount": "19.00",
        "metadata:DocumentType": "Invoice",
    }


def test_the_options_of_a_credit_note():
    note = replace(
        GOOD,
        order_id=None,
        shipping_id="DpZ1",
        document_type=CREDIT_NOTE,
        transaction_id="amzn:crow:42",
        total_vat=D(0),
    )
    assert problems(note, GERMANY, PDF) == []
    assert feed_options(note) == {
        "metadata:ShippingId": "DpZ1",
        "metadata:InvoiceNumber": "INV/2026/00007",
        "metadata:TotalAmount": "119.00",
        "metadata:TotalVATAmount": "0.00",
        "metadata:DocumentType": "CreditNote",
        "metadata:TransactionId": "amzn:crow:42",
    }


@pytest.mark.parametrize("marketplace", sorted(MARKETPLACES))
def test_nothing_is_wrong(marketplace):
    assert problems(GOOD, marketplace, PDF) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"order_id": None}, "either the order or the shipment"),
        ({"shipping_id": "DpZ1"}, "either the order or the shipment"),
        ({"number": ""}, "no number"),
        ({"number": "R\u00c9-1"}, "characters"),
        ({"number": "INV.1"}, "characters"),
        ({"number": "INV 1\n"}, "characters"),
        ({"transaction_id": "a=b"}, "characters"),
        ({"document_type": "Bill"}, "neither"),
        ({"total": D("1.005")}, "more digits"),
        ({"total_vat": D("NaN")}, "more digits"),
    ],
)
def test_what_is_wrong_with_an_invoice(changes, words):
    (sentence,) = problems(replace(GOOD, **changes), GERMANY, PDF)
    assert words in sentence


@pytest.mark.parametrize(
    ("marketplace", "content", "words"),
    [
        (USA, PDF, "no invoices for this marketplace"),
        (GERMANY, b"<html>", "not a PDF"),
        (GERMANY, b"", "not a PDF"),
        (GERMANY, PDF + bytes(MAX_BYTES), "10 MiB"),
    ],
)
def test_what_is_wrong_around_it(marketplace, content, words):
    (sentence,) = problems(GOOD, marketplace, content)
    assert words in sentence


def test_the_feed():
    assert (invoice.FEED_TYPE, invoice.CONTENT_TYPE, invoice.MAX_MESSAGES) == (
        "UPLOAD_VAT_INVOICE",
        "application/pdf",
        1,
    )
