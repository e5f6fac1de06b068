from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from ..amazon.invoice_report import PENDING, PROCESSING, read_invoice_report


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
    _report_type = "GET_FLAT_FILE_VAT_INVOICE_DATA_REPORT"
    _every = timedelta(hours=6)  # Amazon asks for twice a day at least

    @api.model
    def _marketplaces(self, account):
        if account.invoicing != "vcs" or not account.upload_invoices:
            return self.env["hemi.amazon.marketplace"]
        return account.marketplace_ids.filtered("takes_invoices")

    @api.model
    def _options(self):
        return {"ReportOption=all": "true"}

    @api.model
    def _take(self, report, content):
        shipments = defaultdict(list)
        rows = read_invoice_report(content)
        for row in rows:
            if row.transaction_type == "SHIPMENT":
                shipments[row.order_id].append(row)
        account = report.account_id
        for message in self._unconfirmed(report, list(shipments)):
            self._confirm(message, shipments[message.order_id.name])
        self.env["hemi.amazon.order"]._ask_for_missing_invoices(account)
        return len(rows)

    @api.model
    def _unconfirmed(self, report, order_names):
        """Give the invoices that Amazon's feed took before the report was asked for, and no report confirmed."""
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
        statuses = {row.invoice_status for row in rows}
        if any(row.is_amazon_invoiced for row in rows):
            message._amazon_invoices()
        elif PENDING in statuses:
            self._refuse(message, rows)
        elif PROCESSING not in statuses:
            message.confirmed_at = fields.Datetime.now()

    @api.model
    def _refuse(self, message, rows):
        """A shipment is pending again after its upload: Amazon says why, or has not come to it yet."""
        reasons = sorted({row.invoice_status_description or "" for row in rows if row.invoice_status == PENDING})
        if any(reasons):
            message._reject("InvoiceRefused", " ".join(filter(None, reasons)))
