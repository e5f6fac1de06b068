from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    hemi_amazon_listing_ids = fields.One2many(
        "hemi.amazon.listing",
        "product_id",
        "Amazon Listings",
        groups="hemi_amazon_sp.hemi_amazon_sp_group_user",
    )
