from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    hemi_amazon_item = fields.Char(
        "Amazon Order Item", readonly=True, copy=False, help="Amazon's number of the item in the order."
    )
    hemi_amazon_sku = fields.Char("SKU at Amazon", readonly=True, copy=False)
    hemi_amazon_component = fields.Char(
        "Charge at Amazon", readonly=True, copy=False, help="What the line stands for in a refund at Amazon."
    )

    @api.depends("order_id.hemi_amazon_delivered_elsewhere")
    def _compute_qty_delivered_method(self):
        elsewhere = self.filtered("order_id.hemi_amazon_delivered_elsewhere")
        elsewhere.qty_delivered_method = "manual"
        return super(SaleOrderLine, self - elsewhere)._compute_qty_delivered_method()

    def _action_launch_stock_rule(self, **kwargs):
        """Amazon delivers what it fulfils: the warehouse has no work."""
        ours = self.filtered(lambda line: not line.order_id.hemi_amazon_delivered_elsewhere)
        return super(SaleOrderLine, ours)._action_launch_stock_rule(**kwargs)
