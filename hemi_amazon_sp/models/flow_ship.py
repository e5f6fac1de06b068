from odoo import api, models

from ..amazon.documents import fulfillment


class HemiAmazonFlowShip(models.AbstractModel):
    """Ship Orders: each delivered parcel, with carrier and tracking number."""

    _name = "hemi.amazon.flow.ship"
    _inherit = "hemi.amazon.flow.message"
    _description = "Ship Orders"

    _flow = "ship"
    _flow_label = "Ship Orders"
    _flags = ("ship_orders",)
    _urgency = 10
    _feed_type = fulfillment.FEED_TYPE
    _document = fulfillment

    @api.model
    def _waiting_for(self, message):
        picking = message._record()
        if not picking.carrier_id:
            return self.env._("The transfer %s has no carrier.", picking.name)
        if (
            not picking._amazon_tracking(message.payload["parcel"])
            and not picking.carrier_id.hemi_amazon_untracked
        ):
            return self.env._("The transfer %s has no tracking number.", picking.name)
        return None

    @api.model
    def _item(self, message):
        picking, payload = message._record(), message.payload
        carrier = picking.carrier_id
        return fulfillment.Shipment(
            message_id=message.id,
            order_id=message.order_id.name,
            fulfillment_id=message.id,
            shipped_at=picking.date_done,
            carrier_code=carrier.hemi_amazon_carrier_code or "Other",
            carrier_name=carrier.hemi_amazon_carrier_name or carrier.name,
            shipping_method=carrier.hemi_amazon_shipping_method or carrier.name,
            tracking_number=picking._amazon_tracking(payload["parcel"]) or None,
            items=[(item, quantity) for item, quantity in payload["items"]],
            cod_collection=False,
        )
