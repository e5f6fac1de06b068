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
        if message.order_id._has_open("cancel"):
            return self.env._("Amazon must answer the cancellation of %s first.", message.order_id.name)
        if not picking.carrier_id:
            return self.env._("The transfer %s has no carrier.", picking.name)
        if (
            not picking._amazon_tracking(message.payload["parcel"])
            and not picking.carrier_id.hemi_amazon_untracked
        ):
            return self.env._("The transfer %s has no tracking number.", picking.name)
        return None

    @api.model
    def _not_allowed(self, message):
        if not message.order_id._is_cancelled():
            return None
        return "OrderCancelled", self.env._(
            "The order %s was cancelled at Amazon, so its shipment cannot be told. Call the goods back.",
            message.order_id.name,
        )

    @api.model
    def _holds(self, run, message):
        picking = message._record()
        tracking = picking._amazon_tracking(message.payload["parcel"]) if picking else ""
        order = run.seller.get_order(message.order_id.name, included_data=["FULFILLMENT", "PACKAGES"])
        packages = order.get("packages") or []
        if not packages:
            return None if message.order_id._status_of(order) != "UNSHIPPED" else False
        return tracking in {package.get("trackingNumber") for package in packages} if tracking else None

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
            # CODCollectionMethod is for Japan alone (model of confirmShipment)
            cod_collection=message.order_id.cash_on_delivery and message.order_id.marketplace_id.code == "JP",
        )
