from odoo import api, fields, models

from ..amazon.order_values import PENDING


class HemiAmazonOrder(models.Model):
    """One order of Amazon, for ever: what Amazon said last, the sale order that it became, or why it did not.

    ======== ========== ======================================================
    from     to         by
    ======== ========== ======================================================
    (new)    waiting    Amazon holds it as pending: nothing may be shipped yet;
                        or it is asked for by its number (``requested``)
    (new),
    waiting,
    failed   held       :meth:`_hold`: a SKU is unknown, and the account's rule is to wait
    (new),
    waiting,
    held,
    failed   imported   :meth:`_import`
    (new),
    waiting,
    failed   failed     :meth:`_note_failure`; retried by itself, ever more rarely
    failed   ignored    :meth:`action_ignore`; changes at Amazon leave it there
    failed,
    ignored  waiting    :meth:`_request`, by a person's retry
    ======== ========== ======================================================

    How it is read is in ``order_reading.py``, by its number in ``order_recovery.py``, what becomes of one
    that cannot be imported in ``order_failures.py``.
    """

    _name = "hemi.amazon.order"
    _description = "Amazon Order"
    _order = "purchased_at desc, id desc"

    name = fields.Char("Amazon Order", required=True, readonly=True)
    account_id = fields.Many2one(
        "hemi.amazon.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    marketplace_id = fields.Many2one("hemi.amazon.marketplace", readonly=True)
    status = fields.Selection(
        [
            ("PENDING_AVAILABILITY", "Pending availability"),
            ("PENDING", "Pending"),
            ("UNSHIPPED", "Unshipped"),
            ("PARTIALLY_SHIPPED", "Partially shipped"),
            ("SHIPPED", "Shipped"),
            ("CANCELLED", "Cancelled"),
            ("UNFULFILLABLE", "Unfulfillable"),
        ],
        "Status at Amazon",
        readonly=True,
    )
    fulfilled_by = fields.Selection([("MERCHANT", "Merchant"), ("AMAZON", "Amazon")], readonly=True)
    purchased_at = fields.Datetime("Ordered On", readonly=True)
    last_updated_at = fields.Datetime("Changed at Amazon On", readonly=True)
    ship_by = fields.Datetime(readonly=True)
    deliver_by = fields.Datetime(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    grand_total = fields.Monetary("Total at Amazon", readonly=True, help="What the buyer paid, tax included.")
    tax_included = fields.Boolean("Prices Include Tax", readonly=True)
    sale_order_id = fields.Many2one("sale.order", "Sales Order", readonly=True, index="btree_not_null")
    state = fields.Selection(
        [
            ("waiting", "Waiting for Amazon"),
            ("held", "Waiting for a product"),
            ("imported", "Imported"),
            ("failed", "To look at"),
            ("ignored", "Ignored"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    message_ids = fields.One2many("hemi.amazon.feed.message", "order_id", "Messages", readonly=True)

    _to_ship = models.Index(
        "(account_id, ship_by) WHERE fulfilled_by = 'MERCHANT' AND status IN ('UNSHIPPED', "
        "'PARTIALLY_SHIPPED')"
    )
    _to_look_at = models.Index("(account_id) WHERE state IN ('failed', 'held')")
    _unknown_sku = models.Index("(account_id) WHERE has_unknown_sku")
    _tax_missing = models.Index("(account_id) WHERE tax_missing IS NOT NULL")
    _order_unique = models.Constraint("unique(account_id, name)", "This Amazon order is there already.")

    # --- actions

    def action_open_sale_order(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.sale_order_id.id,
            "view_mode": "form",
        }

    # --- importing

    def _update(self, order):
        """Keep what Amazon said last.

        :param orders.Order order: the order as read
        """
        self.write(self._facts_of(order))
        if not (self.paid and self._is_shipped()):  # later changes are refunds, not what was paid
            self.paid = self._paid_of(order)

    def _import(self, order):
        """Make the sale order, or bring the change into it.

        :param orders.Order order: the order as read
        """
        importer = self.env["hemi.amazon.order.import"]._for(self)
        if self.sale_order_id:
            importer._change(self, order)
            self._go_on()
            importer._follow_requests(self, self.sale_order_id, order)
        elif self._is_wanted(order):
            if skus := importer._must_hold(self, order):
                return self._hold(order, skus)
            return self._make_all(self._with_page([(self, order)]))
        self._imported()

    def _imported(self):
        self.write({"state": "imported"} | self._without_failure())
        self.filtered(lambda record: record.status in PENDING).state = "waiting"

    @api.model
    def _status_of(self, payload):
        """Give the status in an Order of the Orders API."""
        return (payload.get("fulfillment") or {}).get("fulfillmentStatus")

    def _has_open(self, flow, states=("pending", "in_feed")):
        """Tell whether a message of a flow about this order is under way."""
        return any(message.flow == flow and message.state in states for message in self.message_ids)

    def _is_shipped(self):
        """Tell whether Amazon knows of a shipment, from us or from elsewhere."""
        shipments = self.message_ids.filtered(lambda message: message.flow == "ship")
        return "accepted" in shipments.mapped("state") or self.status in ("PARTIALLY_SHIPPED", "SHIPPED")

    def _is_cancelled(self):
        """Tell whether Amazon knows that the order was cancelled, from us or from elsewhere."""
        cancellations = self.message_ids.filtered(lambda message: message.flow == "cancel")
        return "accepted" in cancellations.mapped("state") or self.status == "CANCELLED"
