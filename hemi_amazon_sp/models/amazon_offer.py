from odoo import api, fields, models
from odoo.exceptions import AccessError

# Amazon must be told the price: it differs from what it accepted, and from what it refused.
PRICE_IS_DUE = """
    price_wanted > 0 AND price_feed_id IS NULL AND at_amazon IS DISTINCT FROM 'unknown'
    AND (price_sent_at IS NULL OR price_sent <> price_wanted)
    AND (price_refused_at IS NULL OR price_refused <> price_wanted)
"""
# ... or it is being told.
PRICE_WAITS = f"({PRICE_IS_DUE} OR price_feed_id IS NOT NULL)"


class HemiAmazonOffer(models.Model):
    """The price of one listing in one marketplace; the fields mirror those of the stock on the listing."""

    _name = "hemi.amazon.offer"
    _description = "Amazon Offer"
    _rec_name = "listing_id"
    _order = "listing_id, marketplace_id"

    listing_id = fields.Many2one("hemi.amazon.listing", required=True, ondelete="cascade")
    account_id = fields.Many2one(related="listing_id.account_id", store=True, index=True)
    company_id = fields.Many2one(related="listing_id.company_id", store=True)
    marketplace_id = fields.Many2one("hemi.amazon.marketplace", required=True, ondelete="restrict")
    currency_id = fields.Many2one(related="marketplace_id.currency_id")

    price_floor = fields.Monetary(
        "Lowest Price",
        help="Amazon is never told less, whatever the pricelist says. As buyers see it; 0: none.",
    )
    price_ceiling = fields.Monetary(
        "Highest Price",
        help="Amazon is never told more, whatever the pricelist says. As buyers see it; 0: none.",
    )
    price_wanted = fields.Monetary("Price in Odoo", readonly=True, help="Tax included.")
    price_wanted_at = fields.Datetime(
        "Price Waits Since", readonly=True, help="When it became other than what Amazon was told."
    )
    price_in_feed = fields.Monetary(readonly=True)
    price_sent = fields.Monetary("Price at Amazon", readonly=True)
    price_sent_at = fields.Datetime("Price Accepted On", readonly=True)
    price_refused = fields.Monetary(readonly=True)
    price_refused_at = fields.Datetime("Price Refused On", readonly=True)
    price_feed_id = fields.Many2one(
        "hemi.amazon.feed", readonly=True, index="btree_not_null", ondelete="set null"
    )
    answer = fields.Char("Amazon's Answer", readonly=True)
    at_amazon = fields.Selection(
        [("known", "Known"), ("unknown", "Unknown")],
        readonly=True,
        help="Whether Amazon knows the SKU in this marketplace. Nothing is sent of what it does not know.",
    )

    _bounds_ordered = models.Constraint(
        "CHECK(price_floor >= 0 AND (coalesce(price_ceiling, 0) = 0 OR price_ceiling >= "
        "coalesce(price_floor, 0)))",
        "The highest price is not below the lowest, and none is below zero.",
    )
    _due = models.Index(f"(account_id, marketplace_id, listing_id) WHERE {PRICE_IS_DUE}")
    _offer_unique = models.Constraint(
        "unique(listing_id, marketplace_id)", "A listing has one offer per marketplace."
    )

    @api.model_create_multi
    def create(self, vals_list):
        offers = super().create(vals_list)
        self.env["hemi.amazon.change"]._note("listing", offers.listing_id.ids)
        return offers

    def write(self, vals):
        """What Amazon was told is written by the job alone."""
        if not self.env.su and not set(vals) <= self._set_by_people():
            raise AccessError(self.env._("What Amazon was told of a price cannot be changed by hand."))
        result = super().write(vals)
        if self._set_by_people() & set(vals):
            self.env["hemi.amazon.change"]._note("listing", self.listing_id.ids)
        return result

    @api.model
    def _set_by_people(self):
        """Give the fields that people may change; the wanted values depend on them.

        :rtype: set[str]
        """
        return {"price_floor", "price_ceiling"}
