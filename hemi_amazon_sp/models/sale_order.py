from odoo import api, fields, models

from ..amazon.documents.acknowledgement import REASONS


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "hemi.amazon.outbox.mixin"]

    hemi_amazon_order_id = fields.Many2one(
        "hemi.amazon.order",
        "Amazon Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    hemi_amazon_status = fields.Selection(related="hemi_amazon_order_id.status", string="Status at Amazon")
    hemi_amazon_cancel_reason = fields.Selection(
        list(REASONS.items()),
        "Reason for Amazon",
        copy=False,
        help="Amazon shows the buyer why the order was cancelled.",
    )
    hemi_amazon_delivered_elsewhere = fields.Boolean(
        "Delivered Outside Odoo",
        compute="_compute_hemi_amazon_delivered_elsewhere",
        store=True,
        help="Amazon fulfils the order, or it had been shipped before it came to Odoo: the warehouse has "
        "no work.",
    )

    @api.depends("hemi_amazon_order_id")
    def _compute_hemi_amazon_delivered_elsewhere(self):
        """Known when the order is created, and never changed: what Odoo delivered stays delivered by Odoo."""
        for order in self:
            amazon_order = order.hemi_amazon_order_id
            order.hemi_amazon_delivered_elsewhere = (
                amazon_order.fulfilled_by == "AMAZON" or amazon_order.status == "SHIPPED"
            )

    def action_cancel(self):
        """Ask why, where Amazon must be told."""
        if len(self) == 1 and self._amazon_must_know_cancellation() and not self.hemi_amazon_cancel_reason:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Cancel at Amazon"),
                "res_model": "hemi.amazon.cancel",
                "view_mode": "form",
                "target": "new",
                "context": {"default_sale_order_id": self.id},
            }
        return super().action_cancel()

    def _action_cancel(self):
        orders = self.filtered(lambda order: order._amazon_must_know_cancellation())
        result = super()._action_cancel()
        for order in orders.sudo():
            items = order.order_line.filtered(lambda line: line.hemi_amazon_component == "Principal").mapped(
                "hemi_amazon_item"
            )
            order._amazon_leave(
                "cancel",
                order.hemi_amazon_order_id,
                {
                    "items": sorted(set(items)),
                    "reason": order.hemi_amazon_cancel_reason or "GeneralAdjustment",
                },
            )
        return result

    def _amazon_must_know_cancellation(self):
        """Tell whether Amazon still holds the order for one that we shall ship."""
        amazon_order = self.sudo().hemi_amazon_order_id
        return (
            bool(amazon_order)
            and self.state != "cancel"
            and not self.hemi_amazon_delivered_elsewhere
            and amazon_order.status not in ("CANCELLED", "SHIPPED")
        )

    def _amazon_cancelled_there(self):
        """Cancel here what was cancelled at Amazon; Amazon knows, so it is not told."""
        if self.locked:
            self.action_unlock()
        self._action_cancel()
