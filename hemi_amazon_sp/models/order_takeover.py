from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError


class HemiAmazonOrder(models.Model):
    """Orders that are in Odoo already, from another connector or typed in: they go on from where they are.

    Their sale orders keep customer, lines and prices. Amazon's items are found by product, once; from then on
    shipments, cancellations and refunds of them are told to Amazon. What was delivered or credited before has
    left no message, so nothing is told twice.
    """

    _inherit = "hemi.amazon.order"

    taken_over = fields.Boolean(
        readonly=True, help="The sales order was in Odoo before Amazon's order was connected with it."
    )

    @api.model
    def _take_over(self, account, sale_orders):
        """Connect Amazon's orders with sale orders that are there; the job fetches them by number.

        :param account: the account
        :param dict sale_orders: Amazon's order number -> sale order
        :return: the rows; orders that are connected already are left as they are
        """
        orders = self.sudo()
        rows = orders._rows(account, list(sale_orders))
        new = orders.browse()
        for number, row in rows.items():
            if not row.sale_order_id:
                row.write({"sale_order_id": sale_orders[number].id, "taken_over": True})
                sale_orders[number].sudo().write({"hemi_amazon_order_id": row.id})
                new |= row
        new._request()
        account._wake_job()
        return orders.browse().union(*rows.values())


class HemiAmazonOrderImport(models.AbstractModel):
    """What becomes of an order that was taken over."""

    _inherit = "hemi.amazon.order.import"

    @api.model
    def _change(self, record, order):
        """Lines, prices and customer of an order that was taken over are not Amazon's to change."""
        if not record.taken_over:
            return super()._change(record, order)
        sale_order = record.sale_order_id
        self._find_items(sale_order, record, order)
        if order.status == "CANCELLED":
            return self._cancelled_there(record, sale_order)
        return self._follow_promise(sale_order, order) if sale_order.state != "cancel" else None

    @api.model
    def _find_items(self, sale_order, record, order):
        """Say of the lines of a sale order which of Amazon's items they are, once.

        :raise UserError: an item has no line of its product and quantity
        """
        if any(sale_order.order_line.mapped("hemi_amazon_item")):
            return
        free, products = defaultdict(list), self._products(record, order)
        for line in sale_order.order_line:
            free[line.product_id, line.product_uom_qty].append(line)
        for item in order.items:
            lines = free[products[item.item_id], item.quantity]
            if not lines:
                raise UserError(self._words_for_missing_line(sale_order, item))
            lines.pop(0).write(
                {
                    "hemi_amazon_item": item.item_id,
                    "hemi_amazon_sku": item.sku,
                    "hemi_amazon_component": "Principal",
                    "hemi_amazon_fulfilled": item.quantity_fulfilled,
                }
            )

    @api.model
    def _words_for_missing_line(self, sale_order, item):
        return self.env._(
            "%(order)s has no line with %(quantity)s of the product that is sold as %(sku)s. Correct the "
            "sales order or the listing and press Retry, or press Ignore and end it in Seller Central.",
            order=sale_order.name,
            quantity=item.quantity,
            sku=item.sku or item.item_id,
        )
