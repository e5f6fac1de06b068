"""UPLOAD_VAT_INVOICE: one invoice or credit note as PDF ("Upload invoices"), described by feedOptions."""

import io
import re
from decimal import Decimal

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from ..clock import iso
from ..invoices_book import amazon_invoices
from ..marketplaces import MARKETPLACES
from ..queue_book import FATAL
from ..tax_transactions import find_shipment
from .report import flat_outcome

CONTENT_TYPE = "application/pdf"
COUNTRIES = frozenset(["ES", "GB", "FR", "DE", "IT", "NL", "PL", "SE"])
# Names as Amazon documents them; it takes them in any case.
_NAMES = {
    name.lower(): name
    for name in (
        "OrderId",
        "ShippingId",
        "InvoiceNumber",
        "TotalAmount",
        "TotalVATAmount",
        "DocumentType",
        "TransactionId",
    )
}
_REQUIRED = ("InvoiceNumber", "TotalAmount", "TotalVATAmount")
_PREFIX = "metadata:"
_VALUE = re.compile(r"[,/\\ \-_;:0-9A-Za-z#]+")
_AMOUNT = re.compile(r"\d+(\.\d{1,2})?")
# Only 79513 and 79525 are Amazon's own; the others are ours.
MISSING, BY_AMAZON, BAD_VALUE, BAD_DOCUMENT, BAD_ORDER, BAD_MARKETPLACE = (
    "79513",
    "79525",
    "79514",
    "79515",
    "79516",
    "79517",
)
_MISSING_TEXT = (
    "Please provide metadata:shippingid or metadata:orderid,metadata:invoicenumber,metadata:totalamount,"
    "metadata:totalvatamount"
)


class _Error(Exception):
    """An invoice that is not taken: (code, message)."""


def process(work):
    """Keep an invoice."""
    try:
        invoice = _read(work)
    except _Error as error:
        return flat_outcome(error.args)
    if sabotage := work.sabotage(0):
        return flat_outcome(sabotage)
    work.world.invoices.add(work.seller.id, invoice, work.now)
    return flat_outcome()


def refuse(work, text):
    """Refuse a document that is too large."""
    return flat_outcome((BAD_DOCUMENT, text), FATAL)


def _read(work):
    """Return the invoice as the books keep it."""
    options = _options(work.feed.options)
    order = _order(work, options)
    _check_marketplace(work.feed, order)
    pages = _check_document(work)
    return {
        "orderId": order.id,
        "shippingId": options.get("ShippingId"),
        "invoiceNumber": options["InvoiceNumber"],
        "documentType": options["DocumentType"],
        "transactionId": options.get("TransactionId"),
        "totalAmount": Decimal(options["TotalAmount"]),
        "totalVATAmount": Decimal(options["TotalVATAmount"]),
        "pages": pages,
        "documentId": work.feed.document_id,
        "feedId": work.feed.id,
        "time": iso(work.now),
    }


def _options(given):
    """Return the feedOptions by their documented names."""
    options = {"DocumentType": "Invoice"}
    for key, value in given.items():
        name = _NAMES.get(key.removeprefix(_PREFIX).lower())
        if name is None or not key.startswith(_PREFIX):
            raise _Error(BAD_VALUE, f"The metadata {key} is not known.")
        options[name] = value
    if ("OrderId" in options) == ("ShippingId" in options) or any(name not in options for name in _REQUIRED):
        raise _Error(MISSING, _MISSING_TEXT)
    _check_values(options)
    return options


def _check_values(options):
    for name, value in options.items():
        form = _AMOUNT if name.startswith("Total") else _VALUE
        if not form.fullmatch(value):
            raise _Error(
                BAD_VALUE, f"The value of metadata:{name} has characters that are not allowed: {value}"
            )
    if options["DocumentType"] not in ("Invoice", "CreditNote"):
        raise _Error(BAD_VALUE, "metadata:DocumentType must be Invoice or CreditNote.")
    if options["DocumentType"] == "CreditNote" and "TransactionId" not in options:
        raise _Error(MISSING, "Please provide metadata:transactionid for a credit note")
    if Decimal(options["TotalVATAmount"]) > Decimal(options["TotalAmount"]):
        raise _Error(BAD_VALUE, "metadata:TotalVATAmount is larger than metadata:TotalAmount.")


def _order(work, options):
    """Return the order, named by itself or by one of its shipments."""
    orders = work.world.orders
    if "ShippingId" in options:
        order = find_shipment(orders.of(work.seller.id), options["ShippingId"])
    else:
        order = orders.find(work.seller.id, options["OrderId"])
    if order is None:
        raise _Error(BAD_ORDER, "The order or shipment does not exist for this merchant.")
    if amazon_invoices(work.seller, order):
        shipment = options.get("ShippingId", "N/A")
        raise _Error(BY_AMAZON, f"Amazon will generate invoice for shipmentId {shipment}, orderId {order.id}")
    return order


def _check_marketplace(feed, order):
    for marketplace_id in feed.marketplace_ids:
        if MARKETPLACES[marketplace_id].country not in COUNTRIES:
            raise _Error(
                BAD_MARKETPLACE, f"Invoices cannot be uploaded for the marketplace {marketplace_id}."
            )
    if order.marketplace_id not in feed.marketplace_ids:
        raise _Error(
            BAD_MARKETPLACE, f"The order {order.id} is not of the marketplace {feed.marketplace_ids[0]}."
        )


def _check_document(work):
    """Return the number of pages of a real PDF."""
    if work.content_type != CONTENT_TYPE or not work.content.startswith(b"%PDF-"):
        raise _Error(BAD_DOCUMENT, "The document is not a PDF.")
    try:
        pages = len(PdfReader(io.BytesIO(work.content), strict=True).pages)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _Error(BAD_DOCUMENT, f"The PDF cannot be read: {error}") from error
    if not pages:
        raise _Error(BAD_DOCUMENT, "The PDF has no page.")
    return pages
