from datetime import timedelta

from odoo import api, fields, models

DEADLINE = timedelta(hours=24)  # "(Option 2) Use Amazon Tax Calculation Data to Create Invoices"
WARN_BEFORE = timedelta(hours=8)
LOOK_BACK = timedelta(days=7)


class HemiAmazonOrder(models.Model):
    """The invoice of an order at Amazon: whose it is, and until when it must be there."""

    _inherit = "hemi.amazon.order"

    invoiced_by_amazon = fields.Boolean(
        readonly=True, help="Amazon itself gives the buyer the invoice of this order."
    )
    invoice_due_at = fields.Datetime(
        "Invoice Due",
        compute="_compute_invoice_due_at",
        help="24 hours after Amazon accepted the first shipment: until then Amazon wants the invoice.",
    )
    invoice_asked_at = fields.Datetime(
        readonly=True, help="When a person was told that Amazon still has no invoice."
    )

    @api.depends("message_ids.state", "message_ids.answered_at")
    def _compute_invoice_due_at(self):
        for order in self:
            shipments = order.message_ids.filtered(
                lambda message: message.flow == "ship" and message.state == "accepted"
            )
            first = min(shipments.mapped("answered_at"), default=False)
            order.invoice_due_at = first and first + DEADLINE

    @api.model
    def _ask_for_missing_invoices(self, account):
        """Tell a person of shipped orders whose invoice Amazon still lacks while the deadline comes near.

        :param account: an account in the VAT Calculation Service
        """
        now = fields.Datetime.now()
        shipped = self.env["hemi.amazon.feed.message"].search(
            [
                ("account_id", "=", account.id),
                ("flow", "=", "ship"),
                ("state", "=", "accepted"),
                ("answered_at", "<=", now - DEADLINE + WARN_BEFORE),
                ("answered_at", ">", now - LOOK_BACK),
                ("order_id.invoice_asked_at", "=", False),
                ("order_id.invoiced_by_amazon", "=", False),
                ("order_id.marketplace_id.takes_invoices", "=", True),
            ]
        )
        for order in shipped.order_id:
            if not order._has_open("invoice", ("accepted", "in_feed")):
                order._ask_for_invoice()

    def _ask_for_invoice(self):
        self.invoice_asked_at = fields.Datetime.now()
        self.account_id._need_person(
            self.env._("Amazon wants the invoice of %s", self.name),
            self.env._(
                "The order is shipped, and Amazon wants its invoice within 24 hours. Post the invoice; if it "
                "is posted, see there why it is not uploaded."
            ),
            record=self.sale_order_id or self.account_id,
        )
