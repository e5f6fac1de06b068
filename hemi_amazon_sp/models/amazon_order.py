from odoo import api, fields, models

PENDING = ("PENDING_AVAILABILITY", "PENDING")
INVOICE_BY_AMAZON = "INVOICE_BY_AMAZON"  # one of Amazon's programs of an order


class HemiAmazonOrder(models.Model):
    """One order of Amazon, for ever: what Amazon said last, the sale order that it became, or why it did not.

    ======== ========== ======================================================
    from     to         by
    ======== ========== ======================================================
    (new)    waiting    Amazon holds it as pending: nothing may be shipped yet;
                        or it is asked for by its number (``requested``)
    (new),
    waiting,
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
    sale_order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null")
    state = fields.Selection(
        [
            ("waiting", "Waiting for Amazon"),
            ("imported", "Imported"),
            ("failed", "To look at"),
            ("ignored", "Ignored"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    message_ids = fields.One2many("hemi.amazon.feed.message", "order_id", "Messages", readonly=True)

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
        marketplace = self.env["hemi.amazon.marketplace"]._by_amazon_id([order.marketplace_id])
        currency = (
            self.env["res.currency"].with_context(active_test=False).search([("name", "=", order.currency)])
        )
        self.write(
            {
                "marketplace_id": marketplace.id,
                "status": order.status,
                "fulfilled_by": order.fulfilled_by,
                "purchased_at": order.created_at,
                "last_updated_at": order.last_updated_at,
                "ship_by": order.ship_by,
                "deliver_by": order.deliver_by,
                "currency_id": currency.id,
                "grand_total": order.grand_total,
                "tax_included": all(item.tax_included for item in order.items),
                "invoiced_by_amazon": self.invoiced_by_amazon or INVOICE_BY_AMAZON in order.programs,
            }
        )
        if not (self.paid and self._is_shipped()):  # later changes are refunds, not what was paid
            self.paid = self._paid_of(order)

    def _import(self, order):
        """Make the sale order, or bring the change into it.

        :param orders.Order order: the order as read
        """
        if self.sale_order_id:
            self._import_change(order)
        elif order.status in PENDING:
            self.write({"state": "waiting"} | self._without_failure())
        elif order.status != "CANCELLED":
            self.sale_order_id = self.env["hemi.amazon.order.import"]._make_sale_order(self, order)
            self._imported()
        else:
            self._imported()

    def _imported(self):
        self.write({"state": "imported"} | self._without_failure())

    def _import_change(self, order):
        sale_order = self.sale_order_id
        if order.status == "CANCELLED" and sale_order.state != "cancel":
            if sale_order.picking_ids.filtered(lambda picking: picking.state == "done"):
                self.account_id._need_person(
                    self.env._("Cancelled at Amazon after delivery: %s", self.name),
                    self.env._(
                        "Amazon cancelled the order, but goods have left the warehouse. Call them back "
                        "or settle it with Amazon."
                    ),
                    record=sale_order,
                )
            else:
                sale_order._message_log(body=self.env._("Amazon cancelled the order."))
                sale_order._amazon_cancelled_there()
        self._imported()

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
