from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..amazon.order_values import PENDING
from .stock_rule import StockRule

# Odoo does not track a kit, but what it is made of
IS_KIT = """EXISTS (SELECT FROM mrp_bom bom WHERE bom.product_tmpl_id = template.id AND bom.type = 'phantom'
                       AND bom.active)"""


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
    _inherited = ("uom_id",)

    @api.model
    def _row_ids(self, due):
        return [row.listing_id for row in due if row.quantity is not None]

    @api.model
    def _compute_wanted(self, account, listing_ids, moment, known):
        rows = self._rules(account, listing_ids)
        counted = {product_id for _id, product_id, rule in rows if product_id and rule.counts}
        free = self._free(account, counted)
        return self._write_wanted(
            [
                (listing_id, rule.quantity(free.get(product_id, 0)) if product_id else None)
                for listing_id, product_id, rule in rows
            ]
        )

    @api.model
    def _rules(self, account, listing_ids):
        """Give what is told of each listing. Of a product whose inventory Odoo does not track nothing is: it
        would be 0, and the offer would be gone.

        :return: listing id, product id (none where nothing is to be told) and rule
        :rtype: list[tuple[int, int, StockRule]]
        """
        self._execute(
            SQL(
                """SELECT listing.id,
                          CASE WHEN listing.active AND listing.channel = 'merchant'
                                    AND (listing.stock_rule = 'fixed' OR template.is_storable OR %(kit)s)
                               THEN listing.product_id END,
                          listing.stock_rule, listing.stock_share, listing.stock_buffer,
                          listing.stock_maximum, listing.stock_fixed
                     FROM hemi_amazon_listing listing
                     LEFT JOIN product_product product ON product.id = listing.product_id
                     LEFT JOIN product_template template ON template.id = product.product_tmpl_id
                    WHERE listing.id = ANY(%(ids)s) AND listing.account_id = %(account)s""",
                ids=listing_ids,
                account=account.id,
                kit=SQL(IS_KIT if "mrp.bom" in self.env else "false"),
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
        """Give what is free in the account's warehouse.

        Odoo's computation of the field ``free_qty`` is asked for its values themselves: putting them and four
        others into the fields of each product took longer than computing them.

        :return: product id -> whole units
        :rtype: dict[int, int]
        """
        products = self._products(account, product_ids)
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
