from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..amazon.order_values import PENDING
from .stock_rule import StockRule


class HemiAmazonFlowStock(models.AbstractModel):
    """Update Stock: what is wanted is what the rule of the listing, or of its account, leaves of the free
    quantity of the account's warehouse. It travels with the listings."""

    _name = "hemi.amazon.flow.stock"
    _inherit = "hemi.amazon.flow.listings.part"
    _description = "Update Stock"

    _flow = "stock"
    _flow_label = "Update Stock"
    _flags = ("update_stock",)
    _records = "hemi.amazon.listing"
    _listing = "id"
    _value = "quantity"
    _inherited = ("is_storable", "uom_id")

    @api.model
    def _row_ids(self, due):
        return [row.listing_id for row in due if row.quantity is not None]

    @api.model
    def _compute_wanted(self, account, listing_ids, moment, known):
        rows = self._rules(account, listing_ids)
        counted = {product_id for _id, product_id, rule in rows if product_id and rule.counts}
        free = self._free(account, counted)
        return self._write_wanted(
            [(listing_id, self._told(product_id, rule, free)) for listing_id, product_id, rule in rows]
        )

    @api.model
    def _told(self, product_id, rule, free):
        """Give what is told of one listing. Of a product whose inventory Odoo does not track nothing is: it
        would be 0, and the offer would be gone."""
        if not product_id or rule.counts and product_id not in free:
            return None
        return rule.quantity(free.get(product_id, 0))

    @api.model
    def _rules(self, account, listing_ids):
        """Give what is told of each listing.

        :return: listing id, product id (none where nothing is to be told) and rule
        :rtype: list[tuple[int, int, StockRule]]
        """
        self._execute(
            SQL(
                """SELECT id, CASE WHEN active AND channel = 'merchant' THEN product_id END, stock_rule,
                          stock_share, stock_buffer, stock_maximum, stock_fixed
                     FROM hemi_amazon_listing WHERE id = ANY(%s) AND account_id = %s""",
                listing_ids,
                account.id,
            )
        )
        usual = StockRule("share", account.stock_share, account.stock_buffer, account.stock_maximum, 0)
        return [
            (
                listing_id,
                product_id,
                usual if rule[0] == "account" else StockRule(*(part or 0 for part in rule)),
            )
            for listing_id, product_id, *rule in self.env.cr.fetchall()
        ]

    @api.model
    def _free(self, account, product_ids):
        """Give what is free in the account's warehouse, of the products that Odoo tracks and of kits.

        Odoo's computation of the field ``free_qty`` is asked for its values themselves: putting them and four
        others into the fields of each product took longer than computing them.

        :return: product id -> whole units
        :rtype: dict[int, int]
        """
        products = self._products(account, product_ids).filtered(self._has_quantity)
        quantities = products.with_context(warehouse_id=account.warehouse_id.id)._compute_quantities_dict(
            None, None, None
        )
        pending = self._pending(account, products.ids)
        return {
            product_id: int(quantities[product_id]["free_qty"] - pending[product_id])
            for product_id in products.ids
        }

    @api.model
    def _has_quantity(self, product):
        """A kit is not tracked, but what it is made of."""
        return product.is_storable or "is_kits" in product._fields and product.is_kits

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
