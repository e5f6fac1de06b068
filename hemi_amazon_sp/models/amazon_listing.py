from odoo import api, fields, models
from odoo.exceptions import AccessError

from . import stock_rule
from .amazon_advice import NOT_AT_AMAZON

# Amazon must be told the quantity: it differs from what it accepted, and from what it refused.
STOCK_IS_DUE = """
    active AND channel = 'merchant' AND quantity_wanted IS NOT NULL AND quantity_feed_id IS NULL
    AND (quantity_sent_at IS NULL OR quantity_sent <> quantity_wanted)
    AND (quantity_refused_at IS NULL OR quantity_refused <> quantity_wanted)
"""
# ... or it is being told.
STOCK_WAITS = f"({STOCK_IS_DUE} OR quantity_feed_id IS NOT NULL)"
WANTED_DEPENDS_ON = {"account_id", "active", "channel", "product_id", "stock_rule", "stock_fixed"}
WANTED_DEPENDS_ON |= stock_rule.SHARED


class HemiAmazonListing(models.Model):
    """One SKU of one seller. Stock belongs to it, whatever the marketplaces.

    The row keeps what Amazon was told of the stock: ``quantity_wanted`` is what Odoo has (NULL until it is
    computed, and where nothing is to be told), ``quantity_in_feed`` what the open feed or the last patch
    carries, ``quantity_sent`` what Amazon accepted last (``quantity_sent_at`` is NULL while it is not known
    what Amazon has), ``quantity_refused`` what it refused and is not told again.
    """

    _name = "hemi.amazon.listing"
    _description = "Amazon Listing"
    _inherit = ["mail.thread", "mail.activity.mixin", "hemi.amazon.outbox.mixin"]
    _rec_name = "sku"
    _order = "account_id.id, sku"

    account_id = fields.Many2one("hemi.amazon.account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    sku = fields.Char(
        "SKU", required=True, help="The seller's own number of the offer, exactly as in Seller Central."
    )
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        index="btree_not_null",
        help="What is delivered when this SKU is ordered.",
    )
    asin = fields.Char("ASIN", readonly=True)
    title = fields.Char(readonly=True)
    product_type = fields.Char(
        default="PRODUCT", required=True, help="Amazon's product type. PRODUCT fits for stock and price."
    )
    channel = fields.Selection(
        [("merchant", "Merchant"), ("amazon", "Amazon")],
        "Fulfilled By",
        required=True,
        default="merchant",
        help="Amazon is never told a quantity of what it fulfils itself.",
    )
    active = fields.Boolean(default=True)
    offer_ids = fields.One2many("hemi.amazon.offer", "listing_id", "Offers")

    quantity_wanted = fields.Integer("Quantity in Odoo", readonly=True, copy=False)
    quantity_wanted_at = fields.Datetime(
        "Stock Waits Since", readonly=True, copy=False, help="When it became other than what Amazon was told."
    )
    quantity_in_feed = fields.Integer(readonly=True, copy=False)
    quantity_sent = fields.Integer("Quantity at Amazon", readonly=True, copy=False)
    quantity_sent_at = fields.Datetime("Stock Accepted On", readonly=True, copy=False)
    quantity_refused = fields.Integer(readonly=True, copy=False)
    quantity_refused_at = fields.Datetime("Stock Refused On", readonly=True, copy=False)
    quantity_feed_id = fields.Many2one(
        "hemi.amazon.feed", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    answer = fields.Char("Last Refusal", readonly=True, copy=False)
    at_amazon = fields.Selection(
        [("known", "Known"), ("unknown", "Unknown")],
        compute="_compute_at_amazon",
        help="Unknown: Amazon says that it has no such SKU. Neither stock nor price is sent until Read "
        "Listings finds it, or you press Retry on the message.",
    )

    _due = models.Index(f"(account_id, id) WHERE {STOCK_IS_DUE}")
    _unmatched = models.Index("(account_id) WHERE product_id IS NULL AND active")
    _sku_unique = models.Constraint(
        "unique(account_id, sku)", "This account has a listing with this SKU already."
    )

    @api.depends("offer_ids.at_amazon")
    def _compute_at_amazon(self):
        """One marketplace that knows the SKU is enough to say so; the offers tell which."""
        for listing in self:
            words = set(listing.offer_ids.mapped("at_amazon"))
            listing.at_amazon = next((word for word in ("known", "unknown") if word in words), False)

    @api.model_create_multi
    def create(self, vals_list):
        listings = super().create(vals_list)
        listings._make_offers()
        self.env["hemi.amazon.change"]._note("listing", listings.ids)
        return listings

    def write(self, vals):
        """What Amazon was told is written by the job alone, whatever a user may change otherwise."""
        if not self.env.su and any(self._fields[name].readonly for name in vals if name in self._fields):
            raise AccessError(self.env._("What Amazon was told of a listing cannot be changed by hand."))
        result = super().write(vals)
        if WANTED_DEPENDS_ON & set(vals):
            self.env["hemi.amazon.change"]._note("listing", self.ids)
        return result

    def _make_offers(self):
        """Give each listing an offer in each marketplace of its account."""
        listings = self.filtered("id")
        known = set(
            self.env["hemi.amazon.offer"]._read_group(
                [("listing_id", "in", listings.ids)], ["listing_id", "marketplace_id"]
            )
        )
        self.env["hemi.amazon.offer"].sudo().create(
            [
                {"listing_id": listing.id, "marketplace_id": marketplace.id}
                for listing in listings
                for marketplace in listing.account_id.marketplace_ids
                if (listing, marketplace) not in known
            ]
        )

    @api.model
    def _of_skus(self, account, skus):
        """Find listings by SKU.

        :param account: the account
        :param skus: iterable of SKUs
        :return: mapping of SKU to listing; unknown SKUs are missing
        :rtype: dict
        """
        listings = self.search([("account_id", "=", account.id), ("sku", "in", list(skus))])
        return {listing.sku: listing for listing in listings}

    @api.model
    def _map(self, account, sku, product, fulfilled_by="MERCHANT"):
        """Say which product a SKU is; its listing is made if there is none, and woken if it is archived.

        :param str fulfilled_by: ``MERCHANT`` or ``AMAZON``, for a new listing
        """
        listing = self.with_context(active_test=False)._of_skus(account, [sku]).get(sku)
        if listing:
            listing.write({"product_id": product.id, "active": True})
            return
        self.create(
            {
                "account_id": account.id,
                "sku": sku,
                "product_id": product.id,
                "channel": "amazon" if fulfilled_by == "AMAZON" else "merchant",
            }
        )

    def _amazon_refused(self, flow, feed, code, text):
        """Leave a message for a person: Amazon refused the stock or the price of this listing.

        :param str flow: stock or price
        :param feed: the feed that carried it
        :param str code: Amazon's code
        :param str text: Amazon's reason
        """
        self.answer = text
        if code in NOT_AT_AMAZON and self._unknown_messages():
            return  # a person knows; stock, price and each marketplace would say the same
        message = self.env["hemi.amazon.feed.message"].create(
            {
                "account_id": self.account_id.id,
                "flow": flow,
                "state": "in_feed",
                "res_model": self._name,
                "res_id": self.id,
                "feed_id": feed.id,
            }
        )
        message._reject(code, text)

    def _unknown_messages(self):
        """Give the open messages that say that Amazon does not know the SKU."""
        return self.sudo().hemi_amazon_message_ids.filtered(
            lambda message: message.state == "rejected" and message.result_code in NOT_AT_AMAZON
        )

    def _try_again(self):
        """Stock and price that were held back because Amazon did not know the SKU may be sent once more."""
        offers = self.offer_ids.filtered(lambda offer: offer.at_amazon == "unknown")
        offers.write(
            {"at_amazon": False, "price_refused_at": False, "terms_refused_at": False, "answer": False}
        )
        offers.listing_id.write({"quantity_refused_at": False, "answer": False})
        offers.listing_id.activity_unlink(["hemi_amazon_sp.mail_activity_type_rejected"])

    def _found_at(self, marketplace):
        """Keep that Amazon has these listings in a marketplace; what was held back is sent."""
        offers = self.offer_ids.filtered(lambda offer: offer.marketplace_id == marketplace)
        held = offers.filtered(lambda offer: offer.at_amazon == "unknown").listing_id
        held._try_again()
        held._unknown_messages()._supersede()
        offers.at_amazon = "known"

    # --- reading the listings that Amazon has

    @api.model
    def _read(self, run):
        """Read the account's listings from Amazon, if a person asked for it; page by page, as far as the
        limits allow."""
        account = run.account
        while account.listings_requested and not run.is_over():
            answer = run.seller.search_listings_items(
                account.home_marketplace_id.mapped("amazon_id"),
                included_data=["summaries", "fulfillmentAvailability"],
                page_token=account.listings_page_token or None,
            )
            self._take_items(account, answer["items"])
            token = (answer.get("pagination") or {}).get("nextToken")
            account.write({"listings_page_token": token, "listings_requested": bool(token)})
            run.commit()

    @api.model
    def _take_items(self, account, items):
        """Keep listings as Amazon has them; those without a product look for one by reference and barcode.

        :param list items: Items of the Listings Items API
        """
        known = self.with_context(active_test=False)._of_skus(account, [item["sku"] for item in items])
        listings = self.browse()
        for item in items:
            values = self._values_of_item(item)
            if item["sku"] in known:
                listings |= known[item["sku"]]
                known[item["sku"]].write(values)
            else:
                listings |= self.create(values | {"account_id": account.id, "sku": item["sku"]})
        listings._found_at(account.home_marketplace_id)
        listings.filtered("active")._match()

    @api.model
    def _values_of_item(self, item):
        summary = next(iter(item.get("summaries") or []), {})
        channels = {entry["fulfillmentChannelCode"] for entry in item.get("fulfillmentAvailability") or []}
        return {
            "asin": summary.get("asin"),
            "title": summary.get("itemName"),
            "product_type": summary.get("productType") or "PRODUCT",
            "channel": "amazon" if channels - {"DEFAULT"} else "merchant",
        }

    @api.model
    def _products_by_reference(self, account, references):
        domain = [("default_code", "in", references), ("company_id", "in", (False, account.company_id.id))]
        return {product.default_code: product.id for product in self.env["product.product"].search(domain)}
