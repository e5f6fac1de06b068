from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..client_actions import notify
from .amazon_listing import STOCK_WAITS
from .amazon_offer import PRICE_WAITS
from .offer_terms import TERMS_WAIT

WAITING = f"""
    (SELECT id FROM hemi_amazon_listing WHERE {STOCK_WAITS}
     UNION
     SELECT listing_id FROM hemi_amazon_offer WHERE {PRICE_WAITS}
     UNION
     SELECT listing_id FROM hemi_amazon_offer WHERE {TERMS_WAIT})
"""


class HemiAmazonListing(models.Model):
    """What people do with many listings at once: find what waits, match, tell again, import."""

    _name = "hemi.amazon.listing"
    _inherit = ["hemi.amazon.listing", "hemi.amazon.import.mixin"]

    _import_key = ("account_id", "sku")
    _import_template = "listings.csv"

    is_waiting = fields.Boolean(
        "Waits for Amazon",
        compute="_compute_is_waiting",
        search="_search_is_waiting",
        help="Stock or a price of it is other than what Amazon took last.",
    )

    is_untracked = fields.Boolean(
        compute="_compute_is_untracked", help="Odoo does not track its inventory, so no quantity is sent."
    )

    def _compute_is_untracked(self):
        """A kit is not tracked either, but has what is free of its components."""
        for listing in self:
            product = listing.product_id
            is_kit = "is_kits" in product._fields and product.is_kits
            listing.is_untracked = (
                bool(product) and not product.is_storable and not is_kit and listing.stock_rule != "fixed"
            )

    def _compute_is_waiting(self):
        waiting = self.search([("id", "in", self.ids), ("is_waiting", "=", True)])
        for listing in self:
            listing.is_waiting = listing in waiting

    @api.model
    def _search_is_waiting(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("id", "in", SQL(WAITING))]

    def action_tell_again(self):
        """Send stock and price once more, whatever Amazon has or refused."""
        self.check_access("write")
        listings = self.sudo()
        listings.write({"quantity_sent_at": False, "quantity_refused_at": False, "answer": False})
        listings.offer_ids.write(
            {"answer": False}
            | dict.fromkeys(("price_sent_at", "price_refused_at", "terms_sent_at", "terms_refused_at"), False)
        )
        listings.account_id._wake_job()

    def _words_of_silence(self):
        """Of stock and prices, only refusals become messages."""
        return self.env._("Amazon refused nothing: what it took is on the listing")

    def action_match(self):
        """Find the products whose internal reference or barcode equals the SKU."""
        unmatched = self.filtered(lambda listing: not listing.product_id)
        unmatched._match()
        found = len(unmatched.filtered("product_id"))
        return notify(self.env._("%(found)s of %(all)s found a product.", found=found, all=len(unmatched)))

    def action_read_listings(self):
        """Have the job read the listings of all authorised accounts."""
        authorised = self.env["hemi.amazon.account"].search([("state", "=", "authorised")])
        if not authorised:
            raise UserError(self.env._("No account is authorised yet: no listings can be read."))
        return authorised.action_read_listings()

    def _match(self):
        """Give the listings without a product the one whose internal reference or barcode equals the SKU."""
        unmatched = self.filtered(lambda listing: not listing.product_id)
        for account, listings in unmatched.grouped("account_id").items():
            skus = listings.mapped("sku")
            known = self._products_by_barcode(account, skus) | self._products_by_reference(account, skus)
            for listing in listings:
                if listing.sku in known:
                    listing.product_id = known[listing.sku]

    @api.model
    def _products_by_barcode(self, account, barcodes):
        domain = [("barcode", "in", barcodes), ("company_id", "in", (False, account.company_id.id))]
        return {product.barcode: product.id for product in self.env["product.product"].search(domain)}

    # --- importing a file

    @api.model
    def _ids_of_rows(self, keys):
        """The account may be given by its name or its Merchant ID."""
        find, skus = self.env["hemi.amazon.account"].name_search, [sku for _name, sku in keys]
        accounts = {name: find(name, operator="=")[:1] for name in {name for name, _sku in keys}}
        listings = self.with_context(active_test=False).search([("sku", "in", skus)])
        ids = {(listing.account_id.id, listing.sku): str(listing.id) for listing in listings}
        return [next((ids.get((row[0], sku), "") for row in accounts[name]), "") for name, sku in keys]
