from odoo import fields, models


class HemiAmazonAbandon(models.TransientModel):
    """A person closes what Amazon rejected, and says why."""

    _name = "hemi.amazon.abandon"
    _description = "Abandon Messages"

    message_ids = fields.Many2many(
        "hemi.amazon.feed.message", default=lambda self: self.env.context.get("active_ids"), readonly=True
    )
    reason = fields.Char(required=True, help="For instance: refunded by hand in Seller Central.")

    def action_abandon(self):
        self.ensure_one()
        self.message_ids.check_access("read")
        self.message_ids.sudo()._abandon(f"{self.reason} ({self.env.user.name})")
