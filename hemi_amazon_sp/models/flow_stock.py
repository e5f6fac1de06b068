from odoo import api, models
from odoo.tools import SQL


class HemiAmazonFlowStock(models.AbstractModel):
    """Update Stock: what is wanted is the free quantity of the account's warehouse less its buffer. It
    travels with the listings."""

    _name = "hemi.amazon.flow.stock"
    _inherit = "hemi.amazon.flow.listings.part"
    _description = "Update Stock"

    _flow = "stock"
    _flow_label = "Update Stock"
    _flags = ("update_stock",)
    _records = "hemi.amazon.listing"
    _listing = "id"
    _value = "quantity"

    @api.model
    def _row_ids(self, due):
        return [row.listing_id for row in due if row.quantity is not None]

    @api.model
    def _compute_wanted(self, account, listing_ids, moment):
        self._execute(
            SQL(
                """SELECT id, CASE WHEN active AND channel = 'merchant' THEN product_id END
                     FROM hemi_amazon_listing WHERE id = ANY(%s) AND account_id = %s""",
                listing_ids,
                account.id,
            )
        )
        rows = self.env.cr.fetchall()
        products = self.env["product.product"].browse({product_id for _id, product_id in rows if product_id})
        free = {product.id: product.free_qty for product in self._at_warehouse(account, products)}
        return self._write_wanted(
            [
                (listing_id, max(0, int(free[product_id]) - account.stock_buffer) if product_id else None)
                for listing_id, product_id in rows
            ]
        )

    @api.model
    def _at_warehouse(self, account, products):
        return products.with_context(warehouse_id=account.warehouse_id.id)
