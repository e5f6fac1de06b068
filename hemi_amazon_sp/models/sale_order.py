from contextlib import contextmanager

from odoo import fields, models

from ..amazon.documents.acknowledgement import REASONS
from .order_changes import DONE


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
    hemi_amazon_programs = fields.Char(related="hemi_amazon_order_id.programs", string="Amazon Programs")
    hemi_amazon_deliver_by = fields.Datetime(related="hemi_amazon_order_id.deliver_by", string="Deliver By")
    hemi_amazon_tax_missing = fields.Char(related="hemi_amazon_order_id.tax_missing")
    hemi_amazon_unknown_sku = fields.Boolean(related="hemi_amazon_order_id.has_unknown_sku")
    hemi_amazon_cancel_reason = fields.Selection(
        list(REASONS.items()),
        "Reason for Amazon",
        copy=False,
        help="Amazon shows the buyer why the order was cancelled.",
    )
    hemi_amazon_delivered_elsewhere = fields.Boolean(
        "Delivered Outside Odoo",
        readonly=True,
        copy=False,
        help="Amazon fulfils the order, or it had been shipped before it came to Odoo: the warehouse has "
        "no work.",
    )
    hemi_amazon_note = fields.Text(
        "Amazon's Note on Delivery", readonly=True, copy=False, help="Shown on the transfer as well."
    )
    hemi_amazon_hold = fields.Selection(
        [("cancellation", "The buyer asks to cancel"), ("shipped", "Shipped outside Odoo")],
        "Held",
        readonly=True,
        copy=False,
        help="Why the transfers of this order cannot be validated until a person decides.",
    )
    hemi_amazon_hold_reason = fields.Char("Buyer's Reason", readonly=True, copy=False)

    def _action_confirm(self):
        """What Amazon ships itself, or was shipped before Odoo could, is no work for the warehouse."""
        for order in self.filtered("hemi_amazon_order_id"):
            order._amazon_note_shipped_before()
        result = super()._action_confirm()
        by_amazon = self.filtered(lambda order: order._amazon_fulfils()).sudo()
        by_amazon.env["hemi.amazon.order.import"]._deliver_by_amazon(by_amazon)
        return result

    def _amazon_fulfils(self):
        return self.sudo().hemi_amazon_order_id.fulfilled_by == "AMAZON"

    def _amazon_note_shipped_before(self):
        record, items = (
            self.sudo().hemi_amazon_order_id,
            self.order_line.filtered(lambda line: line._amazon_is_item()),
        )
        by_amazon = record.fulfilled_by == "AMAZON"
        if not by_amazon:
            for line in items.filtered("hemi_amazon_fulfilled"):
                line.hemi_amazon_shipped_before = line.hemi_amazon_fulfilled
        self.hemi_amazon_delivered_elsewhere = by_amazon or record.status == "SHIPPED"

    def action_amazon_map_products(self):
        """Say which products the unknown SKUs of these orders are."""
        return self.hemi_amazon_order_id.action_map_products()

    # --- cancelling

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

    def action_amazon_cancel_for_buyer(self):
        """Cancel here and at Amazon what the buyer asked to cancel."""
        self.ensure_one()
        self.hemi_amazon_cancel_reason = "BuyerCanceled"
        with self._amazon_unlocked():
            return self.action_cancel()

    def _action_cancel(self):
        orders = self.filtered(lambda order: order._amazon_must_know_cancellation())
        result = super()._action_cancel()
        self.filtered("hemi_amazon_hold")._amazon_decided()
        for order in orders.sudo():
            items = order.order_line.filtered(lambda line: line._amazon_is_item()).mapped("hemi_amazon_item")
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
            and amazon_order.fulfilled_by != "AMAZON"
            and not self.hemi_amazon_delivered_elsewhere
            and amazon_order.status not in ("CANCELLED", "SHIPPED")
        )

    def _amazon_cancelled_there(self):
        """Cancel here what was cancelled at Amazon; Amazon knows, so it is not told."""
        if self.locked:
            self.action_unlock()
        self._action_cancel()

    # --- holding

    def _amazon_hold(self, reason, text=False):
        """Hold the transfers until a person decides.

        :param str reason: a value of ``hemi_amazon_hold``
        :param str text: the buyer's reason
        """
        self.write({"hemi_amazon_hold": reason, "hemi_amazon_hold_reason": text})

    def _amazon_decided(self):
        """A person has decided: the transfers are not held any more, and nobody is asked again."""
        self.write({"hemi_amazon_hold": False})
        self.activity_unlink(["hemi_amazon_sp.mail_activity_type_look"])

    def action_amazon_release(self):
        """Ship anyway, or say that the goods left this warehouse: the transfers can be validated again."""
        self._amazon_decided()
        for order in self:
            order._message_log(body=self.env._("The transfers are no longer held."))

    def action_amazon_left_elsewhere(self):
        """Say that another place shipped it: what Amazon knows as shipped is not delivered from here."""
        self.ensure_one()
        self._amazon_decided()
        with self._amazon_unlocked():
            self.picking_ids.filtered(lambda picking: picking.state not in DONE).action_cancel()
            for line in self.order_line.filtered(lambda line: line._amazon_is_item()):
                missing = line.hemi_amazon_fulfilled - line.qty_delivered
                line.hemi_amazon_shipped_before += max(0, missing)
            self.order_line._action_launch_stock_rule()

    # --- changes at Amazon

    @contextmanager
    def _amazon_unlocked(self):
        """Let a locked order be changed inside the block: Amazon's changes are facts."""
        locked = self.locked
        if locked:
            self.action_unlock()
        yield
        if locked and self.state == "sale":
            self.action_lock()

    def _amazon_set_buyer(self, buyer):
        """Put a buyer that Amazon told late in the place of the placeholder; settings stay as they are."""
        kept = ("payment_term_id", "user_id", "team_id", "fiscal_position_id")
        values = {name: self[name].id for name in kept}
        if self.state == "draft":
            values["pricelist_id"] = self.pricelist_id.id
        self.write({"partner_id": buyer.id, "partner_invoice_id": buyer.id} | values)

    def _amazon_set_recipient(self, recipient):
        """Deliver to another address: the order and its open transfers."""
        position = self.env["account.fiscal.position"]._get_fiscal_position(self.partner_id, recipient)
        # Odoo would ask a person to change the transfers
        self.with_context(mail_activity_automation_skip=True).write(
            {"partner_shipping_id": recipient.id, "fiscal_position_id": position.id}
        )
        waiting = self.picking_ids.filtered(lambda picking: picking.state not in DONE)
        waiting.partner_id = recipient
        waiting.move_ids.partner_id = recipient
