from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..amazon.documents import invoice
from .amazon_feed_message import AMAZON_INVOICES
from .flow_message import WAIT_FOR_DATA


class HemiAmazonFlowInvoice(models.AbstractModel):
    """Upload Invoices: the PDF of each posted invoice, one feed each."""

    _name = "hemi.amazon.flow.invoice"
    _inherit = "hemi.amazon.flow.message"
    _description = "Upload Invoices"

    _flow = "invoice"
    _flow_label = "Upload Invoices"
    _flags = ("upload_invoices",)
    _urgency = 40
    _feed_type = invoice.FEED_TYPE
    _content_type = invoice.CONTENT_TYPE

    @api.model
    def _send(self, run):
        if self._is_unsettled(run.account):
            return
        for message in self._pending(run.account):
            self._check_limits(run)
            try:
                self._send_invoice(run, message)
            except (UserError, ValueError, OSError) as error:
                self.env.cr.rollback()
                message._wait(
                    self.env._("The PDF could not be made: %s", error), fields.Datetime.now() + WAIT_FOR_DATA
                )
                run.commit()

    @api.model
    def _is_unsettled(self, account):
        """Tell whether Amazon may have an invoice that we lost sight of: one at a time can be found again."""
        domain = [("feed_type", "=", self._feed_type), ("state", "in", ("submitting", "unknown"))]
        return bool(
            self.env["hemi.amazon.feed"].search_count([("account_id", "=", account.id), *domain], limit=1)
        )

    @api.model
    def _send_invoice(self, run, message):
        move = message._record()
        if not move or move.state != "posted":
            message._supersede()
            return
        if run.account.invoicing == "amazon" or message.order_id.invoiced_by_amazon:
            message._amazon_invoices()
            return
        marketplace = message.order_id.marketplace_id
        item, document = self._item(message), move._amazon_pdf()
        if problems := invoice.problems(item, marketplace.amazon_id, document):
            message._reject("NotSendable", " ".join(problems))
            return
        feed = self.env["hemi.amazon.feed"]._prepare_feed(
            self,
            run.account,
            marketplace,
            document,
            1,
            lane=f"{self._feed_type} {message.id}",
            feed_options=invoice.feed_options(item),
        )
        message._put_in_feed(feed)
        feed._submit(run)

    @api.model
    def _item(self, message):
        move = message._record()
        return invoice.Invoice(
            order_id=message.order_id.name,
            number=move.name,
            total=Decimal(str(move.currency_id.round(move.amount_total))),
            total_vat=Decimal(str(move.currency_id.round(move.amount_tax))),
            currency=move.currency_id.name,
        )

    @api.model
    def _message_numbers(self, feed):
        return {invoice.REPORT_MESSAGE_ID}

    @api.model
    def _documents(self, account):
        for message in self._pending(account):
            if (move := message._record()) and move.state == "posted":
                yield f"{self._feed_type} {move.name}", move._amazon_pdf()

    @api.model
    def _stopped(self, run, feed, report):
        if report and report.settles(feed.message_count):
            return self._reported(feed, report)
        self._settle_message(feed.message_ids, None)
        return 0, 1

    @api.model
    def _reported(self, feed, report):
        """An invoice's feed holds one document, which the report calls its first message."""
        message, number = feed.message_ids, invoice.REPORT_MESSAGE_ID
        if report.outcome(number) == "accepted":
            message._accept()
            return 1, 0
        results = [
            result for part in report.results.values() for result in part if result.severity == "error"
        ]
        code = results[0].code if results else report.status
        if code == AMAZON_INVOICES:
            self._amazon_invoices(message)
            return 0, 0
        text = " ".join(result.text for result in results)
        message._reject(code, text or self.env._("Amazon refused the invoice and gave no reason."))
        return 0, 1

    @api.model
    def _amazon_invoices(self, message):
        """Amazon issues the invoice itself. The first time for a seller, a person is told where to say so."""
        message._amazon_invoices()
        account = message.account_id
        known = [("account_id", "=", account.id), ("result_code", "=", AMAZON_INVOICES)]
        if account.invoicing != "amazon" and message.search_count(known, limit=2) == 1:
            account._need_person(
                self.env._("Amazon issues invoices of %s itself", account.name),
                self.env._(
                    "Amazon did not take the invoice of %(order)s, because it gives the buyer one itself. If "
                    "that is so for all orders of this seller, choose Invoices: Amazon does. Each upload "
                    "that Amazon does not want takes a place from others.",
                    order=message.order_id.name,
                ),
            )
