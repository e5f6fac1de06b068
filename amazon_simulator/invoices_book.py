"""Invoices and credit notes: what sellers uploaded, and what Amazon decided of it.

The words InvoicePending, InvoiceProcessing and CreditNotePending are Amazon's, and so is that the reason of a
refusal is shown with a document that is pending again ("(Option 2) Use Amazon Tax Calculation Data to Create
Invoices", "VAT Calculation Service error handling"). CreditNoteProcessing, InvoiceUploaded and
CreditNoteUploaded are ours. Last seen: 2026-11-24
"""

from dataclasses import dataclass
from datetime import timedelta

from .tax_transactions import REFUND

INVOICE, CREDIT_NOTE = "Invoice", "CreditNote"
PENDING, PROCESSING, UPLOADED = "Pending", "Processing", "Uploaded"
BY_AMAZON = "amazon"


@dataclass
class Upload:
    """One document that a feed brought.

    :param dict data: as the books show it
    :param datetime decided: when Amazon accepts it, or refuses it with ``reason``
    """

    data: dict
    decided: object
    reason: str | None = None

    def state(self, now):
        """Return ``Pending`` if it was refused, ``Processing`` or ``Uploaded``."""
        if now < self.decided:
            return PROCESSING
        return PENDING if self.reason else UPLOADED

    def is_for(self, transaction):
        """Whether it is the document of a transaction: by its own id, its shipment's, or its order's."""
        if self.data["transactionId"]:
            return self.data["transactionId"] == transaction.id
        if transaction.type == REFUND or self.data["documentType"] == CREDIT_NOTE:
            return False
        if self.data["shippingId"]:
            return self.data["shippingId"] == transaction.shipping_id
        return self.data["orderId"] == transaction.order.id


@dataclass(frozen=True)
class State:
    """What the VAT invoice data report says of the document of a transaction."""

    status: str
    number: str = ""
    description: str = ""
    by_amazon: bool = False

    @property
    def is_pending(self):
        """Whether the seller must upload it."""
        return self.status.endswith(PENDING)


class InvoiceBook:
    """All uploads of all sellers.

    :param float processing_seconds: from the upload to Amazon's decision
    """

    def __init__(self, processing_seconds):
        self._processing, self._uploads, self._refusals = timedelta(seconds=processing_seconds), {}, {}

    def refuse_next(self, seller_id, order_id, reason):
        """Let Amazon refuse the next document of an order after it took the feed."""
        self._refusals.setdefault((seller_id, order_id), []).append(reason)

    def add(self, seller_id, data, now):
        """Keep an upload."""
        refusals = self._refusals.get((seller_id, data["orderId"]))
        upload = Upload(data, now + self._processing, refusals.pop(0) if refusals else None)
        self._uploads.setdefault(seller_id, []).append(upload)

    def shown(self, seller_id, now):
        """Return all uploads with their ``status`` and ``statusDescription``, for the books."""
        return [
            {
                **upload.data,
                "status": f"{upload.data['documentType']}{upload.state(now)}",
                "statusDescription": upload.reason if upload.state(now) == PENDING else None,
            }
            for upload in self._uploads.get(seller_id, [])
        ]

    def state(self, seller, transaction, now):
        """Return the ``State`` of a transaction's document: an accepted one counts, else the last one."""
        kind = CREDIT_NOTE if transaction.type == REFUND else INVOICE
        if amazon_invoices(seller, transaction.order):
            return State(f"{kind}{UPLOADED}", f"AMZ-{transaction.id}", by_amazon=True)
        uploads = [known for known in self._uploads.get(seller.id, []) if known.is_for(transaction)]
        accepted = [known for known in uploads if known.state(now) == UPLOADED]
        last = next(iter(accepted or reversed(uploads)), None)
        if last is None:
            return State(f"{kind}{PENDING}")
        status = last.state(now)
        if status == PENDING:
            return State(f"{kind}{PENDING}", description=last.reason)
        return State(f"{kind}{status}", last.data["invoiceNumber"])


def amazon_invoices(seller, order):
    """Whether Amazon writes the invoices of an order itself."""
    return seller.vat_calculation == BY_AMAZON or "INVOICE_BY_AMAZON" in order.data.get("programs", [])
