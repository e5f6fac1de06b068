from collections import defaultdict

from odoo import api, models
from odoo.tools import split_every

from ..amazon.order_values import PENDING
from .flow_listings_part import BATCH


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
            for product_id, quantity in self._pending(account, list(free)).items():
                free[product_id] -= quantity
            wanted = [
                (listing.id, max(0, int(free[listing.product_id.id]) - account.stock_buffer))
                for listing in batch
            ]
            self._write_wanted(wanted)
            self.env.invalidate_all()

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
