from odoo import fields, models


class HemiAmazonAccount(models.Model):
    """Where Amazon keeps the goods that it delivers itself."""

    _inherit = "hemi.amazon.account"

    fba_location_id = fields.Many2one(
        "stock.location",
        "Location at Amazon",
        check_company=True,
        copy=False,
        domain="[('usage', '=', 'internal')]",
        help="What Amazon delivers is taken from here. It is outside of the warehouses, so that it never "
        "counts as stock that the merchant could ship. Made by the first order that Amazon fulfils.",
    )
    fba_picking_type_id = fields.Many2one(
        "stock.picking.type", "Deliveries by Amazon", check_company=True, copy=False, readonly=True
    )

    def _fba_picking_type(self):
        """Give the operation type of deliveries by Amazon; it and its location are made when first needed.

        It asks for no lots, so that products with lots or serial numbers pass: Amazon does not tell them.
        """
        self.ensure_one()
        if not self.fba_location_id:
            self.fba_location_id = self.env["stock.location"].create(
                {
                    "name": self.env._("Amazon FBA %s", self.merchant_id),
                    "usage": "internal",
                    "company_id": self.company_id.id,
                }
            )
        if not self.fba_picking_type_id:
            self.fba_picking_type_id = self.env["stock.picking.type"].create(
                {
                    "name": self.env._("Delivered by Amazon %s", self.merchant_id),
                    "code": "outgoing",
                    "sequence_code": "FBA",
                    "company_id": self.company_id.id,
                    "warehouse_id": self.warehouse_id.id,
                    "default_location_src_id": self.fba_location_id.id,
                    "default_location_dest_id": self.env.ref("stock.stock_location_customers").id,
                    "use_create_lots": False,
                    "use_existing_lots": False,
                    "reservation_method": "manual",
                }
            )
        return self.fba_picking_type_id
