"""The VAT invoice data report (VIDR): for which shipments and refunds Amazon waits for a document.

Sources: "Invoice Data Reports", "Invoice Data reports attributes", "(Option 2) Use Amazon Tax Calculation
Data to Create Invoices", "VAT Calculation Service error handling". Last seen: 2026-11-24
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .documents.flat_file import read_rows

INVOICE_DATA = "GET_FLAT_FILE_VAT_INVOICE_DATA_REPORT"
# Without times: what is pending of orders of the last 90 days.
PENDING = {"ReportOption=pendingInvoices": "true"}
# With times: all of orders placed in them, at most 30 days.
ALL = {"ReportOption=all": "true"}
SHIPMENT, REFUND, RETURN = "SHIPMENT", "REFUND", "RETURN"

_REQUIRED = ("order-id", "transaction-type", "invoice-status")


@dataclass(frozen=True)
class InvoiceRow:
    """One item of a shipment or refund. Amounts are of the whole row, as Amazon writes them.

    :param str transaction_id: to be given with a credit note
    :param str status: Amazon's word; use ``is_pending`` and ``is_processing``
    :param str status_description: why Amazon refused the last upload
    :param bool by_amazon: whether Amazon writes the document
    :param datetime order_date: naive UTC, as ``shipment_date``
    :param Decimal amount: with VAT
    :param Decimal tax_rate: as a fraction
    """

    marketplace_id: str | None
    order_id: str
    order_item_id: str | None
    shipping_id: str | None
    transaction_id: str | None
    transaction_type: str
    invoice_number: str | None
    status: str
    status_description: str | None
    by_amazon: bool | None
    order_date: datetime | None
    shipment_date: datetime | None
    buyer_vat_number: str | None
    seller_vat_number: str | None
    asin: str | None
    sku: str | None
    title: str | None
    quantity: int | None
    currency: str | None
    amount: Decimal | None
    tax: Decimal | None
    untaxed: Decimal | None
    tax_rate: Decimal | None
    shipping_amount: Decimal | None
    shipping_tax: Decimal | None

    @property
    def is_pending(self):
        """Whether Amazon waits for the seller's document: InvoicePending, CreditNotePending."""
        return self.status.lower().endswith("pending")

    @property
    def is_processing(self):
        """Whether Amazon has not decided yet: InvoiceProcessing."""
        return self.status.lower().endswith("processing")


def read_invoice_report(content):
    """Read the report.

    :param bytes content: of ``Door.download``
    :rtype: list[InvoiceRow]
    :raise AmazonError: ``BadAnswer`` that names the missing column, or the one that cannot be read
    """
    return [_row(row) for row in read_rows(content, _REQUIRED)]


def _row(row):
    return InvoiceRow(
        marketplace_id=row.text("marketplace-id"),
        order_id=row.needed("order-id"),
        order_item_id=row.text("order-item-id"),
        shipping_id=row.text("shipping-id"),
        transaction_id=row.text("transaction-id"),
        transaction_type=row.needed("transaction-type").upper(),
        invoice_number=row.text("invoice-number"),
        status=row.needed("invoice-status"),
        status_description=row.text("invoice-status-description"),
        by_amazon=row.flag("is-amazon-invoiced"),
        order_date=row.time("order-date"),
        shipment_date=row.time("shipment-date"),
        buyer_vat_number=row.text("buyer-vat-number"),
        seller_vat_number=row.text("seller-vat-number"),
        asin=row.text("asin"),
        sku=row.text("sku"),
        title=row.text("product-name"),
        quantity=row.whole("quantity-purchased"),
        currency=row.text("currency"),
        amount=row.decimal("item-vat-incl-amount"),
        tax=row.decimal("item-vat-amount"),
        untaxed=row.decimal("item-vat-excl-amount"),
        tax_rate=_fraction(row.decimal("item-vat-rate")),
        shipping_amount=row.decimal("shipping-vat-incl-amount"),
        shipping_tax=row.decimal("shipping-vat-amount"),
    )


def _fraction(rate):
    """Amazon's pages show no example: 19 and 0.19 are both understood, no VAT rate is above 100 %."""
    return rate / 100 if rate is not None and rate > 1 else rate
