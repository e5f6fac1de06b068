from odoo import fields, models

from ..amazon.documents.carriers import CARRIERS


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    hemi_amazon_carrier_code = fields.Selection(
        CARRIERS,
        "Carrier at Amazon",
        help="Amazon's code of this carrier. With Other, or none, Amazon is told the name.",
    )
    hemi_amazon_carrier_name = fields.Char(
        "Carrier Name at Amazon", help="Needed with the code Other. The name of the delivery method if empty."
    )
    hemi_amazon_shipping_method = fields.Char(
        "Shipping Method at Amazon", help="For instance Standard. The name of the delivery method if empty."
    )
    hemi_amazon_untracked = fields.Boolean(
        "No Tracking Number at Amazon",
        help="Parcels of this delivery method have no tracking number; Amazon is told so at once.",
    )
