from odoo import fields, models
from odoo.exceptions import UserError

from ..amazon.errors import AmazonError


class HemiAmazonSettle(models.TransientModel):
    """A person tells what became of a feed that we lost sight of, after a look into Seller Central."""

    _name = "hemi.amazon.settle"
    _description = "Settle a Feed"

    feed_id = fields.Many2one("hemi.amazon.feed", required=True)
    answer = fields.Selection(
        [("has", "Amazon has it, as the feed with this number"), ("none", "Amazon has nothing of it")],
        required=True,
        default="has",
    )
    amazon_feed_id = fields.Char("Feed ID", help="Amazon's number of the feed.")

    def action_settle(self):
        """Follow the feed that Amazon has, or free what it carries for the next one."""
        self.ensure_one()
        self.feed_id.account_id.check_access("write")
        feed = self.feed_id.sudo()
        if feed.state != "unknown":
            raise UserError(self.env._("%s is settled already.", feed.display_name))
        if self.answer == "none":
            reason = self.env._("%s told that Amazon has nothing of it.", self.env.user.name)
            feed._dissolve(AmazonError("NotSubmitted", reason))
        elif (self.amazon_feed_id or "").strip().isdigit():
            feed._submitted(self.amazon_feed_id.strip())
        else:
            raise UserError(self.env._("Enter Amazon's number of the feed, as Seller Central shows it."))
        feed.account_id._wake_job()
