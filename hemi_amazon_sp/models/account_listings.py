from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..client_actions import notify
from . import stock_rule

BATCH = 2000  # listings that are worked on at once

# what the wanted values of all listings of an account depend on
VALUES_DEPEND_ON = {
    "active",
    "business_pricelist_id",
    "company_id",
    "marketplace_ids",
    "pricelist_id",
    "update_price",
    "update_stock",
    "warehouse_id",
} | stock_rule.SHARED


class HemiAmazonAccount(models.Model):
    """How the listings of an account are kept in step."""

    _inherit = "hemi.amazon.account"

    listing_interval = fields.Integer(
        "Minutes Between Listing Feeds",
        default=20,
        help="Feeds with stock and price go to a marketplace at most this often. Amazon recommends 20 "
        "minutes. Few changes need not wait for it: they are sent one by one.",
    )
    listings_way = fields.Selection(
        [("automatic", "Automatic"), ("feed", "Feeds"), ("patches", "One by one")],
        "Way of Stock and Price",
        required=True,
        default="automatic",
        help="Automatic: few changes are sent one by one (patchListingsItem) and answered at once, many in a "
        "feed, whichever is sooner through under Amazon's limits.",
    )
    listing_ids = fields.One2many("hemi.amazon.listing", "account_id", "Listings")
    listings_requested = fields.Boolean(
        readonly=True, copy=False, help="The job reads the listings from Amazon in its next run."
    )
    listings_page_token = fields.Char(
        readonly=True, copy=False, groups=fields.NO_ACCESS, help="Where the next page goes on."
    )

    clock_read_at = fields.Datetime(
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
        help="Rules of the pricelist and currency rates that begin or end by date were heeded up to here.",
    )
    rates_missing = fields.Char(
        compute="_compute_rates_missing",
        help="Currencies that prices are converted into or from, and that have no exchange rate.",
    )
    sweep_began_at = fields.Datetime("Sweep Began On", readonly=True, copy=False)
    sweep_size = fields.Integer(readonly=True, copy=False, help="Listings there were when the sweep began.")
    sweep_count = fields.Integer(readonly=True, copy=False, help="Listings that the sweep has looked at.")
    sweep_position = fields.Char(readonly=True, copy=False, help="The last SKU it has looked at.")
    swept_at = fields.Datetime(
        "Last Full Sweep",
        readonly=True,
        copy=False,
        help="Once a day, by night where possible, stock and price of all listings are computed anew, a "
        "share in each run, to prove that no change was missed.",
    )
    sweep_corrected = fields.Integer(
        "Corrected by the Sweep",
        readonly=True,
        copy=False,
        help="Listings whose stock or price had changed without being noticed, found by the last sweep. Tell "
        "the people who look after the connector if it is not 0.",
    )

    _listing_interval_positive = models.Constraint(
        "CHECK(listing_interval > 0)", "The time between two listing feeds must be at least one minute."
    )

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        self.env["hemi.amazon.change"]._note("account", accounts.ids)
        return accounts

    def write(self, vals):
        result = super().write(vals)
        if VALUES_DEPEND_ON & set(vals):
            self.env["hemi.amazon.change"]._note("account", self.ids)
        return result

    @api.model
    def _all_ids(self):
        self.flush_model(["active"])
        self.env.cr.execute(SQL("SELECT id FROM hemi_amazon_account WHERE active ORDER BY id"))
        return [account_id for (account_id,) in self.env.cr.fetchall()]

    def _make_offers(self):
        """Give each listing an offer in each marketplace of its account, where one is missing."""
        self.ensure_one()
        self.env["hemi.amazon.listing"].flush_model()
        self.env["hemi.amazon.offer"].flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT listing.id FROM hemi_amazon_listing listing
                    WHERE listing.account_id = %s AND EXISTS (
                        SELECT unnest(%s::int[]) EXCEPT SELECT marketplace_id FROM hemi_amazon_offer
                         WHERE listing_id = listing.id)""",
                self.id,
                self.marketplace_ids.ids,
            )
        )
        for ids in split_every(BATCH, (row[0] for row in self.env.cr.fetchall())):
            self.env["hemi.amazon.listing"].browse(ids)._make_offers()

    def _pricelists(self):
        """Give the pricelist and those that its rules are based on."""
        found, rules = self.pricelist_id | self.business_pricelist_id, self.env["product.pricelist.item"]
        bases = found
        while bases:
            domain = [("pricelist_id", "in", bases.ids), ("base_pricelist_id", "!=", False)]
            based_on = [group[0].id for group in rules._read_group(domain, ["base_pricelist_id"])]
            bases = bases.browse(based_on) - found
            found |= bases
        return found

    def _converted_currencies(self):
        """Give the ids of the currencies that prices are converted between; none if all is in one."""
        companies = self.company_id | self.env["res.company"]._get_main_company()
        currencies = companies.currency_id | self.marketplace_ids.currency_id | self._pricelists().currency_id
        return set(currencies.ids) if len(currencies) > 1 else set()

    def _compute_rates_missing(self):
        for account in self:
            main, own = (
                (account.pricelist_id or account.company_id).currency_id,
                account.company_id.currency_id,
            )
            foreign = account.marketplace_ids.currency_id - main
            converted = foreign | main if foreign else foreign
            account.rates_missing = ", ".join(
                currency.name for currency in converted - own if not account._has_rate(currency)
            )

    def _has_rate(self, currency):
        companies = (self.company_id.root_id, self.env["res.company"])
        return any(rate.company_id in companies for rate in currency.rate_ids)

    def action_read_listings(self):
        """Have the job read the listings that Amazon has."""
        self.check_access("read")
        self.sudo().write({"listings_requested": True, "listings_page_token": False})
        self._wake_job()
        return notify(
            self.env._("The job reads the listings from Amazon. New ones appear in a minute or two.")
        )
