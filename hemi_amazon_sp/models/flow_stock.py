from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..amazon.order_values import PENDING


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
        free = self._free(account, {product_id for _id, product_id in rows if product_id})
        buffer = account.stock_buffer
        return self._write_wanted(
            [
                (listing_id, max(0, free[product_id] - buffer) if product_id else None)
                for listing_id, product_id in rows
            ]
        )

    @api.model
    def _free(self, account, product_ids):
        """Give what is free in the account's warehouse.

        Odoo's computation of the field ``free_qty`` is asked for its values themselves: putting them and four
        others into the fields of each product took longer than computing them.

        :return: product id -> whole units
        :rtype: dict[int, int]
        """
        products = self.env["product.product"].browse(product_ids)
        quantities = products.with_context(warehouse_id=account.warehouse_id.id)._compute_quantities_dict(
            None, None, None
        )
        pending = self._pending(account, list(product_ids))
        return {
            product_id: int(quantities[product_id]["free_qty"] - pending[product_id])
            for product_id in product_ids
        }

    @api.model
    def _pending(self, account, product_ids):
        """Give what is in quotations of orders that Amazon still holds as pending: nothing is reserved for
        them in Odoo, and Amazon must not sell it once more.

        :rtype: dict[int, float]
        """
        lines = self.env["sale.order.line"].search(
            [
                ("product_id", "in", product_ids),
                ("state", "in", ("draft", "sent")),
                ("order_id.hemi_amazon_status", "in", PENDING),
                ("order_id.warehouse_id", "=", account.warehouse_id.id),
                ("order_id.hemi_amazon_order_id.fulfilled_by", "=", "MERCHANT"),
            ]
        )
        pending = defaultdict(float)
        for line in lines:
            unit = line.product_id.uom_id
            pending[line.product_id.id] += line.product_uom_id._compute_quantity(line.product_uom_qty, unit)
        return pending
