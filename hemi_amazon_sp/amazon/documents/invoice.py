"""UPLOAD_VAT_INVOICE: one invoice or credit note as PDF, told apart by the options of its feed.

Source: "(Option 3) Manually upload invoices" of the VAT Calculation Service guide; error 79513 names the
required options.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from ..money import is_exact, round_money
from . import MAX_BYTES

FEED_TYPE = "UPLOAD_VAT_INVOICE"
CONTENT_TYPE = "application/pdf"
MAX_MESSAGES = 1
# The report counts records; the invoice is the first and only one.
REPORT_MESSAGE_ID = 1
# Spain, United Kingdom, France, Germany, Italy, Netherlands, Poland, Sweden. Last seen: 2026-11-23
MARKETPLACES = frozenset(
    {
        "A1RKKUPIHCS9HS",
        "A1F83G8C2ARO7P",
        "A13V1IB3VIYZZH",
        "A1PA6795UKMFR9",
        "APJ6JRA9NG5V4",
        "A1805IZSGTT6HS",
        "A1C3SOZRARQ6R3",
        "A2NODRKZP88ZB9",
    }
)
INVOICE, CREDIT_NOTE = "Invoice", "CreditNote"
_VALUE = re.compile(r"[,/\\ \-_;:0-9A-Za-z#]+")


@dataclass(frozen=True)
class Invoice:
    """What Amazon wants to know about a PDF.

    :param str order_id: Amazon's order number; this or ``shipping_id``
    :param str shipping_id: Amazon's shipment number; better when an order ships in parts
    :param str number: of the invoice, as printed on it
    :param Decimal total: tax included, in ``currency``
    :param Decimal total_vat: the tax in it
    :param str document_type: ``INVOICE`` or ``CREDIT_NOTE``
    :param str transaction_id: Amazon's number of the refund, for a credit note
    """

    number: str
    total: Decimal
    total_vat: Decimal
    currency: str
    order_id: str | None = None
    shipping_id: str | None = None
    document_type: str = INVOICE
    transaction_id: str | None = None


def problems(invoice, marketplace_id, content):
    """Return what Amazon would refuse, in sentences; none when it is fine.

    :param Invoice invoice:
    :param str marketplace_id: of the order
    :param bytes content: the PDF
    """
    found = _text_problems(invoice)
    if marketplace_id not in MARKETPLACES:
        found.append("Amazon takes no invoices for this marketplace.")
    if bool(invoice.order_id) == bool(invoice.shipping_id):
        found.append("Name either the order or the shipment that the invoice is for.")
    if invoice.document_type not in (INVOICE, CREDIT_NOTE):
        found.append(f"{invoice.document_type!r} is neither an invoice nor a credit note.")
    if not all(is_exact(amount, invoice.currency) for amount in (invoice.total, invoice.total_vat)):
        found.append(f"The amounts of the invoice have more digits than {invoice.currency}.")
    if not content.startswith(b"%PDF-") or len(content) > MAX_BYTES:
        found.append("The invoice is not a PDF, or larger than 10 MiB.")
    return found


def _text_problems(invoice):
    values = (invoice.number, invoice.order_id, invoice.shipping_id, invoice.transaction_id)
    found = [
        f"{value!r} has characters that Amazon refuses: A to Z, digits, space and , / \\ - _ ; : # pass."
        for value in values
        if value and not _VALUE.fullmatch(value)
    ]
    return found if invoice.number else [*found, "The invoice has no number."]


def feed_options(invoice):
    """Return the ``feedOptions`` for ``createFeed``.

    :param Invoice invoice: without ``problems``
    :rtype: dict[str, str]
    """
    options = {
        "OrderId": invoice.order_id,
        "ShippingId": invoice.shipping_id,
        "InvoiceNumber": invoice.number,
        "TotalAmount": format(round_money(invoice.total, invoice.currency), "f"),
        "TotalVATAmount": format(round_money(invoice.total_vat, invoice.currency), "f"),
        "DocumentType": invoice.document_type,
        "TransactionId": invoice.transaction_id,
    }
    return {f"metadata:{name}": value for name, value in options.items() if value}
