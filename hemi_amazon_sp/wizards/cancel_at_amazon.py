from odoo import fields, models

from ..amazon.documents.acknowledgement import REASONS


class HemiAmazonCancel(models.TransientModel):
    _name = "hemi.amazon.cancel"
    _description = "Cancel at Amazon"

    sale_order_id = fields.Many2one("sale.order", required=True)
    reason = fields.Selection(
        list(REASONS.items()),
        required=True,
        default="NoInventory",
        help="Amazon shows the buyer why the order was cancelled.",
    )

    def action_cancel_order(self):
        """Cancel the order here; the job then cancels it at Amazon."""
        self.sale_order_id.hemi_amazon_cancel_reason = self.reason
        return self.sale_order_id.action_cancel()
