from odoo import fields, models
from odoo.exceptions import UserError


class HemiAmazonMapProducts(models.TransientModel):
    """A person says which product each unknown SKU is; all orders that wait for it go on."""

    _name = "hemi.amazon.map.products"
    _description = "Map Products and Continue"

    line_ids = fields.One2many("hemi.amazon.map.products.line", "wizard_id")

    def action_continue(self):
        """Make or complete the listings, repair the waiting lines, confirm and import what can go on."""
        self.check_access("write")
        mapped = self.line_ids.filtered("product_id")
        if not mapped:
            raise UserError(self.env._("Choose a product for at least one SKU."))
        for line in mapped:
            self.env["hemi.amazon.listing"]._map(line.account_id, line.sku, line.product_id)
        mapped.sudo()._repair_orders()
        return {"type": "ir.actions.act_window_close"}


class HemiAmazonMapProductsLine(models.TransientModel):
    _name = "hemi.amazon.map.products.line"
    _description = "SKU to Map"

    wizard_id = fields.Many2one("hemi.amazon.map.products", required=True, ondelete="cascade")
    account_id = fields.Many2one("hemi.amazon.account", required=True, readonly=True)
    company_id = fields.Many2one(related="account_id.company_id")
    sku = fields.Char("SKU", required=True, readonly=True)
    title = fields.Char(readonly=True)
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        domain="[('type', 'in', ('consu', 'service'))]",
        help="What is delivered when this SKU is ordered.",
    )

    def _repair_orders(self):
        """Give the waiting lines their products, then let their orders go on."""
        importer, unknown = (
            self.env["hemi.amazon.order.import"],
            self.env.ref("hemi_amazon_sp.product_unknown_sku"),
        )
        repaired = self.env["sale.order"]
        for line in self:
            waiting = self.env["sale.order.line"].search(
                [
                    ("product_id", "=", unknown.id),
                    ("hemi_amazon_sku", "=", line.sku),
                    ("order_id.hemi_amazon_order_id.account_id", "=", line.account_id.id),
                    ("order_id.state", "in", ("draft", "sent")),
                ]
            )
            importer._map_lines(waiting, line.product_id)
            repaired |= waiting.order_id
        for orders in repaired.hemi_amazon_order_id.grouped("account_id").values():
            orders._go_on()
        self.env["hemi.amazon.order"].search(
            [("account_id", "in", self.account_id.ids), ("state", "=", "held")]
        )._continue()
