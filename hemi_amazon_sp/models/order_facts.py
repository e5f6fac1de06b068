from odoo import fields, models

from ..amazon.order_values import PENDING
from .order_page import OrderPage

INVOICE_BY_AMAZON = "INVOICE_BY_AMAZON"
PROGRAMS = {
    "AMAZON_BAZAAR": "Bazaar",
    "AMAZON_BUSINESS": "Business",
    "AMAZON_EASY_SHIP": "Easy Ship",
    "AMAZON_HAUL": "Haul",
    "DELIVERY_BY_AMAZON": "Delivery by Amazon",
    "FBM_SHIP_PLUS": "FBM Ship+",
    INVOICE_BY_AMAZON: "Invoice by Amazon",
    "IN_STORE_PICK_UP": "In-store pick-up",
    "PREMIUM": "Premium",
    "PREORDER": "Pre-order",
    "PRIME": "Prime",
}


class HemiAmazonOrder(models.Model):
    """What else Amazon says of an order, and what importing it came to."""

    _inherit = "hemi.amazon.order"

    programs = fields.Char(readonly=True, help="Amazon's programs, such as Prime or Business.")
    replaces = fields.Char(
        "Replaces Order", readonly=True, help="The Amazon order for which the buyer gets this one instead."
    )
    cash_on_delivery = fields.Boolean(readonly=True, help="The buyer pays the carrier.")
    cancel_requested = fields.Boolean("Buyer Asked to Cancel", readonly=True)
    rounding = fields.Monetary(
        readonly=True,
        help="What Odoo's own computation could not reach of Amazon's total: the line Amazon Rounding of the "
        "sales order.",
    )
    tax_missing = fields.Char(
        "Missing Tax",
        readonly=True,
        help="Taxes of this order that fit none of Odoo's taxes. Their amounts are lines of their own.",
    )
    has_unknown_sku = fields.Boolean(
        "Unknown SKU", readonly=True, help="Lines of the sales order wait for a person to choose the product."
    )
    address_key = fields.Char(
        readonly=True, help="A digest of the delivery address that was taken over last."
    )

    def _facts_of(self, order):
        """Give the values of what is kept of an order.

        :param orders.Order order: the order as read
        :rtype: dict
        """
        return {
            "marketplace_id": self._marketplace_of(order).id,
            "status": order.status,
            "fulfilled_by": order.fulfilled_by,
            "purchased_at": order.created_at,
            "last_updated_at": order.last_updated_at,
            "ship_by": order.ship_by,
            "deliver_by": order.deliver_by,
            "currency_id": self._currency_of(order).id,
            "grand_total": order.grand_total,
            "tax_included": all(item.tax_included for item in order.items),
            "invoiced_by_amazon": self.invoiced_by_amazon or INVOICE_BY_AMAZON in order.programs,
            "programs": ", ".join(PROGRAMS.get(program, program) for program in order.programs) or False,
            "replaces": order.replaces,
            "cash_on_delivery": order.cash_on_delivery,
        }

    def _marketplace_of(self, order):
        """Give the marketplace of an order, an empty one if Amazon tells none or it is not known."""
        find = self.env["hemi.amazon.marketplace"]._by_amazon_id
        return OrderPage.of(self, order).once(
            ("marketplace", order.marketplace_id), lambda: find([order.marketplace_id])
        )

    def _currency_of(self, order):
        """Give the currency of an order, archived ones too, an empty one if it holds no amount."""
        currencies = self.env["res.currency"].with_context(active_test=False)
        return OrderPage.of(self, order).once(
            ("currency", order.currency), lambda: currencies.search([("name", "=", order.currency)])
        )

    def _go_on(self):
        """Confirm the sale orders as soon as they may be, and book what Amazon delivered itself.

        All are of one account.
        """
        records = self.filtered(lambda record: record.sale_order_id and record.status not in PENDING)
        if not records:
            return
        importer = self.env["hemi.amazon.order.import"]._for(records[0])
        sale_orders = records.sale_order_id.with_env(importer.env)
        waiting = importer._unknown_lines(sale_orders).order_id.filtered(lambda sale: sale.state != "cancel")
        for record in records:
            record.has_unknown_sku = record.sale_order_id in waiting
        (sale_orders - waiting).activity_unlink(["hemi_amazon_sp.mail_activity_type_map"])
        importer._confirm(records, sale_orders - waiting)
        importer._deliver_by_amazon(
            sale_orders.filtered(lambda sale: sale.state == "sale" and sale._amazon_fulfils())
        )
