from odoo import api, fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    hemi_amazon_listing_ids = fields.One2many(
        "hemi.amazon.listing",
        "product_id",
        "Amazon Listings",
        groups="hemi_amazon_sp.hemi_amazon_sp_group_user",
    )

    @api.model
    def _of_amazon(self, name):
        """Give a product of this addon, such as ``product_shipping``, without a query."""
        data = self.env["ir.model.data"]
        return self.browse(data._xmlid_to_res_id(f"hemi_amazon_sp.{name}", raise_if_not_found=True))
