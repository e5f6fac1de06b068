from odoo import api, models
from odoo.tools import split_every

BATCH = 1000


class HemiAmazonFlowStock(models.AbstractModel):
    """Update Stock: what is wanted is the free quantity of the account's warehouse less its buffer. It
    travels with the listings."""

    _name = "hemi.amazon.flow.stock"
    _inherit = "hemi.amazon.flow.listings"
    _description = "Update Stock"

    _flow = "stock"
    _flow_label = "Update Stock"
    _flags = ("update_stock",)
    _urgency = False

    @api.model
    def _refresh(self, account):
        """Write the quantity that Odoo has on every listing that the merchant fulfils.

        :param account: the account
        """
        listings = self.env["hemi.amazon.listing"]
        domain = [("account_id", "=", account.id), ("channel", "=", "merchant"), ("product_id", "!=", False)]
        for ids in split_every(BATCH, listings.search(domain).ids):
            batch = listings.browse(ids)
            products = batch.product_id.with_context(warehouse_id=account.warehouse_id.id)
            free = {product.id: product.free_qty for product in products}
            wanted = [
                (listing.id, max(0, int(free[listing.product_id.id]) - account.stock_buffer))
                for listing in batch
            ]
            self._write_wanted(wanted)
            self.env.invalidate_all()

    @api.model
    def _write_wanted(self, wanted):
        self._execute(
            """UPDATE hemi_amazon_listing l SET quantity_wanted = v.quantity, quantity_known = true
                 FROM unnest(%s, %s) AS v(id, quantity)
                WHERE l.id = v.id
                  AND (l.quantity_wanted IS DISTINCT FROM v.quantity OR l.quantity_known IS NOT true)""",
            [listing_id for listing_id, _quantity in wanted],
            [quantity for _listing_id, quantity in wanted],
        )

    @api.model
    def _take_answer(self, feed, refused):
        """Keep Amazon's answer to the stock that a feed carried.

        :param feed: the feed
        :param dict refused: listing id -> code and reason
        """
        self._execute(
            "SELECT id FROM hemi_amazon_listing WHERE quantity_feed_id = %s AND id = ANY(%s)",
            feed.id,
            list(refused),
        )
        rejected = self.env["hemi.amazon.listing"].browse(row[0] for row in self.env.cr.fetchall())
        self._execute(
            """UPDATE hemi_amazon_listing
                  SET quantity_sent = quantity_in_feed, quantity_sent_at = now() AT TIME ZONE 'UTC',
                  quantity_refused_at = NULL,
                      quantity_feed_id = NULL, answer = NULL
                WHERE quantity_feed_id = %s AND NOT id = ANY(%s)""",
            feed.id,
            list(refused),
        )
        self._execute(
            """UPDATE hemi_amazon_listing
                  SET quantity_refused = quantity_in_feed, quantity_refused_at = now() AT TIME ZONE 'UTC',
                  quantity_feed_id = NULL
                WHERE quantity_feed_id = %s""",
            feed.id,
        )
        for listing in rejected:
            listing._amazon_refused("stock", feed, *refused[listing.id])

    @api.model
    def _retry(self, messages):
        """Tell Amazon what it refused once more; the next feed carries the newest value."""
        listings = self.env["hemi.amazon.listing"].browse(messages.mapped("res_id"))
        listings.quantity_refused_at = False
        messages._supersede()
