from odoo import fields, models


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
