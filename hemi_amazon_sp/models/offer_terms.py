import json

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Amazon must be told: it differs from what it accepted or may have, and from what it refused.
TERMS_IS_DUE = """
    terms_wanted IS NOT NULL AND terms_feed_id IS NULL AND at_amazon IS DISTINCT FROM 'unknown'
    AND (terms_wanted <> coalesce(terms_sent, '') OR terms_sent_at IS NULL AND terms_in_feed IS NOT NULL)
    AND (terms_refused_at IS NULL OR terms_refused <> terms_wanted)
"""
# ... or it is being told.
TERMS_WAIT = f"({TERMS_IS_DUE} OR terms_feed_id IS NOT NULL)"


class HemiAmazonOffer(models.Model):
    """Sale price and business price of an offer. The columns ``terms_*`` hold both, as JSON text: they
    are told in one message, and few offers have any. Empty: none of the two."""

    _inherit = "hemi.amazon.offer"

    sale_price = fields.Monetary(
        help="Shown beside the crossed out price on the days of the sale. As buyers see it; 0: none."
    )
    sale_starts_on = fields.Date("Sale From", help="First day of the sale.")
    sale_ends_on = fields.Date("Sale Until", help="Last day of the sale.", index="btree_not_null")
    business_price = fields.Monetary(
        compute="_compute_terms",
        help="What companies pay: the price of the account's Business Pricelist, as buyers see it.",
    )
    business_price_told = fields.Monetary("Business Price at Amazon", compute="_compute_terms")
    sale_price_told = fields.Monetary("Sale Price at Amazon", compute="_compute_terms")
    terms_wanted = fields.Char(readonly=True)
    terms_wanted_at = fields.Datetime("Sale or Business Price Waits Since", readonly=True)
    terms_in_feed = fields.Char(readonly=True)
    terms_sent = fields.Char(readonly=True)
    terms_sent_at = fields.Datetime("Sale or Business Price Accepted On", readonly=True)
    terms_refused = fields.Char(readonly=True)
    terms_refused_at = fields.Datetime("Sale or Business Price Refused On", readonly=True)
    terms_feed_id = fields.Many2one(
        "hemi.amazon.feed", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _sale_has_days = models.Constraint(
        "CHECK(coalesce(sale_price, 0) = 0 OR sale_price > 0 AND sale_starts_on IS NOT NULL "
        "AND sale_ends_on IS NOT NULL)",
        "A sale price is above zero and needs its first and its last day.",
    )
    _sale_days_ordered = models.Constraint(
        "CHECK(sale_starts_on <= sale_ends_on)", "The sale ends before it begins."
    )
    _sale_within_bounds = models.Constraint(
        "CHECK(coalesce(sale_price, 0) = 0 OR sale_price >= coalesce(price_floor, 0))",
        "The sale price is below the lowest price of the offer.",
    )
    _due_terms = models.Index(f"(account_id, marketplace_id, listing_id) WHERE {TERMS_IS_DUE}")

    @api.depends("terms_wanted", "terms_sent")
    def _compute_terms(self):
        for offer in self:
            wanted, sent = (json.loads(text or "{}") for text in (offer.terms_wanted, offer.terms_sent))
            offer.business_price = float(wanted.get("business", 0))
            offer.business_price_told = float(sent.get("business", 0))
            offer.sale_price_told = float(sent.get("sale", [0])[0])

    @api.constrains("sale_price")
    def _check_sale_price(self):
        """Amazon takes only a sale price below the price, and says so in words that nobody understands."""
        for offer in self.filtered(lambda offer: offer.sale_price and offer.price_wanted):
            if offer.sale_price >= offer.price_wanted:
                raise ValidationError(
                    self.env._(
                        "The sale price of %(sku)s in %(marketplace)s must be below its price, %(price)s.",
                        sku=offer.listing_id.sku,
                        marketplace=offer.marketplace_id.name,
                        price=offer.currency_id.format(offer.price_wanted),
                    )
                )

    @api.model
    def _set_by_people(self):
        return super()._set_by_people() | {"sale_price", "sale_starts_on", "sale_ends_on"}
