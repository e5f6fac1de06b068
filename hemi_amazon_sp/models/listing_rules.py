from odoo import fields, models

from .stock_rule import StockRule


class HemiAmazonListing(models.Model):
    """Exceptions of one listing from the stock rule of its account."""

    _name = "hemi.amazon.listing"
    _inherit = ["hemi.amazon.listing", "hemi.amazon.stock.rule.mixin"]

    stock_rule = fields.Selection(
        [
            ("account", "As the account"),
            ("share", "Own share, buffer and maximum"),
            ("fixed", "Fixed quantity"),
            ("never", "Never tell Amazon"),
        ],
        required=True,
        default="account",
        help="What Amazon is told of the free quantity. Fixed: always the same, for goods that are made or "
        "bought to order. Never: the quantity at Amazon stays as it is.",
    )
    stock_fixed = fields.Integer("Fixed Quantity", aggregator=None)

    _stock_fixed_positive = models.Constraint("CHECK(stock_fixed >= 0)", "A fixed quantity is 0 or more.")
    _stock_share_percent = models.Constraint(
        "CHECK(stock_share BETWEEN 0 AND 100)", "The share is 0 to 100 percent of the free quantity."
    )

    def _stock_rule(self):
        if self.stock_rule == "account":
            return self.account_id._stock_rule()
        kept = super()._stock_rule()
        return StockRule(self.stock_rule, *kept[1:4], self.stock_fixed)
