from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from ..amazon import invoice_report

LOST_AFTER = timedelta(hours=12)


class HemiAmazonReportInvoice(models.AbstractModel):
    """VAT invoice data report: whether Amazon took the invoices that were uploaded.

    Amazon makes it only for sellers in its VAT Calculation Service who upload their own invoices. All other
    sellers have the result of the feed alone.
    """

    _name = "hemi.amazon.report.invoice"
    _inherit = "hemi.amazon.report.kind"
    _description = "VAT Invoice Data Report"

    _kind = "invoice"
    _kind_label = "VAT Invoices"
    _report_type = invoice_report.INVOICE_DATA
    _every = timedelta(hours=6)  # Amazon asks for twice a day at least

    @api.model
    def _marketplaces(self, account):
        if account.invoicing != "vcs" or not account.upload_invoices:
            return self.env["hemi.amazon.marketplace"]
        return account.marketplace_ids.filtered("takes_invoices")

    @api.model
    def _options(self):
        return invoice_report.ALL

    @api.model
    def _take(self, report, content):
        shipments = defaultdict(list)
        rows = invoice_report.read_invoice_report(content)
        for row in rows:
            if row.transaction_type == invoice_report.SHIPMENT:
                shipments[row.order_id].append(row)
        account = report.account_id
        for message in self._unconfirmed(report, list(shipments)):
            self._confirm(message, shipments[message.order_id.name])
        self.env["hemi.amazon.order"]._ask_for_missing_invoices(account)
        return len(rows)

    @api.model
    def _unconfirmed(self, report, order_names):
        """Give the invoices that Amazon's feed took before the report was asked for, not confirmed yet."""
        return self.env["hemi.amazon.feed.message"].search(
            [
                ("account_id", "=", report.account_id.id),
                ("flow", "=", "invoice"),
                ("state", "=", "accepted"),
                ("confirmed_at", "=", False),
                ("answered_at", "<=", report.asked_at),
                ("order_id.name", "in", order_names),
            ]
        )

    @api.model
    def _confirm(self, message, rows):
        """Take Amazon's word on one invoice.

        :param list rows: of the shipments of its order
        """
        if any(row.by_amazon for row in rows):
            message._amazon_invoices()
        elif pending := [row for row in rows if row.is_pending]:
            self._refuse(message, pending)
        elif not any(row.is_processing for row in rows):
            message.confirmed_at = fields.Datetime.now()

    @api.model
    def _refuse(self, message, rows):
        """A shipment waits for its invoice again after the upload: Amazon says why, or lost it.

        :param list rows: of the shipments that wait
        """
        reasons = sorted({row.status_description for row in rows if row.status_description})
        if not reasons and message.answered_at > fields.Datetime.now() - LOST_AFTER:
            return
        lost = self.env._("Amazon took the upload, and still says that the invoice is missing.")
        message._reject("InvoiceRefused", " ".join(reasons) or lost)
