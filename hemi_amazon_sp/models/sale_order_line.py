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
    hemi_amazon_tax = fields.Monetary("Tax at Amazon", readonly=True, copy=False)
    hemi_amazon_tax_told = fields.Boolean(
        "Amazon Tells the Tax", readonly=True, copy=False, help="Else the taxes of the product apply."
    )
    hemi_amazon_note = fields.Text(
        "Amazon's Note on the Item",
        readonly=True,
        copy=False,
        help="Gift wrap and message, customisation and what else the packer must know.",
    )
    hemi_amazon_fulfilled = fields.Float(
        "Shipped per Amazon", digits="Product Unit", readonly=True, copy=False
    )
    hemi_amazon_shipped_before = fields.Float(
        "Shipped Elsewhere",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Units that left another place, or before the order came to Odoo. They are delivered, and no "
        "transfer is made for them.",
    )

    def _amazon_is_item(self):
        """Tell whether this line is an order item itself, not one of its charges, promotions or taxes."""
        self.ensure_one()
        product = self.product_id
        others = (product._of_amazon("product_promotion"), product._of_amazon("product_missing_tax"))
        return self.hemi_amazon_component == "Principal" and product not in others

    @api.depends("hemi_amazon_shipped_before")
    def _compute_qty_delivered(self):
        return super()._compute_qty_delivered()

    def _prepare_qty_delivered(self):
        delivered = super()._prepare_qty_delivered()
        for line in self.filtered("hemi_amazon_shipped_before"):
            delivered[line] = delivered.get(line, 0.0) + line.hemi_amazon_shipped_before
        return delivered

    def _get_qty_procurement(self, previous_product_uom_qty=False):
        """What left elsewhere needs no transfer."""
        return super()._get_qty_procurement(previous_product_uom_qty) + self.hemi_amazon_shipped_before

    def _action_launch_stock_rule(self, **kwargs):
        """Amazon delivers what it fulfils: the warehouse has no work."""
        ours = self.filtered(lambda line: line.order_id.hemi_amazon_order_id.sudo().fulfilled_by != "AMAZON")
        return super(SaleOrderLine, ours)._action_launch_stock_rule(**kwargs)

    # --- what Amazon is told of shipments

    def _amazon_must_tell(self):
        """Tell whether Amazon does not know yet of all that was delivered."""
        return bool(self.hemi_amazon_item) and self.hemi_amazon_fulfilled < self.qty_delivered

    def _amazon_units(self, moved):
        """Count the whole units of the order item in what was moved; of a kit, the whole kits.

        :param dict moved: product -> quantity in its unit
        :rtype: int
        """
        kit = self._amazon_kit()
        if kit:
            return int(min(moved.get(product, 0) / quantity + 1e-6 for product, quantity in kit.items()))
        unit, quantity = self.product_id.uom_id, sum(moved.values())
        return int(unit._compute_quantity(quantity, self.product_uom_id))

    def _amazon_kit(self):
        """Give the components of one kit, where the product is one (sale_mrp must be installed).

        :return: product -> quantity in its unit; empty if it is no kit
        :rtype: dict
        """
        moves = self.move_ids
        if "bom_line_id" not in moves._fields or not moves.bom_line_id:
            return {}
        boms = self.env["mrp.bom"].sudo()
        kit = boms._bom_find(self.product_id, company_id=self.company_id.id, bom_type="phantom")[
            self.product_id
        ]
        components = self._get_bom_component_qty(kit) if kit else {}
        products = self.env["product.product"].browse(components)
        return {
            product: components[product.id]["qty"]
            for product in products
            if product.type == "consu" and components[product.id]["qty"]
        }
