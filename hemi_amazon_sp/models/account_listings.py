from odoo import fields, models


class HemiAmazonAccount(models.Model):
    """How the listings of an account are kept in step."""

    _inherit = "hemi.amazon.account"

    listing_interval = fields.Integer(
        "Minutes Between Listing Feeds",
        default=20,
        help="Stock and price go to a marketplace at most this often. Amazon recommends 20 minutes.",
    )
    listing_ids = fields.One2many("hemi.amazon.listing", "account_id", "Listings")
    listings_requested = fields.Boolean(
        readonly=True, copy=False, help="The job reads the listings from Amazon in its next run."
    )
    listings_page_token = fields.Char(
        readonly=True, copy=False, groups=fields.NO_ACCESS, help="Where the next page goes on."
    )

    _listing_interval_positive = models.Constraint(
        "CHECK(listing_interval > 0)", "The time between two listing feeds must be at least one minute."
    )

    def action_read_listings(self):
        """Have the job read the listings that Amazon has."""
        self.check_access("read")
        self.sudo().write({"listings_requested": True, "listings_page_token": False})
        self._wake_job()
        return self._notify(
            self.env._("The job reads the listings from Amazon. New ones appear in a minute or two.")
        )
